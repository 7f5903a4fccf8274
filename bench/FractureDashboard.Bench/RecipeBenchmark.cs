using System.Globalization;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Bench;

/// <summary>
/// The launch form's presets side by side, over seeds: on each data set as it is published; without the training images
/// whose byte-identical twin is in its validation or test split; and split anew so that no source lies in two splits.
/// </summary>
/// <remarks>
/// Settings: <c>data=phantom,reference</c>, <c>split=published,sources</c> (also <c>notwins</c>), <c>recipe=baseline,augmented,recommended</c>,
/// <c>seeds=42,7,2026</c>, <c>images=600</c> (phantoms), <c>groups=true</c> to tell the training which images share a
/// source by name, single options of the recipes, <c>work</c>, <c>out</c>.
/// </remarks>
internal static class RecipeBenchmark
{
    public static void Run(TextWriter output, CancellationToken cancellationToken)
    {
        var settings = BenchSettings.FromCommandLine();
        var log = new RunLog(settings, "recipes");
        var done = new List<(string Data, string Split, LoggedRun Run, double? Target)>();
        var recipes = settings.List("recipe", "baseline,augmented,recommended");
        output.WriteLine($"Presets{string.Concat(settings.Overrides.Select(o => $" {o.Key}={o.Value}"))}; the time to the baseline's best validation AUC ends with the first epoch that reaches it:");
        output.WriteLine("| data | split | training images | recipe | seed | test accuracy | test AUC | validation AUC of the epoch kept | best validation AUC | seconds | seconds to the baseline's best AUC | parameters |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var name in settings.List("data", BenchData.ReferenceRoot is null ? "phantom" : "phantom,reference"))
        {
            var data = BenchData.Open(name, settings, cancellationToken);
            var published = bool.Parse(settings.Text("groups", "false")) ? SourceGroups.Assign(data.Images) : data.Images;
            foreach (var split in settings.List("split", "published,sources"))
            {
                var images = split switch
                {
                    "published" => published,
                    "notwins" => SourceGroups.WithoutTwinsOfHeldOut(published),
                    "sources" => HonestSplit.Assign(SourceGroups.Distinct(SourceGroups.Assign(data.Images)), SplitShares.Usual, settings.Number("splitseed", 1)),
                    _ => throw new InvalidOperationException($"There is no split '{split}'. Known: published, notwins, sources."),
                };
                foreach (var seed in settings.Numbers("seeds", "42,7,2026"))
                {
                    double? target = null;
                    if (log.Find(Recipes.Get("baseline", settings) with { Seed = seed }, images) is { } known)
                    {
                        target = BestAuc(known);
                    }

                    foreach (var recipe in recipes.OrderByDescending(r => r == "baseline"))
                    {
                        var run = log.Train(recipe, $"{name}, {split}, seed {seed}", Recipes.Get(recipe, settings) with { Seed = seed }, data.Root, images, cancellationToken);
                        target = recipe == "baseline" ? BestAuc(run) : target;
                        done.Add((name, split, run, target));
                        output.WriteLine(string.Create(
                            CultureInfo.InvariantCulture,
                            $"| {name} | {split} | {run.TrainingImages} | {recipe} | {seed} | {run.TestAccuracy:0.000} | {SourceBootstrap.Auc(run.Test):0.000} | {run.Kept.ValidationAuc:0.000} | {BestAuc(run):0.000} | {run.Seconds:0.0} | {TimeTo(run, target)} | {run.Parameters} |"));
                    }
                }
            }
        }

        Summarize(output, done);
    }

    private static void Summarize(TextWriter output, IEnumerable<(string Data, string Split, LoggedRun Run, double? Target)> done)
    {
        output.WriteLine();
        output.WriteLine("Mean over the seeds (lowest to highest):");
        output.WriteLine("| data | split | recipe | seeds | test accuracy | test AUC | validation AUC of the epoch kept | seconds | seconds to the baseline's best AUC, each seed | parameters |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var row in done.GroupBy(d => (d.Data, d.Split, d.Run.Recipe)))
        {
            LoggedRun[] runs = [.. row.Select(d => d.Run)];
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {row.Key.Data} | {row.Key.Split} | {row.Key.Recipe} | {runs.Length} | {Range(runs, r => r.TestAccuracy)} | {Range(runs, r => SourceBootstrap.Auc(r.Test))} | {Range(runs, r => r.Kept.ValidationAuc ?? double.NaN)} | {runs.Average(r => r.Seconds):0.0} | {string.Join(", ", row.Select(d => TimeTo(d.Run, d.Target)))} | {runs[0].Parameters} |"));
        }
    }

    private static string Range(LoggedRun[] runs, Func<LoggedRun, double> value) =>
        string.Create(CultureInfo.InvariantCulture, $"{runs.Average(value):0.000} ({runs.Min(value):0.000} to {runs.Max(value):0.000})");

    private static double? BestAuc(LoggedRun run) => run.Epochs.Max(e => e.ValidationAuc);

    private static string TimeTo(LoggedRun run, double? target) => target switch
    {
        null => "no baseline",
        { } auc => run.SecondsTo(auc)?.ToString("0.0", CultureInfo.InvariantCulture) ?? "not reached",
    };
}
