using FractureDashboard.ML.Quality;

namespace FractureDashboard.Jobs;

/// <summary>A scan in progress, as pages show it.</summary>
/// <param name="ScanId">The scan.</param>
/// <param name="Progress">How far it has come; null before its first report.</param>
/// <param name="Elapsed">Time since it began in this process.</param>
/// <param name="Remaining">Time to the end of the present phase at the pace of the last seconds; null while there is none to tell from.</param>
/// <param name="Newest">The newest findings, newest first, at most <see cref="QualityActivities.NewestKept"/>.</param>
/// <param name="Counts">Findings so far by rule.</param>
public sealed record ScanView(
    int ScanId,
    ScanProgress? Progress,
    TimeSpan Elapsed,
    TimeSpan? Remaining,
    IReadOnlyList<QualityFinding> Newest,
    IReadOnlyDictionary<QualityRule, int> Counts);
