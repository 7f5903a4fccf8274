using FractureDashboard.ML.Datasets;

namespace FractureDashboard.Gallery;

/// <summary>The overview's charts as options of ECharts. Classes differ by hatching as well as by colour.</summary>
internal static class GalleryCharts
{
    // Hatching for fractured only, so that the two are told apart in print and by the colour-blind.
    private static readonly object Hatching = new { show = true, decals = new object[] { new { symbol = "none" }, new { symbol = "rect", color = "rgba(0,0,0,.35)", dashArrayX = new[] { 1, 0 }, dashArrayY = new[] { 2, 5 }, rotation = -Math.PI / 4 } } };

    public static object Counts(DatasetStatistics statistics) => Bars(
        GalleryText.Splits.Select(GalleryText.Of),
        GalleryText.Splits.Select(s => statistics.Count(s, Label.NotFractured)),
        GalleryText.Splits.Select(s => statistics.Count(s, Label.Fractured)),
        stack: null);

    public static object Histogram(IReadOnlyList<HistogramBin> bins) => Bars(
        bins.Select(b => b.Name), bins.Select(b => b.NotFractured), bins.Select(b => b.Fractured), stack: "class");

    private static object Bars(IEnumerable<string> names, IEnumerable<int> notFractured, IEnumerable<int> fractured, string? stack) => new
    {
        aria = new { enabled = true, decal = Hatching },
        legend = new { top = 0 },
        tooltip = new { trigger = "axis" },
        xAxis = new { type = "category", data = names.ToArray(), axisLabel = new { interval = 0, rotate = stack is null ? 0 : 45 } },
        yAxis = new { type = "value", minInterval = 1 },
        series = new[] { Series(GalleryText.Of(Label.NotFractured), notFractured, stack), Series(GalleryText.Of(Label.Fractured), fractured, stack) },
    };

    // Stacked bars have no room for numbers; those side by side do.
    private static object Series(string name, IEnumerable<int> values, string? stack) => new
    {
        name,
        type = "bar",
        stack,
        barMaxWidth = 56,
        label = new { show = stack is null, position = "top", color = "inherit" },
        data = values.ToArray(),
    };
}
