using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Tests.ML.Imaging;

namespace FractureDashboard.Tests.ML.Datasets;

public sealed class DatasetCatalogTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Images_are_found_with_split_class_and_facts()
    {
        folder.Write("Training/Not_Fractured/deep/er/a.dat", Pictures.Encode(Pictures.Colour(30, 20), ImageFormat.Jpeg));
        folder.Write("valid/unfractured/b.png", Pictures.Encode(Pictures.Grey(16, 9), ImageFormat.Png));
        folder.Write("TEST/fracture/c.bmp", Pictures.Encode(Pictures.Grey(5, 6), ImageFormat.Bmp));

        var result = Builders.Index(folder.Path);

        Assert.Empty(result.Skipped);
        Assert.Equal(3, result.FilesRead);
        Assert.Equal(
            [
                ("TEST/fracture/c.bmp", Split.Test, Label.Fractured, ImageFormat.Bmp, 5, 6),
                ("Training/Not_Fractured/deep/er/a.dat", Split.Train, Label.NotFractured, ImageFormat.Jpeg, 30, 20),
                ("valid/unfractured/b.png", Split.Validation, Label.NotFractured, ImageFormat.Png, 16, 9),
            ],
            result.Images.Select(i => (i.RelativePath, i.Split, i.Label, i.Format, i.Width, i.Height)));
        Assert.All(result.Images, i => Assert.Equal(new FileInfo(folder[i.RelativePath]).Length, i.Bytes));
        Assert.All(result.Images, i => Assert.Matches("^[0-9a-f]{64}$", i.ContentHash));
    }

    [Fact]
    public void Unchanged_files_are_not_opened_again()
    {
        Builders.SmallDataset(folder);
        var first = Builders.Index(folder.Path);
        Assert.Equal(6, first.FilesRead);

        // Same size and date, other content: only who opened it would know.
        foreach (var image in first.Images)
        {
            var date = File.GetLastWriteTimeUtc(folder[image.RelativePath]);
            File.WriteAllBytes(folder[image.RelativePath], new byte[image.Bytes]);
            File.SetLastWriteTimeUtc(folder[image.RelativePath], date);
        }

        var again = Builders.Index(folder.Path, first.Images);

        Assert.Equal(0, again.FilesRead);
        Assert.Equal(first.Images, again.Images);
        Assert.Equal(first.Fingerprint, again.Fingerprint);
    }

    [Fact]
    public void Date_of_a_database_with_milliseconds_counts_as_the_same()
    {
        Builders.SmallDataset(folder);
        foreach (var file in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc).AddTicks(1234567));
        }

        var known = Builders.Index(folder.Path).Images.Select(i => i with { ModifiedUtc = DateTime.SpecifyKind(i.ModifiedUtc, DateTimeKind.Unspecified) });

        Assert.Equal(0, Builders.Index(folder.Path, known).FilesRead);
    }

    [Fact]
    public void Touched_changed_added_and_removed_files_are_told_apart()
    {
        Builders.SmallDataset(folder);
        var first = Builders.Index(folder.Path);

        File.SetLastWriteTimeUtc(folder["train/fractured/0.png"], DateTime.UtcNow.AddMinutes(1));
        var touched = Builders.Index(folder.Path, first.Images);
        Assert.Equal((1, first.Fingerprint), (touched.FilesRead, touched.Fingerprint));

        File.WriteAllBytes(folder["train/fractured/0.png"], Builders.Picture(77));
        File.SetLastWriteTimeUtc(folder["train/fractured/0.png"], DateTime.UtcNow.AddMinutes(2));
        var changed = Builders.Index(folder.Path, touched.Images);
        Assert.Equal(1, changed.FilesRead);
        Assert.NotEqual(first.Fingerprint, changed.Fingerprint);

        folder.Write("val/fractured/new.png", Builders.Picture(78));
        File.Delete(folder["test/fractured/4.png"]);
        var moved = Builders.Index(folder.Path, changed.Images);
        Assert.Equal((1, 6), (moved.FilesRead, moved.Images.Count));
        Assert.DoesNotContain(moved.Images, i => i.RelativePath == "test/fractured/4.png");
    }

    [Fact]
    public void Record_of_another_class_or_split_does_not_count_as_known()
    {
        Builders.SmallDataset(folder);
        var wrong = Builders.Index(folder.Path).Images.Select(i => i with { Label = 1 - i.Label });

        var result = Builders.Index(folder.Path, wrong);

        Assert.Equal(6, result.FilesRead);
        Assert.Equal(Label.Fractured, result.Images.Single(i => i.RelativePath == "train/fractured/0.png").Label);
    }

    [Fact]
    public void Twins_have_the_same_hash_and_are_kept()
    {
        Builders.SmallDataset(folder);
        folder.Write("test/fractured/twin.png", Builders.Picture(0));

        var result = Builders.Index(folder.Path);

        Assert.Equal(7, result.Images.Count);
        Assert.Equal(6, result.Images.Select(i => i.ContentHash).Distinct().Count());
    }

    [Fact]
    public void Bad_and_misplaced_files_are_listed_with_their_reason()
    {
        Builders.SmallDataset(folder);
        folder.Write("train/fractured/empty.png", []);
        folder.Write("train/fractured/page.png", "<!DOCTYPE html>"u8.ToArray());
        folder.Write("train/loose.png", Builders.Picture(50));
        folder.Write("train/unclear/x.png", Builders.Picture(51));
        folder.Write("stray.png", Builders.Picture(52));
        folder.Write("README.md", "words"u8.ToArray());
        folder.Write("train/fractured/.hidden.png", Builders.Picture(53));
        folder.Write("train/fractured/Thumbs.db", [1]);
        folder.Write("__MACOSX/train/fractured/x.png", Builders.Picture(54));

        var result = Builders.Index(folder.Path);

        Assert.Equal(6, result.Images.Count);
        Assert.Collection(
            result.Skipped,
            s => Assert.Equal(("stray.png", true), (s.RelativePath, s.Reason.Contains("outside the split folders", StringComparison.Ordinal))),
            s => Assert.Equal(("train/fractured/empty.png", true), (s.RelativePath, s.Reason.Contains("empty", StringComparison.Ordinal))),
            s => Assert.Equal(("train/fractured/page.png", true), (s.RelativePath, s.Reason.Contains("web page", StringComparison.Ordinal))),
            s => Assert.Equal(("train/loose.png", true), (s.RelativePath, s.Reason.Contains("no class folder", StringComparison.Ordinal))),
            s => Assert.Equal(("train/unclear/x.png", true), (s.RelativePath, s.Reason.Contains("no class folder", StringComparison.Ordinal))));
    }

    [Fact]
    public void Split_inside_another_split_is_not_guessed()
    {
        Builders.SmallDataset(folder);
        folder.Write("train/val/fractured/x.png", Builders.Picture(60));

        var result = Builders.Index(folder.Path);

        Assert.Equal(6, result.Images.Count);
        Assert.Contains("another split", Assert.Single(result.Skipped, s => s.RelativePath == "train/val").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelled_indexing_ends_with_its_exception()
    {
        Builders.SmallDataset(folder);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => new DatasetCatalog(new ImageDecoder()).Index(folder.Path, Builders.NothingKnown, null, cancelled.Token));
    }

    [Fact]
    public void Progress_ends_with_all_files()
    {
        Builders.SmallDataset(folder);
        var reports = new Reports();

        Builders.Index(folder.Path, progress: reports);

        Assert.Equal(new IndexProgress(6, 6, 6), reports.Seen[^1]);
        Assert.All(reports.Seen, r => Assert.InRange(r.Done, 0, r.Total));
    }

    private sealed class Reports : IProgress<IndexProgress>
    {
        private readonly Lock gate = new();

        public List<IndexProgress> Seen { get; } = [];

        public void Report(IndexProgress value)
        {
            lock (gate)
            {
                Seen.Add(value);
            }
        }
    }
}
