using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Evaluations.Detail;

/// <summary>The charts of an evaluation, as options of the chart component. The operating point is always the last series.</summary>
internal static class EvaluationCharts
{
    private const int MostPoints = 600;
    private const double HalfCap = 0.008;

    private static readonly object Legend = new { top = 0 };
    private static readonly object Grid = new { left = 30, right = 20, top = 40, bottom = 26, containLabel = true };

    /// <summary>Index of the series that marks the operating point in <see cref="Roc"/> and <see cref="PrecisionRecall"/>.</summary>
    public const int PointSeries = 2;

    /// <summary>Index of the series that marks the threshold in <see cref="Histogram"/>.</summary>
    public const int LineSeries = 2;

    public static object Roc(RocCurve curve, OperatingPoint point) => new
    {
        legend = Legend,
        grid = Grid,
        tooltip = new { trigger = "item" },
        xAxis = Axis("1 − specificity"),
        yAxis = Axis("sensitivity", gap: 38),
        series = new object[]
        {
            Line("ROC curve", 0, Thin([.. curve.Points.Select(p => new[] { p.FalsePositiveRate, p.TruePositiveRate })])),
            Dashed("by chance", [[0, 0], [1, 1]]),
            Point(RocPoint(point)),
        },
    };

    public static object PrecisionRecall(PrecisionRecallCurve curve, OperatingPoint point) => new
    {
        legend = Legend,
        grid = Grid,
        tooltip = new { trigger = "item" },
        xAxis = Axis("recall (sensitivity)"),
        yAxis = Axis("precision", gap: 38),
        series = new object[]
        {
            Line("curve", 0, Thin([.. curve.Points.Select(p => new[] { p.Recall, p.Precision })])),
            Dashed("by chance", curve.Prevalence is { } p ? [[0, p], [1, p]] : []),
            Point(PrecisionRecallPoint(point)),
        },
    };

    /// <summary>Images by score, a stepped line for each class, and the threshold.</summary>
    public static object Histogram(ScoreHistogram histogram, double threshold) => new
    {
        legend = Legend,
        grid = Grid,
        tooltip = new { trigger = "axis" },
        xAxis = Axis("P(fractured)"),
        yAxis = new { type = "value", name = "images", nameLocation = "middle", nameGap = 38, min = 0, minInterval = 1 },
        series = new object[]
        {
            Steps("not fractured", 0, histogram.Edges, histogram.NotFractured, "solid"),
            Steps("fractured", 1, histogram.Edges, histogram.Fractured, "solid"),
            new { name = "threshold", type = "line", tone = 4, showSymbol = false, silent = true, tooltip = new { show = false }, lineStyle = new { type = "dashed", width = 2 }, data = ThresholdLine(histogram, threshold) },
        },
    };

    /// <summary>Share of fractures against mean score of each bin, with Wilson intervals; before and after scaling.</summary>
    public static object Reliability(Reliability before, Reliability? after) => new
    {
        legend = new { top = 0, data = after is null ? new[] { "as scored", "perfect" } : ["as scored", "after temperature scaling", "perfect"] },
        grid = Grid,
        tooltip = new { trigger = "item" },
        xAxis = Axis("mean score of the bin"),
        yAxis = Axis("share fractured", gap: 38),
        series = new[] { Dashed("perfect", [[0, 0], [1, 1]]), Bins("as scored", 0, "circle", before) }
            .Concat(after is null ? [] : [Bins("after temperature scaling", 1, "diamond", after)])
            .Concat(before.Bins.Select(b => Whisker(0, b)))
            .Concat((after?.Bins ?? []).Select(b => Whisker(1, b)))
            .ToArray(),
    };

    public static IReadOnlyList<double[]> RocPoint(OperatingPoint point) =>
        point is { Sensitivity.Value: { } sensitivity, Specificity.Value: { } specificity } ? [[1 - specificity, sensitivity]] : [];

    public static IReadOnlyList<double[]> PrecisionRecallPoint(OperatingPoint point) =>
        point is { Sensitivity.Value: { } recall, PositivePredictiveValue.Value: { } precision } ? [[recall, precision]] : [];

    public static IReadOnlyList<double[]> ThresholdLine(ScoreHistogram histogram, double threshold) =>
        [[threshold, 0], [threshold, Math.Max(1, histogram.Fractured.Concat(histogram.NotFractured).DefaultIfEmpty().Max())]];

    private static object Axis(string name, int gap = 26) => new { type = "value", name, nameLocation = "middle", nameGap = gap, min = 0, max = 1 };

    private static object Line(string name, int tone, IReadOnlyList<double[]> data) =>
        new { name, type = "line", tone, showSymbol = false, lineStyle = new { width = 2 }, data };

    private static object Dashed(string name, double[][] data) =>
        new { name, type = "line", tone = 7, showSymbol = false, silent = true, tooltip = new { show = false }, lineStyle = new { type = "dashed", width = 1.2 }, data };

    private static object Point(IReadOnlyList<double[]> data) =>
        new { name = "at the threshold", type = "scatter", tone = 4, symbol = "diamond", symbolSize = 14, z = 5, data };

    private static object Steps(string name, int tone, IReadOnlyList<double> edges, IReadOnlyList<int> counts, string dash) => new
    {
        name,
        type = "line",
        tone,
        step = "end",
        showSymbol = false,
        areaStyle = new { opacity = 0.18 },
        lineStyle = new { type = dash, width = 1.6 },
        data = edges.Select((e, i) => new[] { e, counts[Math.Min(i, counts.Count - 1)] }).ToList(),
    };

    private static object Bins(string name, int tone, string symbol, Reliability of) => new
    {
        name,
        type = "line",
        tone,
        symbol,
        symbolSize = 8,
        lineStyle = new { width = 1.6 },
        data = of.Bins.Select(b => new[] { b.MeanScore, b.Fractured.Value ?? 0 }).ToList(),
    };

    // The chart knows no intervals: each is a line with two caps, drawn in one go.
    private static object Whisker(int tone, ReliabilityBin bin)
    {
        var (x, low, high) = (bin.MeanScore, bin.Fractured.Interval?.Low ?? 0, bin.Fractured.Interval?.High ?? 0);
        return new
        {
            name = "95 % interval",
            type = "line",
            tone,
            showSymbol = false,
            silent = true,
            tooltip = new { show = false },
            lineStyle = new { width = 1, opacity = 0.7 },
            data = new[] { new[] { x - HalfCap, low }, [x + HalfCap, low], [x, low], [x, high], [x - HalfCap, high], [x + HalfCap, high] },
        };
    }

    // More corners than pixels tell nothing; both ends stay.
    private static List<double[]> Thin(List<double[]> points)
    {
        if (points.Count <= MostPoints)
        {
            return points;
        }

        var step = (double)(points.Count - 1) / (MostPoints - 1);
        return [.. Enumerable.Range(0, MostPoints).Select(i => points[(int)Math.Round(i * step)])];
    }
}
