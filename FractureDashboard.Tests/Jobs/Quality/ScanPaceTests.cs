using FractureDashboard.Jobs;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Tests.Jobs;

public sealed class ScanPaceTests
{
    private readonly HandClock clock = new();

    [Fact]
    public void Nothing_is_told_in_the_first_seconds()
    {
        var pace = new ScanPace(clock);
        Assert.Null(pace.Remaining());

        Run(pace, ScanPhase.Inspecting, from: 0, perSecond: 10, seconds: 2, total: 1000);

        Assert.Null(pace.Remaining());
    }

    [Fact]
    public void A_steady_pace_gives_the_time_that_is_left()
    {
        var pace = new ScanPace(clock);

        Run(pace, ScanPhase.Inspecting, from: 0, perSecond: 10, seconds: 10, total: 1000);

        Assert.Equal(90, pace.Remaining()!.Value.TotalSeconds, 3);
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(86, pace.Remaining()!.Value.TotalSeconds, 3);
    }

    [Fact]
    public void Files_taken_over_at_the_start_do_not_make_the_rest_look_short()
    {
        var pace = new ScanPace(clock);
        pace.Note(new(ScanPhase.Inspecting, 0, 10_000, 0, 0));
        clock.Advance(TimeSpan.FromSeconds(1));
        pace.Note(new(ScanPhase.Inspecting, 9_000, 10_000, 9_000, 0));

        Run(pace, ScanPhase.Inspecting, from: 9_000, perSecond: 10, seconds: 30, total: 10_000);

        Assert.Equal(70, pace.Remaining()!.Value.TotalSeconds, 3);
    }

    [Fact]
    public void A_new_phase_begins_without_an_estimate()
    {
        var pace = new ScanPace(clock);
        Run(pace, ScanPhase.Inspecting, from: 0, perSecond: 100, seconds: 10, total: 1000);

        pace.Note(new(ScanPhase.Grouping, 0, 500, 0, 0));

        Assert.Null(pace.Remaining());
    }

    private void Run(ScanPace pace, ScanPhase phase, int from, int perSecond, int seconds, int total)
    {
        for (var i = 0; i <= seconds; i++)
        {
            pace.Note(new(phase, from + (i * perSecond), total, 0, 0));
            clock.Advance(TimeSpan.FromSeconds(i == seconds ? 0 : 1));
        }
    }

    private sealed class HandClock : TimeProvider
    {
        private long ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public void Advance(TimeSpan by) => ticks += by.Ticks;
    }
}
