using FractureDashboard.Jobs;
using FractureDashboard.ML.Training;
using FractureDashboard.Shell;
using FractureDashboard.Storage;

namespace FractureDashboard.Runs.Comparison;

/// <summary>A line of a comparison: one value for each run.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Values">As shown, in the order of the runs.</param>
/// <param name="Best">Which of them are the best; empty where there is no better or worse.</param>
/// <param name="Differs">True when not all are equal.</param>
public sealed record ComparisonRow(string Title, IReadOnlyList<string> Values, IReadOnlySet<int> Best, bool Differs);

/// <summary>Sets runs side by side.</summary>
public static class RunComparison
{
    private const string Unknown = "–";

    /// <summary>What was asked of the runs.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="versions">What the versions that they were trained on are called, by run.</param>
    public static IReadOnlyList<ComparisonRow> Options(IReadOnlyList<Run> runs, IReadOnlyDictionary<int, string> versions)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(versions);
        var options = runs.Select(r => RunQueue.ReadOptions(r.OptionsJson)).ToList();
        return
        [
            Facts("Data set", r => r.DatasetName),
            Facts("Data set version", r => r.Fingerprint.Length > 0 ? $"{r.DatasetVersion}{(versions.TryGetValue(r.Id, out var name) ? $", {name}" : "")} ({Short(r.Fingerprint)})" : Unknown),
            .. OptionRows.All.Select(o => Chosen(o.Title, o.Value)),
            Facts("Device used", r => r.DeviceUsed ?? Unknown),
            Facts("Software", r => r.SoftwareVersions ?? Unknown),
            Facts("Commit", r => r.GitCommit is { } c ? Short(c) : Unknown),
        ];

        ComparisonRow Facts(string title, Func<Run, string> value) => Row(title, [.. runs.Select(value)]);

        ComparisonRow Chosen(string title, Func<TrainingOptions, string> value) => Row(title, [.. options.Select(o => o is null ? "unreadable" : value(o))]);
    }

    /// <summary>What came out.</summary>
    public static IReadOnlyList<ComparisonRow> Metrics(IReadOnlyList<Run> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        return
        [
            Row("State", [.. runs.Select(r => r.State == RunState.Running ? $"{RunText.Of(r.State)}, epoch {r.EpochsDone} of {r.Epochs} done" : RunText.Of(r.State))]),
            Row("Best epoch", [.. runs.Select(r => r.BestEpoch is { } e ? $"{e} of {r.Epochs}" : Unknown)]),
            Measured("Validation loss at best epoch", r => r.BestValidationLoss, Humane.Loss, higherIsBetter: false),
            Measured("Validation accuracy at best epoch", r => r.BestValidationAccuracy, Humane.Percent),
            Measured("Validation AUC at best epoch", r => r.BestValidationAuc, RunText.Auc),
            Measured("Validation accuracy without twins", r => r.ValidationAccuracyWithoutTwins, Humane.Percent),
            Measured("Test accuracy, all images", r => r.TestAccuracy, Humane.Percent),
            Measured("Test accuracy without twins", r => r.TestAccuracyWithoutTwins, Humane.Percent),
            Measured("Test AUC", r => r.TestAuc, RunText.Auc),
            Row("Test images with a twin in train", [.. runs.Select(r => r.TestImages is { } n && n > 0 ? $"{r.TestTwins ?? 0} of {n}" : Unknown)]),
            Measured("Training time", r => r.TrainedSeconds > 0 ? r.TrainedSeconds : null, v => v is { } s ? Humane.Duration(TimeSpan.FromSeconds(s)) : Unknown, higherIsBetter: false),
            Row("Parameters", [.. runs.Select(r => r.ParameterCount > 0 ? Humane.Count(r.ParameterCount) : Unknown)]),
        ];

        ComparisonRow Measured(string title, Func<Run, double?> value, Func<double?, string> text, bool higherIsBetter = true)
        {
            var row = Row(title, [.. runs.Select(r => text(value(r)))]);
            var known = runs.Select(value).OfType<double>().ToList();

            // A best one stands out only against another; what reads the same is equally good.
            if (known.Count < 2 || !row.Differs)
            {
                return row;
            }

            var best = text(higherIsBetter ? known.Max() : known.Min());
            return row with { Best = Enumerable.Range(0, runs.Count).Where(i => row.Values[i] == best).ToHashSet() };
        }
    }

    // What is not known yet differs from nothing.
    private static ComparisonRow Row(string title, IReadOnlyList<string> values) =>
        new(title, values, new HashSet<int>(), values.Where(v => v != Unknown).Distinct(StringComparer.Ordinal).Skip(1).Any());

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;
}
