using FractureDashboard.Jobs;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Tests.Jobs;

public sealed class RunEventSinkTests
{
    [Fact]
    public void Under_pressure_only_steps_are_dropped_and_the_order_stays()
    {
        var sink = new RunEventSink();
        for (var i = 1; i <= 30_000; i++)
        {
            sink.Publish(i % 100 == 0
                ? new LogLine(i, DateTime.UnixEpoch, LogSeverity.Information, "line")
                : new StepCompleted(i, DateTime.UnixEpoch, 1, i, i, 0.5, 1, 1, new StepDetails(1e-3, 0, 0, 0, 0, 0)));
        }

        sink.Complete();
        var events = new List<TrainingEvent>();
        while (sink.Events.TryRead(out var e))
        {
            events.Add(e);
        }

        Assert.Equal(300, events.OfType<LogLine>().Count());
        Assert.InRange(events.Count, 10_000, 10_300);
        Assert.Equal(events.Select(e => e.Sequence).Order(), events.Select(e => e.Sequence));
    }
}
