using System.Text.Json;
using CsCheck;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Tests.ML.Evaluation;

public sealed class EvaluationReportTests
{
    private static readonly EvaluationOptions Full = new(Prevalence: 0.1, Bootstrap: new(100, 3));

    [Fact]
    public void The_report_holds_every_part()
    {
        var set = ScoreCases.Sources(40, 2);
        var validation = ScoreCases.Sources(31, 2);
        var report = EvaluationReport.Of(set, Full, validation, [.. set.Scores.Select((_, i) => i % 2 == 0 ? new[] { "even" } : ["odd", "late"])], TestContext.Current.CancellationToken);

        Assert.Equal((80, 40, 40), (report.Metrics.Images, report.Metrics.Fractured, report.Metrics.Sources));
        Assert.All(report.Metrics.Named(), n => Assert.True(n.Estimate is { Value: not null, BySource: not null, Reason: null }, n.Name));
        Assert.All(report.Metrics.Named(), n => Assert.InRange(n.Estimate.Value!.Value, n.Estimate.BySource!.Value.Low - 0.1, n.Estimate.BySource.Value.High + 0.1));
        Assert.Equal(0.1, report.AdjustedValues!.Prevalence);
        Assert.Equal(RocCurve.Of(set.Tally).Corners, report.Roc.Points);
        Assert.Equal(report.Metrics.Auc.Value, report.Roc.Auc.Value);
        Assert.Equal(TemperatureScaling.Fit(validation), report.Temperature);
        Assert.Equal(Calibration.BrierOf(report.Temperature!.Apply(set).Tally), report.Calibrated!.Brier.Value);
        Assert.Equal(EvaluationOptions.DefaultRules, report.Thresholds.Select(t => t.Rule));
        Assert.All(report.Thresholds, t => Assert.Equal((62, 80), (t.ChosenOn!.Matrix.Images, t.AppliedTo!.Matrix.Images)));
        Assert.Equal(80, report.Histogram.Fractured.Sum() + report.Histogram.NotFractured.Sum());
        Assert.Equal(["even", "late", "odd"], report.Subgroups.Select(s => s.Name));
        Assert.Empty(report.Missing);
    }

    [Fact]
    public void The_interval_of_each_figure_is_its_own()
    {
        // A figure given another's interval would still look right in a report; here each is drawn again by itself.
        var set = ScoreCases.Sources(40, 2);
        var metrics = EvaluationMetrics.Of(set, 0.4, 5, new(80, 3), TestContext.Current.CancellationToken);
        Func<ScoreTally, Estimate>[] alone =
        [
            t => OperatingPoint.At(t, 0.4).Accuracy,
            t => OperatingPoint.At(t, 0.4).BalancedAccuracy,
            t => OperatingPoint.At(t, 0.4).F1,
            t => OperatingPoint.At(t, 0.4).Mcc,
            t => OperatingPoint.At(t, 0.4).Sensitivity,
            t => OperatingPoint.At(t, 0.4).Specificity,
            t => OperatingPoint.At(t, 0.4).PositivePredictiveValue,
            t => OperatingPoint.At(t, 0.4).NegativePredictiveValue,
            t => DeLong.Of(t).ToEstimate(),
            t => PrecisionRecallCurve.Of(t).AveragePrecision,
            t => Calibration.Of(t, 5).Brier,
            t => Calibration.Of(t, 5).LogLoss,
            t => new(Reliability.Of(t, Binning.EqualWidth, 5).ExpectedError),
        ];

        Assert.Equal(alone.Length, metrics.Named().Count());
        Assert.All(metrics.Named().Zip(alone), m =>
        {
            Assert.Equal(m.Second(set.Tally), m.First.Estimate with { BySource = null });
            Assert.Equal(ClusterBootstrap.Intervals(set, [t => m.Second(t).Value], new(80, 3), TestContext.Current.CancellationToken)[0].Interval, m.First.Estimate.BySource);
        });
    }

    [Fact]
    public void Nothing_to_evaluate_is_a_report_that_says_so()
    {
        var nothing = ScoreCases.Set([], []);
        var report = EvaluationReport.Of(nothing, Full, nothing, [], TestContext.Current.CancellationToken);

        Assert.All(report.Metrics.Named(), n => Assert.Equal((null, "There are no images."), (n.Estimate.Value, n.Estimate.Reason)));
        Assert.Equal(13 + 2 + 1 + EvaluationOptions.DefaultRules.Count, report.Missing.Count);
        Assert.Contains(new("Temperature", "There are no validation images."), report.Missing);
        Assert.Contains(new("Threshold: sensitivity at least 0.95", "There are no images."), report.Missing);
    }

    [Fact]
    public void One_class_leaves_what_it_allows()
    {
        var report = EvaluationReport.Of(ScoreCases.Set([0.9, 0.2], []), new(Bootstrap: new(100)), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(0.5, report.Metrics.Point.Sensitivity.Value);
        Assert.Equal(1, report.Metrics.AveragePrecision.Value);
        Assert.Contains(new("Area under the ROC curve", "There are no images without a fracture."), report.Missing);
        Assert.Contains(new("Specificity", "There are no images without a fracture."), report.Missing);
        Assert.DoesNotContain(report.Missing, m => m.What is "Accuracy" or "Brier score" or "Temperature");
        Assert.Null(report.Temperature);
        Assert.Empty(report.Thresholds);
    }

    [Fact]
    public void Json_takes_every_report_and_gives_it_back() => Gen.Select(ScoreCases.Any, ScoreCases.Any).Sample((set, validation) =>
    {
        var report = EvaluationReport.Of(set, new(Prevalence: 0.2, Bootstrap: new(40)), validation, [.. set.Scores.Select(s => new[] { s > 0.5 ? "high" : "low" })]);

        // The serializer refuses numbers that are NaN or infinite.
        var json = JsonSerializer.Serialize(report);
        var read = JsonSerializer.Deserialize<EvaluationReport>(json)!;

        Assert.Equal(json, JsonSerializer.Serialize(read));
        Assert.Equal(report.Metrics, read.Metrics);
        Assert.Equal(report.Missing, read.Missing);
        Assert.Equal(report.Roc.Points, read.Roc.Points);
        Assert.All(report.Metrics.Named(), n => Assert.True(n.Estimate.Value is not null || n.Estimate.Reason is not null, n.Name));
    }, iter: 60);

    [Fact]
    public void A_subgroup_is_measured_as_if_it_were_all()
    {
        var set = ScoreCases.Sources(20, 2);
        string[][] tags = [.. set.Scores.Select((_, i) => i % 4 == 0 ? new[] { "b" } : i % 4 == 1 ? ["a", "b", "b"] : [])];

        var groups = Subgroups.Of(set, tags, 0.4, 5, new(50, 3), TestContext.Current.CancellationToken);

        Assert.Equal(["a", "b"], groups.Select(g => g.Name));
        Assert.Equal((10, 20), (groups[0].Metrics.Images, groups[1].Metrics.Images));
        Assert.Equal(EvaluationMetrics.Of(set.Where(i => i % 4 == 1), 0.4, 5, new(50, 3), TestContext.Current.CancellationToken), groups[0].Metrics);
        Assert.Throws<ArgumentException>(() => Subgroups.Of(set, [], cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void An_estimate_says_everything_that_is_missing()
    {
        var perfect = EvaluationMetrics.Of(ScoreCases.Set([0.9, 0.8], [0.1]), bootstrap: new(40), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1, perfect.Auc.Value);
        Assert.Null(perfect.Auc.Interval);
        Assert.Contains("at least two images", perfect.Auc.Reason, StringComparison.Ordinal);
        Assert.Equal("One. Two.", new Estimate(1, Reason: "One.").With(new(null, 0, "Two.")).Reason);
        Assert.Equal("Why.", Estimate.Undefined("Why.").With(new(new(0, 1), 40, null)).Reason);
        Assert.Null(Estimate.Undefined("Why.").With(new(new(0, 1), 40, null)).BySource);
    }
}
