using System.Globalization;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Bench;

/// <summary>
/// What copies and shared radiographs do to a number: a preset is trained on a data set as it is published and on an honest split of it, and
/// judged on the published test split, on its images without a twin in train, on those whose radiograph is not in train, and on
/// the honest test split. Radiographs are told apart by what the images show, not by their names.
/// </summary>
/// <remarks>
/// Settings: <c>data=phantom|reference</c>, <c>recipe=baseline</c> (several with commas) and single options of it,
/// <c>seeds=42,7,2026</c>, <c>splitseed=1</c>, <c>images=600</c> (phantoms), <c>work</c>, <c>out</c>. What was trained is not trained again.
/// <c>--quick</c> trains one epoch at 64 pixels on 60 phantoms.
/// </remarks>
internal static class LeakageBenchmark
{
    private const int Draws = 2000;
    private const int QuickImages = 60;
    private const int QuickSide = 64;

    public static void Run(TextWriter output, CancellationToken cancellationToken)
    {
        var settings = BenchSettings.FromCommandLine();
        var log = new RunLog(settings, "leakage");
        var name = settings.Text("data", BenchData.ReferenceRoot is null || BenchScale.IsQuick ? "phantom" : "reference");
        var data = BenchData.Open(name, settings, cancellationToken);
        var published = WithSources(data, BenchScale.IsQuick ? Few(data.Images) : data.Images, settings, cancellationToken);
        var honest = HonestSplit.Assign(SourceGroups.Distinct(published), SplitShares.Usual, settings.Number("splitseed", 1));
        Describe(output, name, published, honest);
        output.WriteLine();
        output.WriteLine("| recipe | seed | trained on | judged on | images | sources | accuracy | 95 % interval (Wilson) | AUC | 95 % interval (sources drawn) |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var recipe in settings.List("recipe", "baseline"))
        {
            foreach (var seed in settings.Numbers("seeds", BenchScale.IsQuick ? "42" : "42,7,2026"))
            {
                var options = Recipes.Get(recipe, settings) with { Seed = seed };
                options = BenchScale.IsQuick ? options with { Epochs = 1, ImageSize = QuickSide } : options;
                var first = log.Train(recipe, $"{name}, published, seed {seed}", options, data.Root, published, cancellationToken);
                foreach (var (judged, scores) in Slices(first, published))
                {
                    Print(output, recipe, seed, "published", judged, scores);
                }

                var second = log.Train(recipe, $"{name}, honest, seed {seed}", options, data.Root, honest, cancellationToken);
                Print(output, recipe, seed, "honest", "honest test", second.Test);
            }
        }
    }

    private static IReadOnlyList<ImageRecord> WithSources(BenchData data, IReadOnlyList<ImageRecord> images, BenchSettings settings, CancellationToken cancellationToken)
    {
        PlacedFile[] files = [.. images.Select(i => new PlacedFile(i.RelativePath, i.Split, i.Label, i.Bytes, i.ModifiedUtc))];
        var hashes = images.ToDictionary(i => i.RelativePath, i => i.ContentHash, StringComparer.Ordinal);
        var found = SourceFinder.Find(data.Root, files, hashes, Path.Combine(settings.Work, "sources"), new ImageDecoder(), progress: null, cancellationToken);
        var sources = found.ToDictionary(s => s.ContentHash, s => s.Source, StringComparer.Ordinal);
        return [.. images.Select(i => i with { Group = sources.GetValueOrDefault(i.ContentHash) })];
    }

    private static ImageRecord[] Few(IReadOnlyList<ImageRecord> images) =>
        [.. images.GroupBy(i => (i.Split, i.Label)).SelectMany(g => g.Take(QuickImages / 6))];

    private static IEnumerable<(string Judged, IReadOnlyList<SourceScore> Scores)> Slices(LoggedRun run, IReadOnlyList<ImageRecord> images)
    {
        var train = images.Where(i => i.Split == Split.Train).ToList();
        var contents = train.Select(i => i.ContentHash).ToHashSet(StringComparer.Ordinal);
        var sources = train.Select(GroupedFolds.SourceOf).ToHashSet(StringComparer.Ordinal);
        var known = images.ToDictionary(i => i.RelativePath, StringComparer.Ordinal);
        var test = run.TestPaths!.Select((path, i) => (Image: known[path], Score: run.Test[i])).ToList();
        yield return ("published test", run.Test);
        yield return ("published test, without twin in train", [.. test.Where(t => !contents.Contains(t.Image.ContentHash)).Select(t => t.Score)]);
        yield return ("published test, radiograph not in train", [.. test.Where(t => !contents.Contains(t.Image.ContentHash) && !sources.Contains(GroupedFolds.SourceOf(t.Image))).Select(t => t.Score)]);
    }

    private static void Describe(TextWriter output, string name, IReadOnlyList<ImageRecord> published, IReadOnlyList<ImageRecord> honest)
    {
        output.WriteLine($"Leakage, {name}:");
        output.WriteLine("| split | images | distinct | sources | train | validation | test | held out with a twin in train | held out with their radiograph in train |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var (title, images) in new[] { ("published", published), ("honest", honest) })
        {
            var train = images.Where(i => i.Split == Split.Train).ToList();
            var contents = train.Select(i => i.ContentHash).ToHashSet(StringComparer.Ordinal);
            var sources = train.Select(GroupedFolds.SourceOf).ToHashSet(StringComparer.Ordinal);
            var held = images.Where(i => i.Split != Split.Train).ToList();
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {title} | {images.Count} | {images.DistinctBy(i => i.ContentHash).Count()} | {images.DistinctBy(GroupedFolds.SourceOf).Count()} | {train.Count} | {held.Count(i => i.Split == Split.Validation)} | {held.Count(i => i.Split == Split.Test)} | {held.Count(i => contents.Contains(i.ContentHash))} | {held.Count(i => contents.Contains(i.ContentHash) || sources.Contains(GroupedFolds.SourceOf(i)))} |"));
        }
    }

    private static void Print(TextWriter output, string recipe, int seed, string trained, string judged, IReadOnlyList<SourceScore> scores)
    {
        var summary = ScoreSummary.Of(scores.Select(s => (s.Label, s.Score)));
        var sources = SourceBootstrap.BySource(scores);
        var interval = "–";
        if (sources.Select(s => s.Label).Distinct().Count() == 2)
        {
            var (low, high) = SourceBootstrap.MeanAucInterval([scores], BenchScale.Of(Draws, 100), seed: 1);
            interval = string.Create(CultureInfo.InvariantCulture, $"{low:0.000} to {high:0.000}");
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {recipe} | {seed} | {trained} | {judged} | {summary.Images} | {sources.Count} | {Number(summary.Accuracy)} | {Number(summary.AccuracyLow)} to {Number(summary.AccuracyHigh)} | {Number(summary.Auc)} | {interval} |"));
    }

    private static string Number(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "–";
}
