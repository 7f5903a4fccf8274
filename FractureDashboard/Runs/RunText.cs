using FractureDashboard.Jobs;
using FractureDashboard.ML.Training;
using FractureDashboard.Storage;
using MudBlazor;

namespace FractureDashboard.Runs;

/// <summary>How runs are put into words and signs.</summary>
internal static class RunText
{
    /// <summary>All states in the order of a run's life.</summary>
    public static IReadOnlyList<RunState> States { get; } = Enum.GetValues<RunState>();

    /// <summary>A state in a word.</summary>
    public static string Of(RunState state) => state switch
    {
        RunState.Queued => "queued",
        RunState.Running => "running",
        RunState.Completed => "completed",
        RunState.Canceled => "cancelled",
        RunState.Failed => "failed",
        _ => "interrupted",
    };

    /// <summary>A sign for a state, so that colour is not the only one.</summary>
    public static string IconOf(RunState state) => state switch
    {
        RunState.Queued => Icons.Material.Outlined.Schedule,
        RunState.Running => Icons.Material.Outlined.PlayCircle,
        RunState.Completed => Icons.Material.Outlined.CheckCircle,
        RunState.Canceled => Icons.Material.Outlined.StopCircle,
        RunState.Failed => Icons.Material.Outlined.Error,
        _ => Icons.Material.Outlined.PowerOff,
    };

    /// <summary>A colour for a state.</summary>
    public static Color ColorOf(RunState state) => state switch
    {
        RunState.Running => Color.Primary,
        RunState.Completed => Color.Success,
        RunState.Failed => Color.Error,
        RunState.Interrupted or RunState.Canceled => Color.Warning,
        _ => Color.Default,
    };

    /// <summary>A model's name for people; its key when this version does not know it.</summary>
    public static string Model(string name) => TrainingOptionsText.Model(name);

    /// <summary>True for a run that looks for a learning rate and makes no model.</summary>
    public static bool IsSearch(Run run) => run.SuggestedLearningRate is not null || RunQueue.ReadOptions(run.OptionsJson)?.Purpose == TrainingPurpose.FindLearningRate;

    /// <summary>An area under the ROC curve.</summary>
    public static string Auc(double? auc) => auc is { } a ? $"{a:0.000}" : "–";

    /// <summary>A learning rate with two digits that matter.</summary>
    public static string Rate(double rate) => rate.ToString(rate is 0 or >= 1e-3 ? "0.#####" : "0.##e0", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The seconds a run has been trained, the attempt in progress included.</summary>
    public static TimeSpan Trained(Run run, DateTime now)
    {
        var current = run is { State: RunState.Running, StartedUtc: { } started } && run.TrainedSeconds == 0 ? (now - started).TotalSeconds : 0;
        return TimeSpan.FromSeconds(Math.Max(0, run.TrainedSeconds + current));
    }
}
