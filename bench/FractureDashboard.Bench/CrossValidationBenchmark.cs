using System.Globalization;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Bench;

/// <summary>
/// Grouped cross-validation: what a recipe reaches on radiographs of which it saw no copy. All splits are pooled, equal
/// files count once, sources are told apart by name and content and never divided. Of the folds that are not tested on,
/// one part in seven (whole sources) chooses the epoch.
/// </summary>
/// <remarks>
/// Settings: <c>recipe</c> (several with commas) and single options of it, <c>data=phantom|reference</c>, <c>k=5</c>,
/// <c>folds=0,1</c> to train only these, <c>parts=7</c>, <c>splitseed=1</c>, <c>work</c>, <c>out</c>. The summary covers
/// every fold in the log.
/// </remarks>
internal static class CrossValidationBenchmark
{
    private const int Draws = 2000;
    private const int BootstrapSeed = 1;

    public static void Run(TextWriter output, CancellationToken cancellationToken)
    {
        var settings = BenchSettings.FromCommandLine();
        var log = new RunLog(settings, "crossvalidation");
        var name = settings.Text("data", BenchData.ReferenceRoot is null ? "phantom" : "reference");
        var data = BenchData.Open(name, settings, cancellationToken);
        var images = SourceGroups.Distinct(SourceGroups.Assign(data.Images));
        var (count, seed) = (settings.Number("k", 5), settings.Number("splitseed", 1));
        var foldOf = GroupedFolds.Assign(images, count, seed);
        var folds = Enumerable.Range(0, count).Select(f => GroupedFolds.HoldOut(images, foldOf, f, settings.Number("parts", 7), seed)).ToArray();
        var chosen = settings.Numbers("folds", string.Join(',', Enumerable.Range(0, count)));

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Grouped cross-validation, {name}: {images.Count} distinct files of {images.DistinctBy(i => i.Group).Count()} sources, {images.Average(i => (double)i.Label):0.0 %} fractured; {count} folds, split seed {seed}."));
        foreach (var recipe in settings.List("recipe", "recommended"))
        {
            var options = Recipes.Get(recipe, settings);
            foreach (var fold in chosen)
            {
                log.Train(recipe, $"{name}, fold {fold} of {count}", options, data.Root, folds[fold], cancellationToken);
            }

            Print(output, recipe, settings, [.. folds.Select(f => log.Find(options, f))]);
        }
    }

    private static void Print(TextWriter output, string recipe, BenchSettings settings, LoggedRun?[] runs)
    {
        output.WriteLine();
        output.WriteLine($"Recipe {recipe}{string.Concat(settings.Overrides.Select(o => $" {o.Key}={o.Value}"))}:");
        output.WriteLine("| fold | training images | test images | sources | AUC | AUC by source | accuracy | seconds | epoch kept | validation AUC after each epoch |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        for (var fold = 0; fold < runs.Length; fold++)
        {
            if (runs[fold] is { } run)
            {
                var sources = SourceBootstrap.BySource(run.Test);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {fold} | {run.TrainingImages} | {run.Test.Count} | {sources.Count} | {SourceBootstrap.Auc(run.Test):0.000} | {SourceBootstrap.Auc(sources):0.000} | {run.TestAccuracy:0.000} | {run.Seconds:0.0} | {run.Kept.Epoch} | {string.Join(' ', run.Epochs.Select(e => (e.ValidationAuc ?? double.NaN).ToString("0.000", CultureInfo.InvariantCulture)))} |"));
            }
        }

        IReadOnlyList<LoggedRun> done = [.. runs.OfType<LoggedRun>()];
        if (done.Count > 0)
        {
            output.WriteLine();
            Summarize(output, $"AUC by image, mean of {done.Count} folds", [.. done.Select(r => r.Test)]);
            Summarize(output, $"AUC by source (mean score of its images), mean of {done.Count} folds", [.. done.Select(r => SourceBootstrap.BySource(r.Test))]);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Accuracy {done.Average(r => r.TestAccuracy):0.000}, {done.Average(r => r.Seconds):0.0} s a fold, {done[0].Parameters} parameters."));
        }
    }

    private static void Summarize(TextWriter output, string what, IReadOnlyList<IReadOnlyList<SourceScore>> folds)
    {
        var (low, high) = SourceBootstrap.MeanAucInterval(folds, Draws, BootstrapSeed);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {folds.Average(SourceBootstrap.Auc):0.000}, 95 % interval {low:0.000} to {high:0.000} ({Draws} draws of the sources within each fold and class)."));
    }
}
