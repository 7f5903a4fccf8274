using System.Diagnostics;
using System.Text.Json;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Tests.ML.Evaluation;

/// <summary>Every metric of 320 random cases against scikit-learn and scipy: as stored, and as they say now where they are installed.</summary>
public sealed class SecondImplementationTests
{
    private const string Python = "/usr/bin/python3";
    private static readonly string Fixtures = Path.Combine(Repository.Root, "FractureDashboard.Tests", "Fixtures");
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    [Fact]
    public async Task The_stored_figures_are_met()
    {
        var cases = await ReadAsync(Path.Combine(Fixtures, "metrics.json"));

        Assert.True(cases.Count(c => c.Expected.Auc is not null) >= 200);
        Assert.True(cases.Count(c => c.Expected.DelongComparison is not null) >= 200);
        Assert.True(cases.Count(c => c.Expected.Temperature is not null) >= 100);
        Assert.All(cases, Check);
    }

    [Fact]
    public async Task The_figures_that_the_script_gives_here_and_now_are_met()
    {
        Assert.SkipUnless(File.Exists(Python) && (await RunAsync("-c", "import sklearn, scipy")).Code == 0, "/usr/bin/python3 has no sklearn and scipy.");
        using var folder = new TemporaryFolder();

        var (code, error) = await RunAsync(Path.Combine(Fixtures, "metrics.py"), folder.Sub("metrics.json"));
        Assert.True(code == 0, error);
        var live = await ReadAsync(folder.Sub("metrics.json"));
        var stored = await ReadAsync(Path.Combine(Fixtures, "metrics.json"));

        Assert.All(live, Check);

        // The stored cases are those of this script, not of an older one.
        Assert.Equal(stored.Select(c => (c.Seed, c.Threshold)), live.Select(c => (c.Seed, c.Threshold)));
        Assert.All(stored.Zip(live), c => Assert.Equal(c.First.Labels, c.Second.Labels));
        Assert.All(stored.Zip(live), c => Assert.All(c.First.Scores.Zip(c.Second.Scores), s => Assert.Equal(s.First, s.Second, 12)));
    }

    private static void Check(Case c)
    {
        Label[] labels = [.. c.Labels.Select(l => (Label)l)];
        var set = new ScoreSet(c.Scores, labels);
        var metrics = EvaluationMetrics.Of(set, c.Threshold);
        var (point, expected) = (metrics.Point, c.Expected);

        Assert.Equal(new ConfusionMatrix(expected.Matrix[0], expected.Matrix[1], expected.Matrix[2], expected.Matrix[3]), point.Matrix);
        AreShares(expected.Accuracy, point.Accuracy);
        AreShares(expected.Sensitivity, point.Sensitivity);
        AreShares(expected.Specificity, point.Specificity);
        AreShares(expected.Ppv, point.PositivePredictiveValue);
        AreShares(expected.Npv, point.NegativePredictiveValue);
        Are(expected.BalancedAccuracy, point.BalancedAccuracy.Value);
        Are(expected.F1, point.F1.Value);
        Are(expected.Mcc, point.Mcc.Value);
        Are(expected.Auc, metrics.Auc.Value);
        Are(expected.AveragePrecision, metrics.AveragePrecision.Value);
        Are(expected.Brier, metrics.Brier.Value);
        Are(expected.LogLoss, metrics.LogLoss.Value);
        Are(expected.CalibrationErrorWidth, metrics.CalibrationError.Value);
        Are(expected.CalibrationErrorMass, Reliability.ErrorOf(set.Tally, Binning.EqualMass, 10));
        Are(expected.DelongVariance, DeLong.Of(set.Tally).Variance);

        var comparison = DeLong.Compare(c.Scores, c.Second, labels);
        Are(expected.DelongComparison?[0], comparison.Z);
        Are(expected.DelongComparison?[1], comparison.Z is null ? null : comparison.P);

        // A search without derivatives knows the place of a minimum to half of its digits, and its height to all.
        var temperature = TemperatureScaling.Fit(set);
        Assert.Equal(expected.Temperature is null, temperature.Reason is not null);
        if (expected.Temperature is { } fitted)
        {
            Assert.Equal(1, temperature.Temperature / fitted[0], 5);
            Are(fitted[1], temperature.LossAfter);
        }
    }

    private static void AreShares(double[]? expected, Estimate actual)
    {
        Are(expected?[0], actual.Value);
        Are(expected?[1], actual.Interval?.Low);
        Are(expected?[2], actual.Interval?.High);
    }

    private static void Are(double? expected, double? actual)
    {
        Assert.Equal(expected is null, actual is null);
        Assert.Equal(expected ?? 0, actual ?? 0, Math.Max(1e-10, Math.Abs(expected ?? 0) * 1e-10));
    }

    private static async Task<Case[]> ReadAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return (await JsonSerializer.DeserializeAsync<Case[]>(file, Options, TestContext.Current.CancellationToken))!;
    }

    private static async Task<(int Code, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Python, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, error);
    }

    private sealed record Case(int Seed, double Threshold, double[] Scores, double[] Second, int[] Labels, Figures Expected);

    private sealed record Figures(
        int[] Matrix,
        double[]? Accuracy,
        double[]? Sensitivity,
        double[]? Specificity,
        double[]? Ppv,
        double[]? Npv,
        double? BalancedAccuracy,
        double? F1,
        double? Mcc,
        double? Auc,
        double? AveragePrecision,
        double? Brier,
        double? LogLoss,
        double? CalibrationErrorWidth,
        double? CalibrationErrorMass,
        double? DelongVariance,
        double[]? DelongComparison,
        double[]? Temperature);
}
