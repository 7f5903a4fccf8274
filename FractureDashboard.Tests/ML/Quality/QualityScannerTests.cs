using System.Collections.Concurrent;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using FractureDashboard.Tests.ML.Datasets;
using FractureDashboard.Tests.ML.Quality.Corpus;

namespace FractureDashboard.Tests.ML.Quality;

public sealed class QualityScannerTests
{
    private static readonly Dictionary<string, (Split Split, Label Label)> NoCorrections = [];
    private static readonly QualityScanner Scanner = new(new ImageDecoder());

    [Fact]
    public void A_set_is_scanned_from_its_files_to_its_leakage()
    {
        using var folder = Set();

        var result = Scan(folder);

        Assert.Equal(8, result.Facts.Count);
        Assert.Contains(result.Findings, f => f is { Rule: QualityRule.Truncated, File.RelativePath: "train/fractured/cut.jpg" });
        Assert.Equal(["test/fractured/twin.jpg", "train/fractured/a.jpg"], Named(result, QualityRule.ExactDuplicateAcrossSplits));
        Assert.Equal(["train/fractured/b.jpg", "train/not fractured/b.jpg"], Named(result, QualityRule.ExactDuplicateAcrossClasses));
        Assert.Equal((2, 1, 2, 4, 5), (result.Leakage.HeldOut, result.Leakage.WithTwin, result.Leakage.IdenticalGroups, result.Leakage.IdenticalFiles, result.Leakage.DistinctFiles));
        Assert.Equal(result.Findings.OrderBy(f => f.Rule).ThenBy(f => f.Group, StringComparer.Ordinal).ThenBy(f => f.File.RelativePath, StringComparer.Ordinal), result.Findings);
    }

    [Fact]
    public void A_second_scan_opens_nothing_and_finds_the_same()
    {
        using var folder = Set();
        var store = new InMemoryFactsStore();
        var first = Scan(folder, store);
        var files = PlacedFiles.Of(folder.Path, NoCorrections, TestContext.Current.CancellationToken);
        Directory.Delete(folder.Path, recursive: true);
        Directory.CreateDirectory(folder.Path);

        var second = Scanner.Scan(new(folder.Path, files, FindSources: false), store, null, null, TestContext.Current.CancellationToken);

        Assert.Equal((0, 8), (first.Reused, second.Reused));
        Assert.Equal(first.Findings, second.Findings);
        Assert.Equal(first.Leakage, second.Leakage);
    }

    [Fact]
    public void A_file_that_changed_is_opened_again_and_the_others_are_not()
    {
        using var folder = Set();
        var store = new InMemoryFactsStore();
        Scan(folder, store);
        folder.Write("train/fractured/cut.jpg", Radiographs.Encode(Radiographs.Rgb(seed: 9), ImageFormat.Jpeg));
        folder.Write("train/fractured/new.jpg", []);

        var second = Scan(folder, store);

        Assert.Equal(7, second.Reused);
        Assert.DoesNotContain(second.Findings, f => f.Rule == QualityRule.Truncated);
        Assert.Equal(["train/fractured/new.jpg"], Named(second, QualityRule.Empty));
        Assert.Equal(Scan(folder).Findings, second.Findings);
    }

    [Fact]
    public void What_could_not_be_read_is_tried_again()
    {
        using var folder = Set();
        var store = new InMemoryFactsStore();
        var file = new PlacedFile("train/fractured/late.jpg", Split.Train, Label.Fractured, 1, DateTime.UnixEpoch);
        var request = new ScanRequest(folder.Path, [file], FindSources: false);
        var first = Scanner.Scan(request, store, null, null, TestContext.Current.CancellationToken);
        folder.Write(file.RelativePath, Radiographs.Encode(Radiographs.Rgb(), ImageFormat.Jpeg));

        var second = Scanner.Scan(request, store, null, null, TestContext.Current.CancellationToken);

        Assert.Equal(QualityRule.Unreadable, Assert.Single(first.Findings).Rule);
        Assert.Empty(second.Findings);
    }

    [Fact]
    public void Identical_bytes_are_looked_at_once_and_every_file_has_their_facts()
    {
        using var folder = new TempFolder();
        var content = Radiographs.Encode(Radiographs.Rgb(), ImageFormat.Jpeg);
        for (var i = 0; i < 60; i++)
        {
            folder.Write($"train/fractured/{i}.jpg", content);
        }

        var result = Scan(folder);

        Assert.Equal(60, result.Facts.Count);
        Assert.Single(result.Facts.Values.Distinct(ReferenceEqualityComparer.Instance));
    }

    [Fact]
    public void A_new_copy_of_a_file_that_did_not_change_is_not_decoded()
    {
        using var folder = Set();
        var store = new InMemoryFactsStore();
        var first = Scan(folder, store);
        File.Copy(folder["train/fractured/c.jpg"], folder["train/fractured/copy.jpg"]);

        var second = Scan(folder, store);

        Assert.Equal(8, second.Reused);
        Assert.Same(first.Facts["train/fractured/c.jpg"], second.Facts["train/fractured/copy.jpg"]);
    }

    [Fact]
    public void Findings_about_files_come_while_it_runs_and_progress_ends_at_the_end()
    {
        using var folder = Set();
        var found = new ConcurrentQueue<QualityFinding>();
        var progress = new ConcurrentQueue<ScanProgress>();
        var result = Scanner.Scan(Request(folder), new InMemoryFactsStore(), progress.Enqueue, found.Enqueue, TestContext.Current.CancellationToken);

        Assert.Equal(QualityRule.Truncated, Assert.Single(found).Rule);
        Assert.Equal([ScanPhase.Inspecting, ScanPhase.Comparing, ScanPhase.Concluding], progress.Select(p => p.Phase).Distinct());
        Assert.Equal(progress.OrderBy(p => p.Phase).ThenBy(p => p.Done), progress);
        Assert.Equal(new ScanProgress(ScanPhase.Concluding, 8, 8, 0, result.Findings.Count), progress.Last());
        Assert.Contains(progress, p => p is { Phase: ScanPhase.Inspecting, Done: 8, Total: 8 });
    }

    [Fact]
    public void Stopped_between_two_files_it_keeps_what_it_saw()
    {
        using var folder = Set();
        using var stop = new CancellationTokenSource();
        var store = new InMemoryFactsStore();
        void StopAtFourth(ScanProgress progress)
        {
            if (progress.Done >= 4)
            {
                stop.Cancel();
            }
        }

        Assert.ThrowsAny<OperationCanceledException>(() => Scanner.Scan(Request(folder), store, StopAtFourth, null, stop.Token));

        Assert.InRange(Scan(folder, store).Reused, 4, 8);
        Assert.Equal(Scan(folder).Findings, Scan(folder, store).Findings);
    }

    [Fact]
    public void Sources_set_by_hand_win_over_what_is_found()
    {
        using var folder = Set();
        var hash = Scan(folder).Facts["train/fractured/c.jpg"].ContentHash!;
        var other = Scan(folder).Facts["test/fractured/alone.jpg"].ContentHash!;

        var result = Scanner.Scan(
            Request(folder) with { Sources = [new(hash, "by hand", 1), new(other, "by hand", 1), new(new string('0', 64), "gone", 1)] },
            new InMemoryFactsStore(),
            null,
            null,
            TestContext.Current.CancellationToken);

        Assert.Equal([hash, other], result.Sources.Select(s => s.ContentHash).OrderBy(h => h == other));
        Assert.Equal(["test/fractured/alone.jpg", "train/fractured/c.jpg"], Named(result, QualityRule.SourceAcrossSplits));
        Assert.Equal(2, result.Leakage.WithSource);
    }

    [Fact]
    public void Found_sources_cover_every_content_that_decodes()
    {
        using var folder = Set();

        var result = Scanner.Scan(Request(folder) with { FindSources = true }, new InMemoryFactsStore(), null, null, TestContext.Current.CancellationToken);

        Assert.Equal(result.Leakage.DistinctFiles, result.Sources.Count);
    }

    [Fact]
    public void Nothing_to_scan_is_a_result()
    {
        using var folder = new TempFolder();

        var result = Scanner.Scan(new(folder.Path, []), new InMemoryFactsStore(), null, null, TestContext.Current.CancellationToken);

        Assert.Empty(result.Findings);
        Assert.Equal(new LeakageCount(0, 0, 0, 0, 0, 0, 0, 0, 0), result.Leakage);
    }

    [Fact]
    public void The_reference_set_has_as_many_copies_as_were_counted_by_hand()
    {
        Assert.SkipWhen(Repository.ReferenceData is null, "the reference radiographs are not on this machine");
        var files = PlacedFiles.Of(Repository.ReferenceData!, NoCorrections, TestContext.Current.CancellationToken);

        var result = Scanner.Scan(new(Repository.ReferenceData!, files, FindSources: false), new InMemoryFactsStore(), null, null, TestContext.Current.CancellationToken);

        Assert.Equal(
            (10_548, 1330, 1212, 3534, 10_206, 3876),
            (result.Facts.Count, result.Leakage.HeldOut, result.Leakage.WithTwin, result.Leakage.IdenticalGroups, result.Leakage.IdenticalFiles, result.Leakage.DistinctFiles));
        Assert.DoesNotContain(result.Findings, f => f.Severity == QualitySeverity.Error && QualityRules.Of(f.Rule).Category != QualityCategory.Copies);
    }

    private static TempFolder Set()
    {
        var folder = new TempFolder();
        var pictures = Enumerable.Range(0, 6).Select(i => Radiographs.Encode(
            Radiographs.Draw(Radiographs.Width, Radiographs.Height, (u, v, noise) => 120 + (60 * Math.Sin(((2 * i) + 3) * u)) + (50 * Math.Cos(((3 * i) + 2) * v)) + (20 * noise), i),
            ImageFormat.Jpeg)).ToArray();
        folder.Write("train/fractured/a.jpg", pictures[0]);
        folder.Write("test/fractured/twin.jpg", pictures[0]);
        folder.Write("train/fractured/b.jpg", pictures[1]);
        folder.Write("train/not fractured/b.jpg", pictures[1]);
        folder.Write("train/fractured/c.jpg", pictures[2]);
        folder.Write("train/fractured/d.jpg", pictures[3]);
        folder.Write("test/fractured/alone.jpg", pictures[4]);
        folder.Write("train/fractured/cut.jpg", Rewriting.Cut(pictures[5], 0.5));
        return folder;
    }

    private static ScanRequest Request(TempFolder folder) =>
        new(folder.Path, PlacedFiles.Of(folder.Path, NoCorrections, TestContext.Current.CancellationToken), FindSources: false);

    private static ScanResult Scan(TempFolder folder, IFileFactsStore? store = null) =>
        Scanner.Scan(Request(folder), store ?? new InMemoryFactsStore(), null, null, TestContext.Current.CancellationToken);

    private static IEnumerable<string> Named(ScanResult result, QualityRule rule) => result.Findings.Where(f => f.Rule == rule).Select(f => f.File.RelativePath).Order(StringComparer.Ordinal);
}
