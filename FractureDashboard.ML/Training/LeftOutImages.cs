using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Training;

/// <summary>Says in the log which images a run does without, and why.</summary>
internal static class LeftOutImages
{
    private const int MostNamed = 20;

    public static void Log(IReadOnlyList<SkippedFile> leftOut, EventNumbering events)
    {
        foreach (var file in leftOut.Take(MostNamed))
        {
            events.Log(LogSeverity.Warning, $"Left out {file.RelativePath}: {file.Reason}");
        }

        if (leftOut.Count > MostNamed)
        {
            events.Log(LogSeverity.Warning, $"{leftOut.Count - MostNamed} more images were left out, {leftOut.Count} in all.");
        }
    }
}
