using FractureDashboard.ML.Imaging;
using FractureDashboard.Predict;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Predict;

public sealed class PredictionArchiveTests
{
    [Fact]
    public async Task The_same_image_asked_about_twice_is_kept_once()
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync();
        var first = await stage.AnswerAsync(DrawnImages.Png(), run.Id, "a.png");
        var second = await stage.AnswerAsync(DrawnImages.Png(), run.Id, "b.png");

        Assert.NotEqual(first.Stored.Id, second.Stored.Id);
        Assert.Equal(3, stage.Files().Count);
    }

    [Fact]
    public async Task The_image_goes_with_the_last_answer_about_it()
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync();
        var first = await stage.AnswerAsync(DrawnImages.Png(), run.Id);
        var second = await stage.AnswerAsync(DrawnImages.Png(), run.Id);
        var other = await stage.AnswerAsync(DrawnImages.Png(seed: 2), run.Id);

        Assert.True(await stage.Archive.DeleteAsync(first.Stored.Id, CancellationToken.None));
        Assert.Equal(6, stage.Files().Count);

        Assert.True(await stage.Archive.DeleteAsync(second.Stored.Id, CancellationToken.None));
        Assert.All(stage.Files(), f => Assert.Contains(other.Stored.ContentHash, f, StringComparison.Ordinal));
        Assert.Equal(3, stage.Files().Count);
        Assert.False(await stage.Archive.DeleteAsync(second.Stored.Id, CancellationToken.None));
    }

    [Fact]
    public async Task What_is_kept_are_the_bytes_as_they_came_and_renderings_without_metadata()
    {
        await using var stage = await PredictStage.OpenAsync();
        var content = DrawnImages.Tiff();
        var answer = await stage.AnswerAsync(content, (await stage.AddRunAsync()).Id);

        var hash = answer.Stored.ContentHash;
        Assert.Equal(PredictStage.Hash(content), hash);
        Assert.Equal(content, await File.ReadAllBytesAsync(stage.Archive.OriginalPath(hash)));
        Assert.Equal(ImageFormat.WebP, ImageFormats.Sniff(await File.ReadAllBytesAsync(stage.Archive.ThumbnailPath(hash))));
        Assert.Equal(ImageFormat.Png, ImageFormats.Sniff(await File.ReadAllBytesAsync(stage.Archive.DisplayPath(hash))));
    }

    [Fact]
    public async Task An_answer_that_cannot_be_stored_leaves_no_file()
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync();
        await using (var db = await stage.DatabaseAsync())
        {
            await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER refuse BEFORE INSERT ON Predictions BEGIN SELECT RAISE(ABORT, 'disk full'); END;");
        }

        var outcome = await stage.Service.PredictUploadAsync(new MemoryStream(DrawnImages.Png()), "a.png", run.Id, 0.5, CancellationToken.None);

        Assert.Equal(PredictionFailure.NotStored, outcome.Error!.Kind);
        Assert.Empty(stage.Files());
    }

    [Fact]
    public async Task An_answer_that_cannot_be_stored_leaves_the_image_of_an_earlier_one()
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync();
        await stage.AnswerAsync(DrawnImages.Png(), run.Id);
        await using (var db = await stage.DatabaseAsync())
        {
            await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER refuse BEFORE INSERT ON Predictions BEGIN SELECT RAISE(ABORT, 'disk full'); END;");
        }

        await stage.Service.PredictUploadAsync(new MemoryStream(DrawnImages.Png()), "a.png", run.Id, 0.5, CancellationToken.None);

        Assert.Equal(3, stage.Files().Count);
    }

    [Fact]
    public async Task The_sweep_removes_images_without_an_answer_and_no_others()
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync();
        var kept = await stage.AnswerAsync(DrawnImages.Png(), run.Id);
        var orphan = await stage.AnswerAsync(DrawnImages.Png(seed: 2), run.Id);
        var foreign = Path.Combine(stage.Paths.Predictions, "notes.txt");
        await File.WriteAllTextAsync(foreign, "not ours");
        await using (var db = await stage.DatabaseAsync())
        {
            await db.Predictions.Where(p => p.Id == orphan.Stored.Id).ExecuteDeleteAsync();
        }

        Assert.Equal(1, await stage.Archive.SweepAsync(CancellationToken.None));

        Assert.True(File.Exists(foreign));
        Assert.True(File.Exists(stage.Archive.OriginalPath(kept.Stored.ContentHash)));
        Assert.False(File.Exists(stage.Archive.OriginalPath(orphan.Stored.ContentHash)));
        Assert.Equal(4, stage.Files().Count);
    }

    [Fact]
    public async Task At_start_abandoned_uploads_go_and_young_ones_stay()
    {
        await using var stage = await PredictStage.OpenAsync();
        var old = Path.Combine(stage.Paths.Temporary, UploadReceiver.TemporaryPrefix + "old");
        var young = Path.Combine(stage.Paths.Temporary, UploadReceiver.TemporaryPrefix + "young");
        var foreign = Path.Combine(stage.Paths.Temporary, "import-old");
        foreach (var file in new[] { old, young, foreign })
        {
            await File.WriteAllTextAsync(file, "x");
        }

        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-2));
        File.SetLastWriteTimeUtc(foreign, DateTime.UtcNow.AddHours(-2));
        var sweep = stage.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<PredictionSweep>().Single();
        await sweep.StartAsync(CancellationToken.None);
        await sweep.ExecuteTask!;

        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
        Assert.True(File.Exists(foreign));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("ABCDEF")]
    [InlineData("")]
    public async Task What_is_no_hash_is_no_path(string text)
    {
        await using var stage = await PredictStage.OpenAsync();

        Assert.Throws<ArgumentException>(() => stage.Archive.OriginalPath(text));
    }

    [Fact]
    public async Task Asking_and_deleting_the_same_image_at_once_never_leaves_an_answer_without_its_image()
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync();
        await Parallel.ForAsync(0, 24, async (i, token) =>
        {
            var answer = await stage.AnswerAsync(DrawnImages.Png(), run.Id, $"{i}.png");
            if (i % 2 == 0)
            {
                await stage.Archive.DeleteAsync(answer.Stored.Id, token);
            }
        });

        await using var db = await stage.DatabaseAsync();
        Assert.Equal(12, await db.Predictions.CountAsync());
        Assert.Equal(3, stage.Files().Count);
    }
}
