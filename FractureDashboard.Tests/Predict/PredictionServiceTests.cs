using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Predict;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Predict;

public sealed class PredictionServiceTests
{
    public static TheoryData<string, byte[], ImageFormat> Formats => new()
    {
        { "png", DrawnImages.Png(), ImageFormat.Png },
        { "jpeg", DrawnImages.Jpeg(), ImageFormat.Jpeg },
        { "bmp", DrawnImages.Bmp(), ImageFormat.Bmp },
        { "gif", DrawnImages.Gif(), ImageFormat.Gif },
        { "webp", DrawnImages.WebP(), ImageFormat.WebP },
        { "tiff", DrawnImages.Tiff(), ImageFormat.Tiff },
    };

    public static TheoryData<string, byte[], PredictionFailure, string> BadFiles => new()
    {
        { "empty", [], PredictionFailure.Empty, "empty" },
        { "text", "just words, no picture"u8.ToArray(), PredictionFailure.NotAnImage, "plain text" },
        { "noise", Noise(), PredictionFailure.NotAnImage, "not a JPEG" },
        { "truncated png", DrawnImages.Truncated(DrawnImages.Png()), PredictionFailure.Damaged, "again" },
        { "truncated jpeg", DrawnImages.Truncated(DrawnImages.Jpeg(400, 300)), PredictionFailure.Damaged, "again" },
        { "truncated bmp", DrawnImages.Truncated(DrawnImages.Bmp()), PredictionFailure.Damaged, "again" },
        { "truncated gif", DrawnImages.Truncated(DrawnImages.Gif()), PredictionFailure.Damaged, "again" },
        { "truncated webp", DrawnImages.Truncated(DrawnImages.WebP(400, 300)), PredictionFailure.Damaged, "again" },
        { "truncated tiff", DrawnImages.Truncated(DrawnImages.Tiff()), PredictionFailure.Damaged, "again" },
        { "damaged png", DrawnImages.Damaged(DrawnImages.Png()), PredictionFailure.Damaged, "again" },
        { "too many pixels", DrawnImages.HugePngHeader(), PredictionFailure.TooLarge, "60,000 x 60,000" },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Every_format_gets_an_answer_from_its_content_whatever_its_name(string kind, byte[] content, ImageFormat format)
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync();
        stage.Loader.Score = 0.25f;

        var answer = await stage.AnswerAsync(content, run.Id, $"{kind}.dat", threshold: 0.2);

        Assert.Equal((format, 96, 64, (long)content.Length), (answer.Stored.Format, answer.Stored.Width, answer.Stored.Height, answer.Stored.Bytes));
        Assert.Equal((0.25, 0.2, true, run.Id), (answer.Stored.Score, answer.Stored.Threshold, answer.Stored.IsFractured, answer.Stored.RunId));
        var asked = Assert.Single(stage.Loader.Loaded).Asked!;
        Assert.Equal((64, 64, 3), (asked.Width, asked.Height, asked.Channels));
        Assert.True(answer.DecodeMilliseconds >= 0 && answer.ModelMilliseconds >= 0);
        Assert.Equal(answer.Stored.Milliseconds, answer.DecodeMilliseconds!.Value + answer.ModelMilliseconds!.Value, tolerance: 0.0005);
    }

    // No case of the theory: the runner writes every case down as text, and for these bytes it took 12 GB of memory.
    [Fact]
    public Task A_file_of_too_many_bytes_is_refused_in_words_and_leaves_nothing() =>
        A_bad_file_is_refused_in_words_and_leaves_nothing("too many bytes", [.. DrawnImages.Png(), .. new byte[64_000_000]], PredictionFailure.TooLarge, "64 MB");

    [Theory]
    [MemberData(nameof(BadFiles))]
    public async Task A_bad_file_is_refused_in_words_and_leaves_nothing(string name, byte[] content, PredictionFailure kind, string words)
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync();

        var outcome = await stage.Service.PredictUploadAsync(new MemoryStream(content), name, run.Id, 0.5, CancellationToken.None);

        Assert.Null(outcome.Result);
        Assert.Equal(kind, outcome.Error!.Kind);
        Assert.Contains(words, outcome.Error.Message, StringComparison.Ordinal);
        Assert.Equal(name, outcome.Error.FileName);
        Assert.Empty(stage.Files());
        Assert.Empty(stage.Loader.Loaded);
        await using var db = await stage.DatabaseAsync();
        Assert.Empty(await db.Predictions.ToListAsync());
    }

    [Theory]
    [InlineData(0.5, 0.5, true)]
    [InlineData(0.5, 0.51, false)]
    [InlineData(0, 0, true)]
    [InlineData(1, 1, true)]
    public async Task A_score_at_the_threshold_is_fractured(float score, double threshold, bool expected)
    {
        await using var stage = await PredictStage.OpenAsync();
        stage.Loader.Score = score;

        Assert.Equal(expected, (await stage.AnswerAsync(DrawnImages.Png(), (await stage.AddRunAsync()).Id, threshold: threshold)).Stored.IsFractured);
    }

    [Theory]
    [InlineData(double.NaN, 0.5)]
    [InlineData(-3, 0)]
    [InlineData(7, 1)]
    public async Task A_threshold_off_the_scale_is_brought_back_to_it(double asked, double stored)
    {
        await using var stage = await PredictStage.OpenAsync();

        Assert.Equal(stored, (await stage.AnswerAsync(DrawnImages.Png(), (await stage.AddRunAsync()).Id, threshold: asked)).Stored.Threshold);
    }

    [Fact]
    public async Task An_upload_and_a_registered_image_of_the_same_file_give_the_model_the_same_pixels()
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync();
        var content = DrawnImages.Jpeg(900, 700);
        var image = await stage.AddImageAsync(content, Label.Fractured);

        await stage.AnswerAsync(content, run.Id);
        var uploaded = stage.Loader.Loaded.Single().Asked!.Pixels;
        var outcome = await stage.Service.PredictRegisteredAsync(image.Id, run.Id, 0.5, CancellationToken.None);

        Assert.NotNull(outcome.Result);
        Assert.Equal(uploaded, stage.Loader.Loaded.Single().Asked!.Pixels);
    }

    [Fact]
    public async Task A_registered_image_is_copied_and_never_moved()
    {
        await using var stage = await PredictStage.OpenAsync();
        var content = DrawnImages.Png();
        var image = await stage.AddImageAsync(content, Label.Fractured);
        var outcome = await stage.Service.PredictRegisteredAsync(image.Id, (await stage.AddRunAsync()).Id, 0.5, CancellationToken.None);
        await stage.Archive.DeleteAsync(outcome.Result!.Stored.Id, CancellationToken.None);

        await using var db = await stage.DatabaseAsync();
        var root = (await db.Datasets.SingleAsync()).Root;
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(root, image.RelativePath)));
        Assert.Empty(stage.Files());
    }

    [Fact]
    public async Task A_registered_image_whose_file_is_gone_says_what_to_do()
    {
        await using var stage = await PredictStage.OpenAsync();
        var image = await stage.AddImageAsync(DrawnImages.Png(), Label.Fractured);
        await using (var db = await stage.DatabaseAsync())
        {
            File.Delete(Path.Combine((await db.Datasets.SingleAsync()).Root, image.RelativePath));
        }

        var run = await stage.AddRunAsync();
        var outcome = await stage.Service.PredictRegisteredAsync(image.Id, run.Id, 0.5, CancellationToken.None);
        var unknown = await stage.Service.PredictRegisteredAsync(99, run.Id, 0.5, CancellationToken.None);

        Assert.Equal("The file is not there any more. Index the data set again.", outcome.Error!.Message);
        Assert.Equal(PredictionFailure.Unreadable, unknown.Error!.Kind);
    }

    [Fact]
    public async Task A_registered_image_that_leads_out_of_its_data_set_is_not_read()
    {
        await using var stage = await PredictStage.OpenAsync();
        var image = await stage.AddImageAsync(DrawnImages.Png(), Label.Fractured);
        await using (var db = await stage.DatabaseAsync())
        {
            var root = (await db.Datasets.SingleAsync()).Root;
            await File.WriteAllBytesAsync(Path.Combine(root, "..", "secret.png"), DrawnImages.Png(seed: 2));
            await db.Images.ExecuteUpdateAsync(s => s.SetProperty(i => i.RelativePath, "../secret.png"));
        }

        var outcome = await stage.Service.PredictRegisteredAsync(image.Id, (await stage.AddRunAsync()).Id, 0.5, CancellationToken.None);

        Assert.Contains("not in the data set's folder", outcome.Error!.Message, StringComparison.Ordinal);
        Assert.Empty(stage.Files());
    }

    [Fact]
    public async Task An_earlier_answers_image_can_be_shown_to_another_model()
    {
        await using var stage = await PredictStage.OpenAsync();
        var first = await stage.AnswerAsync(DrawnImages.Png(), (await stage.AddRunAsync("One")).Id, "hip.png");
        var other = await stage.AddRunAsync("Two");

        var outcome = await stage.Service.PredictAgainAsync(first.Stored.Id, other.Id, 0.4, CancellationToken.None);

        Assert.Equal(("Two", "hip.png", first.Stored.ContentHash), (outcome.Result!.Stored.RunName, outcome.Result.Stored.FileName, outcome.Result.Stored.ContentHash));
        Assert.Equal(3, stage.Files().Count);
        Assert.Equal(PredictionFailure.Unreadable, (await stage.Service.PredictAgainAsync(99, other.Id, 0.4, CancellationToken.None)).Error!.Kind);
    }

    [Fact]
    public async Task A_run_deleted_while_its_model_answers_costs_the_answer_only_its_link()
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync("Doomed");
        stage.Loader.OnPredict = async () =>
        {
            await using var db = await stage.DatabaseAsync();
            await db.Runs.Where(r => r.Id == run.Id).ExecuteDeleteAsync();
        };

        var answer = await stage.AnswerAsync(DrawnImages.Png(), run.Id);

        Assert.Equal(((int?)null, "Doomed"), (answer.Stored.RunId, answer.Stored.RunName));
        Assert.NotNull(await stage.History.FindAsync(answer.Stored.Id, CancellationToken.None));
    }

    [Theory]
    [InlineData(RunState.Running)]
    [InlineData(RunState.Failed)]
    [InlineData(RunState.Queued)]
    public async Task A_run_that_cannot_answer_says_so(RunState state)
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync(state: state);

        var outcome = await stage.Service.PredictUploadAsync(new MemoryStream(DrawnImages.Png()), "a.png", run.Id, 0.5, CancellationToken.None);

        Assert.Equal(PredictionFailure.NoModel, outcome.Error!.Kind);
        Assert.Empty(stage.Files());
    }

    [Fact]
    public async Task Weights_that_do_not_load_are_reported_and_leave_nothing()
    {
        await using var stage = await PredictStage.OpenAsync();
        stage.Loader.OnLoad = (_, _) => throw new ModelUnavailableException("The weights are gone. Choose another model.");

        var outcome = await stage.Service.PredictUploadAsync(new MemoryStream(DrawnImages.Png()), "a.png", (await stage.AddRunAsync()).Id, 0.5, CancellationToken.None);

        Assert.Equal((PredictionFailure.ModelUnavailable, "The weights are gone. Choose another model."), (outcome.Error!.Kind, outcome.Error.Message));
        Assert.Empty(stage.Files());
    }

    [Fact]
    public async Task A_model_that_gives_no_number_gives_no_answer()
    {
        await using var stage = await PredictStage.OpenAsync();
        stage.Loader.Score = float.NaN;

        var outcome = await stage.Service.PredictUploadAsync(new MemoryStream(DrawnImages.Png()), "a.png", (await stage.AddRunAsync()).Id, 0.5, CancellationToken.None);

        Assert.Equal(PredictionFailure.ModelUnavailable, outcome.Error!.Kind);
        Assert.Contains("diverged", outcome.Error.Message, StringComparison.Ordinal);
        Assert.Empty(stage.Files());
    }

    [Fact]
    public async Task A_cancelled_question_leaves_nothing()
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync();
        using var cancellation = new CancellationTokenSource();
        stage.Loader.OnPredict = cancellation.CancelAsync;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => stage.Service.PredictUploadAsync(new MemoryStream(DrawnImages.Png()), "a.png", run.Id, 0.5, cancellation.Token));

        Assert.Empty(stage.Files());
    }

    private static byte[] Noise()
    {
        var bytes = new byte[4096];
        new Random(3).NextBytes(bytes);
        return bytes;
    }
}
