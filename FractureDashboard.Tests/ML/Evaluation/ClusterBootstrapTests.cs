using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Runtime;

namespace FractureDashboard.Tests.ML.Evaluation;

public sealed class ClusterBootstrapTests
{
    private static readonly Func<ScoreTally, double?>[] Metrics = [RocCurve.AreaOf, Calibration.BrierOf, PrecisionRecallCurve.AverageOf, t => ConfusionMatrix.At(t, 0.5).F1];

    [Fact]
    public void Counting_gives_what_copying_the_drawn_images_gives()
    {
        // Sources of one class and of both, and images without a source.
        var pure = ScoreCases.Sources(14, 3);
        var set = new ScoreSet(
            [.. pure.Scores, 0.2, 0.7, 0.4, 0.6, 0.55, 0.15],
            [.. pure.Labels, Label.NotFractured, Label.Fractured, Label.NotFractured, Label.Fractured, Label.Fractured, Label.NotFractured],
            [.. pure.Sources!, "mixed 1", "mixed 1", "mixed 2", "mixed 2", null, null]);

        var found = ClusterBootstrap.Intervals(set, [RocCurve.AreaOf, Calibration.BrierOf], new(60, 5), TestContext.Current.CancellationToken);

        double[] areas = new double[60], briers = new double[60];
        var strata = Enumerable.Range(0, set.Count)
            .GroupBy(i => set.Sources![i] ?? $"~{i:000}", StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .GroupBy(g => g.Select(i => set.Labels[i]).Distinct().Count() > 1 ? 2 : (int)set.Labels[g.First()])
            .OrderBy(s => s.Key)
            .Select(s => s.ToArray())
            .ToArray();
        for (var draw = 0; draw < 60; draw++)
        {
            var random = SplitMix64.For(5, (long)RandomPurpose.Bootstrap, draw);
            var images = new List<int>();
            foreach (var sources in strata)
            {
                for (var i = 0; i < sources.Length; i++)
                {
                    images.AddRange(sources[(int)(random.Next() * sources.Length)]);
                }
            }

            areas[draw] = BinaryMetrics.Auc([.. images.Select(i => set.Scores[i])], [.. images.Select(i => set.Labels[i])]);
            briers[draw] = images.Average(i => Math.Pow(set.Scores[i] - (int)set.Labels[i], 2));
        }

        Assert.Equal(3, strata.Length);
        AssertPercentiles(areas, found[0]);
        AssertPercentiles(briers, found[1]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_intervals_on_any_number_of_threads()
    {
        var set = ScoreCases.Sources(40, 3);
        var one = ClusterBootstrap.Intervals(set, Metrics, new(300, 9, 1), TestContext.Current.CancellationToken);

        Assert.Equal(one, ClusterBootstrap.Intervals(set, Metrics, new(300, 9, 7), TestContext.Current.CancellationToken));
        Assert.Equal(one, ClusterBootstrap.Intervals(set, Metrics, new(300, 9), TestContext.Current.CancellationToken));
        Assert.NotEqual(one, ClusterBootstrap.Intervals(set, Metrics, new(300, 10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void The_intervals_hold_the_values_and_take_no_comfort_from_copies()
    {
        var once = ScoreCases.Sources(60, 1);
        ScoreSet copied = new([.. Repeat(once.Scores)], [.. Repeat(once.Labels)], [.. Repeat(once.Sources!)]);
        ScoreSet asIfIndependent = new(copied.Scores, copied.Labels);
        var options = new BootstrapOptions(400, 1);
        var honest = ClusterBootstrap.Intervals(once, Metrics, options, TestContext.Current.CancellationToken);

        Assert.All(honest.Zip(Metrics), m => Assert.InRange(m.Second(once.Tally)!.Value, m.First.Interval!.Value.Low, m.First.Interval.Value.High));
        Assert.All(honest.Zip(ClusterBootstrap.Intervals(copied, Metrics, options, TestContext.Current.CancellationToken)), m =>
        {
            Assert.Equal(m.First.Interval!.Value.Low, m.Second.Interval!.Value.Low, 12);
            Assert.Equal(m.First.Interval!.Value.High, m.Second.Interval!.Value.High, 12);
        });
        Assert.All(honest.Zip(ClusterBootstrap.Intervals(asIfIndependent, Metrics, options, TestContext.Current.CancellationToken)), m => Assert.True(Width(m.Second) < 0.6 * Width(m.First)));

        static IEnumerable<T> Repeat<T>(IReadOnlyList<T> list) => list.SelectMany(x => Enumerable.Repeat(x, 6));
        static double Width(BootstrapInterval drawn) => drawn.Interval!.Value.High - drawn.Interval.Value.Low;
    }

    [Fact]
    public void For_single_images_the_width_is_that_of_DeLong()
    {
        // Both estimate the same standard error; for 400 images they agree within a tenth.
        var set = ScoreCases.Sources(400, 1);
        var drawn = ClusterBootstrap.Intervals(set, [RocCurve.AreaOf], new(1000, 2), TestContext.Current.CancellationToken)[0].Interval!.Value;
        var formula = DeLong.Of(set.Tally).Interval!.Value;

        Assert.InRange((drawn.High - drawn.Low) / (formula.High - formula.Low), 0.9, 1.1);
    }

    [Fact]
    public void A_metric_that_is_undefined_in_too_many_draws_has_no_interval()
    {
        // One image in ten is called fractured: one draw in three holds none of it.
        var set = ScoreCases.Set([0.9, .. Enumerable.Repeat(0.1, 9)], [.. Enumerable.Repeat(0.1, 10)]);
        var found = ClusterBootstrap.Intervals(set, [t => ConfusionMatrix.At(t, 0.5).PositivePredictiveValue, RocCurve.AreaOf], new(200), TestContext.Current.CancellationToken);

        Assert.Null(found[0].Interval);
        Assert.InRange(found[0].Draws, 100, 170);
        Assert.Contains("undefined", found[0].Reason, StringComparison.Ordinal);
        Assert.Equal(200, found[1].Draws);
        Assert.NotNull(found[1].Interval);
    }

    [Fact]
    public void One_source_of_each_class_says_nothing()
    {
        var found = ClusterBootstrap.Intervals(ScoreCases.Sources(2, 5), [RocCurve.AreaOf], new(100), TestContext.Current.CancellationToken)[0];

        Assert.Null(found.Interval);
        Assert.Contains("at least two sources", found.Reason, StringComparison.Ordinal);
        Assert.Null(ClusterBootstrap.Intervals(ScoreCases.Set([], []), [RocCurve.AreaOf], new(100), TestContext.Current.CancellationToken)[0].Interval);
    }

    [Fact]
    public void It_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var seen = 0;
        double? Stop(ScoreTally tally)
        {
            if (Interlocked.Increment(ref seen) == 20)
            {
                cancel.Cancel();
            }

            return 0;
        }

        Assert.ThrowsAny<OperationCanceledException>(() => ClusterBootstrap.Intervals(ScoreCases.Sources(10, 2), [Stop], new(1_000_000), cancel.Token));
        Assert.InRange(seen, 20, 100_000);
    }

    [Fact]
    public void Too_few_draws_or_threads_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ClusterBootstrap.Intervals(ScoreCases.Sources(4, 1), Metrics, new(39), TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClusterBootstrap.Intervals(ScoreCases.Sources(4, 1), Metrics, new(100, Threads: 0), TestContext.Current.CancellationToken));
    }

    /// <summary>Percentiles interpolated as numpy does: of 60 values the 2.5th lies at 1.475, the 97.5th at 57.525.</summary>
    private static void AssertPercentiles(double[] values, BootstrapInterval found)
    {
        Array.Sort(values);
        Assert.Equal((0.525 * values[1]) + (0.475 * values[2]), found.Interval!.Value.Low, 12);
        Assert.Equal((0.475 * values[57]) + (0.525 * values[58]), found.Interval!.Value.High, 12);
        Assert.Equal(60, found.Draws);
    }
}
