using FractureDashboard.Experiments;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;
using FractureDashboard.Tests.ML;
using FractureDashboard.Tests.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using NetVips;

namespace FractureDashboard.Tests.Experiments;

[Collection(EngineCollection.Name)]
public sealed class PreviewTests : IAsyncLifetime
{
    private RunStore store = null!;
    private PreviewImages previews = null!;

    public async ValueTask InitializeAsync()
    {
        store = await RunStore.CreateAsync();
        previews = new PreviewImages(store.Databases, new AugmentationPreview(new ImageDecoder()));
    }

    public async ValueTask DisposeAsync()
    {
        previews.Dispose();
        await store.DisposeAsync();
    }

    [Fact]
    public void A_request_reads_back_from_its_address()
    {
        var request = PreviewRequest.Of(LaunchPresets.Recommended)!;

        var url = request.Url(3, 4);

        Assert.StartsWith("/experiments/preview/3/4?o=", url);
        Assert.Equal(request, PreviewRequest.Parse(url.Split("?o=")[1]));
    }

    [Fact]
    public void What_is_no_request_or_out_of_range_is_refused()
    {
        Assert.Null(PreviewRequest.Of(new TrainingOptions { ImageSize = 31 }));
        Assert.Null(PreviewRequest.Parse(null));
        Assert.Null(PreviewRequest.Parse("%%%"));
        Assert.Null(PreviewRequest.Parse("bm90IGpzb24"));
        Assert.Null(PreviewRequest.Parse(new string('a', 5000)));
        var huge = new PreviewRequest(new PreprocessingOptions(), AugmentationOptions.None, 100_000, 1).Url(1, 0);
        Assert.Null(PreviewRequest.Parse(huge.Split("?o=")[1]));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, PreviewRequest.MostImages)]
    public async Task A_row_of_images_is_drawn_in_one_file(bool augmented, int count)
    {
        var dataset = await store.AddDatasetAsync(images: [("train/a.png", Split.Train, "1"), ("train/b.png", Split.Train, "2"), ("val/a.png", Split.Validation, "3")]);
        await WriteAsync("train/a.png");
        await WriteAsync("train/b.png");
        var options = new TrainingOptions { ImageSize = 32, Augmentation = augmented ? AugmentationOptions.Notebook with { Mixup = 0.4 } : AugmentationOptions.None };

        var answer = await previews.AnswerAsync(dataset, 1, Query(options), new DefaultHttpContext());

        var png = Assert.IsType<FileContentHttpResult>(answer).FileContents.ToArray();
        using var image = Image.NewFromBuffer(png);
        Assert.Equal((32 * count, 32), (image.Width, image.Height));
    }

    [Fact]
    public async Task What_is_not_there_is_said_to_be()
    {
        var dataset = await store.AddDatasetAsync(images: [("train/gone.png", Split.Train, "1"), ("../../outside.png", Split.Train, "2")]);

        Assert.Equal(StatusCodes.Status404NotFound, Status(await previews.AnswerAsync(99, 0, Query(new TrainingOptions()), new DefaultHttpContext())));
        Assert.Equal(StatusCodes.Status404NotFound, Status(await previews.AnswerAsync(dataset, 0, Query(new TrainingOptions()), new DefaultHttpContext())));
        Assert.Equal(StatusCodes.Status410Gone, Status(await previews.AnswerAsync(dataset, 1, Query(new TrainingOptions()), new DefaultHttpContext())));
        Assert.Equal(StatusCodes.Status400BadRequest, Status(await previews.AnswerAsync(dataset, 0, "x", new DefaultHttpContext())));
    }

    private static string Query(TrainingOptions options) => PreviewRequest.Of(options)!.Url(1, 0).Split("?o=")[1];

    private static int? Status(IResult result) => Assert.IsType<IStatusCodeHttpResult>(result, exactMatch: false).StatusCode;

    private async Task WriteAsync(string path)
    {
        var full = Path.Combine(store.Root, "Wrists", path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        using var noise = Image.Gaussnoise(64, 48).Cast(Enums.BandFormat.Uchar);
        await File.WriteAllBytesAsync(full, noise.PngsaveBuffer());
    }
}
