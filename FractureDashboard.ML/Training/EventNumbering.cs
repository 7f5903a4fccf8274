namespace FractureDashboard.ML.Training;

/// <summary>Numbers a run's events and hands them to the sink.</summary>
/// <param name="sink">Takes them.</param>
/// <param name="clock">Dates them.</param>
/// <param name="first">Number of the first event.</param>
internal sealed class EventNumbering(ITrainingEventSink sink, TimeProvider clock, long first)
{
    private readonly Lock gate = new();

    /// <summary>Number of the newest event.</summary>
    public long Last { get; private set; } = first - 1;

    /// <summary>Publishes an event; decoding reports from several threads.</summary>
    /// <param name="create">Makes the event from its number and date.</param>
    public void Publish(Func<long, DateTime, TrainingEvent> create)
    {
        lock (gate)
        {
            sink.Publish(create(++Last, clock.GetUtcNow().UtcDateTime));
        }
    }

    /// <summary>Publishes a line of the log.</summary>
    public void Log(LogSeverity severity, string text) => Publish((n, at) => new LogLine(n, at, severity, text));
}
