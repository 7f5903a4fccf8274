using FractureDashboard.Evaluations.Errors;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Jobs;
using FractureDashboard.Tests.ML;

namespace FractureDashboard.Tests.Evaluations;

/// <summary>Heat maps of scored images, with a real model.</summary>
[Collection(EngineCollection.Name)]
public sealed class HeatMapPicturesTests : IAsyncLifetime
{
    private EvaluationStage stage = null!;
    private HeatMapModels models = null!;
    private HeatMapPictures pictures = null!;
    private int evaluation;

    public async ValueTask InitializeAsync()
    {
        stage = await EvaluationStage.CreateAsync();
        evaluation = (await stage.Queue.StartAsync(stage.RunId, stage.DatasetId, 1, EvaluationKind.Plain, CancellationToken.None)).EvaluationId!.Value;
        await stage.WorkAsync();
        models = new HeatMapModels(TimeProvider.System);
        pictures = new HeatMapPictures(stage.Store.Databases, stage.Store.Paths, new ImageDecoder(), models);
    }

    public async ValueTask DisposeAsync()
    {
        await models.DisposeAsync();
        await stage.DisposeAsync();
    }

    [Fact]
    public async Task A_heat_map_is_drawn_once_and_kept_with_the_run()
    {
        var image = stage.Images.First(i => i.Split == Split.Test);

        var drawn = await GetAsync(image.ContentHash, ExplanationMethod.GradCam);

        Assert.Null(drawn.Problem);
        var header = new ImageDecoder().ReadHeader(drawn.Png!, DecodeLimits.Dataset).Value!;
        Assert.Equal((image.Width, image.Height), (header.Width, header.Height));
        var kept = Assert.Single(Directory.GetFiles(stage.Store.Paths.Run(stage.RunId), "*-grad-cam.png", SearchOption.AllDirectories));

        // Once kept, neither file nor model is needed.
        File.Delete(Path.Combine(stage.Root, image.RelativePath));
        Assert.Equal(drawn.Png, (await GetAsync(image.ContentHash, ExplanationMethod.GradCam)).Png);

        // What a power cut left behind is drawn anew.
        await File.WriteAllBytesAsync(kept, [], TestContext.Current.CancellationToken);
        Assert.Contains("gone", (await GetAsync(image.ContentHash, ExplanationMethod.GradCam)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_method_draws_one_of_its_own()
    {
        var image = stage.Images.First(i => i.Split == Split.Validation);

        var drawn = new List<byte[]>();
        foreach (var method in ExplanationMethods.All)
        {
            drawn.Add((await GetAsync(image.ContentHash, method)).Png!);
        }

        Assert.Equal(ExplanationMethods.All.Count, drawn.Select(Convert.ToBase64String).Distinct().Count());
    }

    [Fact]
    public async Task A_changed_file_and_an_unscored_image_have_none()
    {
        var image = stage.Images.First(i => i.Split == Split.Test);
        await File.AppendAllTextAsync(Path.Combine(stage.Root, image.RelativePath), "x", TestContext.Current.CancellationToken);

        Assert.Contains("has changed", (await GetAsync(image.ContentHash, ExplanationMethod.GradCam)).Problem, StringComparison.Ordinal);
        Assert.False((await GetAsync(stage.Images.First(i => i.Split == Split.Train && i.ContentHash != stage.Images.First(t => t.RelativePath == stage.Twin).ContentHash).ContentHash, ExplanationMethod.GradCam)).IsKnown);
    }

    private Task<HeatMapPicture> GetAsync(string hash, ExplanationMethod method) => pictures.GetAsync(stage.RunId, evaluation, hash, method, CancellationToken.None);
}
