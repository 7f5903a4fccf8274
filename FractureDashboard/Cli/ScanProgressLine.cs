using FractureDashboard.ML.Quality;
using FractureDashboard.Shell;

namespace FractureDashboard.Cli;

/// <summary>Tells how far a scan has come: on a terminal in a line that changes, elsewhere with one line for each phase.</summary>
/// <param name="error">Where to.</param>
/// <param name="terminal">Whether that is a terminal.</param>
/// <param name="clock">The time.</param>
internal sealed class ScanProgressLine(TextWriter error, bool terminal, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly Lock gate = new();
    private ScanPhase? phase;
    private long written;
    private int width;

    /// <summary>Takes a report; may be called from several threads.</summary>
    public void Report(ScanProgress progress)
    {
        lock (gate)
        {
            var next = phase != progress.Phase;
            if (!next && (!terminal || clock.GetElapsedTime(written) < Interval))
            {
                return;
            }

            (phase, written) = (progress.Phase, clock.GetTimestamp());
            if (terminal)
            {
                var line = $"{Words(progress.Phase)}: {Humane.Count(progress.Done)} of {Humane.Count(progress.Total)}, {Humane.Count(progress.Findings)} findings";
                error.Write($"\r{line.PadRight(width)}");
                width = line.Length;
            }
            else
            {
                error.WriteLine($"{Words(progress.Phase)} ({Humane.Count(progress.Total)})");
            }
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (terminal)
            {
                error.Write($"\r{new string(' ', width)}\r");
            }
        }
    }

    private static string Words(ScanPhase phase) => phase switch
    {
        ScanPhase.Inspecting => "Looking at each file",
        ScanPhase.Comparing => "Looking for copies",
        ScanPhase.Grouping => "Looking for images of one radiograph",
        ScanPhase.Embedding => "Showing every image to a model",
        _ => "Putting the findings together",
    };
}
