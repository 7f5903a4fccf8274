using System.Globalization;
using FractureDashboard.Charts;
using FractureDashboard.ML.Evaluation;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Evaluations.Detail;

/// <summary>
/// Matrix, figures and curves at a threshold that can be moved. What a threshold alone needs is worked out at once; intervals that draw
/// radiographs follow when it rests.
/// </summary>
public sealed partial class PerformanceView : IDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(400);
    private static readonly BootstrapOptions Bootstrap = new();

    private readonly CancellationTokenSource leaving = new();
    private CancellationTokenSource? drawing;
    private EvaluationMetrics metrics = null!;
    private PredictiveValues adjusted = null!;
    private ScoreHistogram counts = null!;
    private IReadOnlyDictionary<string, Interval?>? drawn;
    private Chart? roc;
    private Chart? precision;
    private Chart? histogram;
    private object? rocOptions;
    private object? precisionOptions;
    private object? histogramOptions;
    private JudgedImages? shown;
    private double at = double.NaN;
    private double prevalence = 0.1;

    /// <summary>The images.</summary>
    [Parameter, EditorRequired]
    public required JudgedImages Judged { get; set; }

    /// <summary>The threshold, 0 to 1.</summary>
    [Parameter, EditorRequired]
    public double Threshold { get; set; }

    /// <summary>Tells of another threshold.</summary>
    [Parameter, EditorRequired]
    public EventCallback<double> ThresholdChanged { get; set; }

    private string Percent => (100 * prevalence).ToString("0.###", CultureInfo.InvariantCulture);

    /// <inheritdoc />
    public void Dispose()
    {
        drawing?.Cancel();
        drawing?.Dispose();
        leaving.Cancel();
        leaving.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var isOther = !ReferenceEquals(shown, Judged);
        if (!isOther && at.Equals(Threshold))
        {
            return;
        }

        (shown, at) = (Judged, Threshold);
        metrics = EvaluationMetrics.Of(Judged.Set, Threshold);
        adjusted = PredictiveValues.At(metrics.Point.Matrix, prevalence);
        if (isOther)
        {
            counts = ScoreHistogram.Of(Judged.Set.Tally);
            rocOptions = EvaluationCharts.Roc(RocCurve.Of(Judged.Set.Tally), metrics.Point);
            precisionOptions = EvaluationCharts.PrecisionRecall(PrecisionRecallCurve.Of(Judged.Set.Tally), metrics.Point);
            histogramOptions = EvaluationCharts.Histogram(counts, Threshold);
        }
        else
        {
            await MoveAsync();
        }

        await DrawIntervalsAsync();
    }

    private void SetPrevalence(ChangeEventArgs e)
    {
        // What is no prevalence leaves it as it was.
        if (double.TryParse(e.Value as string, NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) && percent is > 0 and < 100)
        {
            prevalence = percent / 100;
            adjusted = PredictiveValues.At(metrics.Point.Matrix, prevalence);
        }
    }

    // A chart that is not drawn yet is drawn with the point where it stood, and moved with the next change. Each is told the point of
    // the moment: while one answers, the threshold may have moved on.
    private async Task MoveAsync()
    {
        if (roc is not null)
        {
            await roc.MoveAsync(new Dictionary<int, IReadOnlyList<double[]>> { [EvaluationCharts.PointSeries] = EvaluationCharts.RocPoint(metrics.Point) });
        }

        if (precision is not null)
        {
            await precision.MoveAsync(new Dictionary<int, IReadOnlyList<double[]>> { [EvaluationCharts.PointSeries] = EvaluationCharts.PrecisionRecallPoint(metrics.Point) });
        }

        if (histogram is not null)
        {
            await histogram.MoveAsync(new Dictionary<int, IReadOnlyList<double[]>> { [EvaluationCharts.LineSeries] = EvaluationCharts.ThresholdLine(counts, at) });
        }
    }

    private async Task DrawIntervalsAsync()
    {
        drawn = null;
        if (drawing is not null)
        {
            await drawing.CancelAsync();
            drawing.Dispose();
        }

        drawing = CancellationTokenSource.CreateLinkedTokenSource(leaving.Token);
        var (stop, set, threshold) = (drawing.Token, Judged.Set, Threshold);
        try
        {
            // Not while the hand still moves.
            await Task.Delay(Rest, stop);
            var found = await Task.Run(() => EvaluationMetrics.Of(set, threshold, bootstrap: Bootstrap, cancellationToken: stop), stop);
            drawn = found.Named().ToDictionary(n => n.Name, n => n.Estimate.BySource);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Another threshold, or another page, is wanted by now.
        }
    }
}
