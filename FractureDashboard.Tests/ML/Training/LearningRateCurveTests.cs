using FractureDashboard.ML.Training;

namespace FractureDashboard.Tests.ML.Training;

public sealed class LearningRateCurveTests
{
    private const int Steps = 10;
    private static readonly TrainingOptions Options = new() { Epochs = 10, LearningRate = 0.2 };

    [Fact]
    public void A_constant_rate_is_constant() => Assert.All(LearningRateCurve.Of(Options, Steps, 50), rate => Assert.Equal(0.2, rate, 12));

    [Fact]
    public void A_cosine_falls_from_the_full_rate_to_its_lowest_and_passes_their_mean_half_way()
    {
        var rates = Rates(Options with { Schedule = new(ScheduleKind.Cosine, FinalFraction: 0.1) });

        Assert.Equal(0.2, rates[0], 12);
        Assert.Equal(0.02, rates[^1], 12);
        Assert.Equal(0.11, (rates[49] + rates[50]) / 2, 3);
        Assert.All(rates.Zip(rates.Skip(1)), pair => Assert.True(pair.Second < pair.First));
    }

    [Fact]
    public void Steps_multiply_the_rate_every_so_many_epochs()
    {
        var rates = Rates(Options with { Schedule = new(ScheduleKind.Step, Epochs: 4, Factor: 0.5) });

        Assert.Equal([0.2, 0.2, 0.1, 0.1, 0.05, 0.05], new[] { 0, 39, 40, 79, 80, 99 }.Select(i => Math.Round(rates[i], 12)));
    }

    [Fact]
    public void One_cycle_rises_from_a_25th_peaks_once_and_falls_to_nothing()
    {
        var rates = Rates(Options with { Schedule = new(ScheduleKind.OneCycle) });

        Assert.Equal(0.2 / 25, rates[0], 12);
        Assert.Equal(0, rates[^1], 12);
        var peak = rates.IndexOf(rates.Max());
        Assert.InRange(peak, 28, 31);
        Assert.InRange(rates[peak], 0.1999, 0.2);
        Assert.All(rates.Take(peak).Zip(rates.Skip(1)), pair => Assert.True(pair.Second > pair.First));
        Assert.All(rates.Skip(peak).Zip(rates.Skip(peak + 1)), pair => Assert.True(pair.Second < pair.First));
    }

    [Theory]
    [InlineData(ScheduleKind.Constant)]
    [InlineData(ScheduleKind.Cosine)]
    public void A_warm_up_rises_in_equal_steps_and_meets_the_schedule(ScheduleKind kind)
    {
        var rates = Rates(Options with { Schedule = new(kind, WarmupEpochs: 1.5) });

        Assert.All(Enumerable.Range(0, 15), i => Assert.Equal(0.2 * (i + 1) / 16, rates[i], 12));
        Assert.Equal(0.2, rates[15], 12);
    }

    [Fact]
    public void A_plateau_is_told_by_the_monitored_metric_and_waits_again_after_each_cut()
    {
        var options = Options with
        {
            Schedule = new(ScheduleKind.ReduceOnPlateau, Epochs: 2, Factor: 0.1, FinalFraction: 0.02),
            Selection = new(MonitoredMetric.ValidationAuc),
        };
        double[] auc = [0.6, 0.7, 0.7, 0.69, 0.7, 0.6, 0.5, 0.8];

        var factors = Enumerable.Range(0, auc.Length + 1).Select(done => LearningRateCurve.Factor(options, Steps, done * Steps, Epochs(auc[..done]))).ToArray();

        // Epoch 2 is the best; epochs 4 and 6 end two without a better one; 0.02 is the floor.
        Assert.Equal([1, 1, 1, 1, 0.1, 0.1, 0.02, 0.02, 0.02], factors.Select(f => Math.Round(f, 12)));
    }

    [Fact]
    public void The_best_epoch_is_that_of_the_monitored_metric()
    {
        EpochMetrics[] epochs = [Epoch(1, 0.5, 0.7, 0.9), Epoch(2, 0.4, 0.6, 0.8), Epoch(3, 0.6, 0.8, 0.7)];

        Assert.Equal(0.4, BestEpoch.Of(new(MonitoredMetric.ValidationLoss), epochs));
        Assert.Equal(0.8, BestEpoch.Of(new(MonitoredMetric.ValidationAccuracy), epochs));
        Assert.Equal(0.9, BestEpoch.Of(new(MonitoredMetric.ValidationAuc), epochs));
        Assert.Null(BestEpoch.Of(new(MonitoredMetric.ValidationAuc), [Epoch(1, 0.5, 0.5, null)]));
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(2, 0, false)]
    [InlineData(2, 0.05, true)]
    [InlineData(1, 0.05, true)]
    [InlineData(3, 0.05, false)]
    public void Early_stopping_counts_epochs_without_a_worthwhile_improvement(int patience, double least, bool stops)
    {
        // Every epoch is a little better than the one before.
        var epochs = Epochs([0.6, 0.7, 0.71, 0.72]);

        Assert.Equal(stops, BestEpoch.ShouldStop(new(MonitoredMetric.ValidationAuc, patience, least), epochs));
    }

    [Fact]
    public void A_search_suggests_the_rate_of_the_steepest_fall()
    {
        // A smooth step down around step 60, and a divergence from step 100.
        var losses = Enumerable.Range(0, LearningRateSearch.Steps).Select(i => i < 100 ? 0.3 + (0.4 / (1 + Math.Exp((i - 60) / 4.0))) : 0.3 + (0.2 * (i - 100))).ToArray();

        var suggested = LearningRateSearch.Suggest(losses);

        // The average lags behind by about its length of ten steps.
        Assert.InRange(suggested!.Value, LearningRateSearch.RateOf(57), LearningRateSearch.RateOf(72));
        Assert.True(LearningRateSearch.HasDiverged([.. losses, 5, 5, 5, 5]));
        Assert.False(LearningRateSearch.HasDiverged(losses[..90]));
        Assert.True(LearningRateSearch.HasDiverged([0.5, double.NaN]));
        Assert.Null(LearningRateSearch.Suggest([.. Enumerable.Range(0, 50).Select(i => 0.5 + (i * 0.01))]));
    }

    private static List<double> Rates(TrainingOptions options) => [.. LearningRateCurve.Of(options, Steps, options.Epochs * Steps)];

    private static EpochMetrics[] Epochs(double[] auc) => [.. auc.Select((a, i) => Epoch(i + 1, 0.5, 0.5, a))];

    private static EpochMetrics Epoch(int number, double loss, double accuracy, double? auc) => new(number, 0.5, 0.5, loss, accuracy, 0.1, 1, 1, auc, false);
}
