using FractureDashboard.Live;
using FractureDashboard.Storage;

namespace FractureDashboard.Runs.Detail;

/// <summary>A curve of a chart.</summary>
/// <typeparam name="T">A step or an epoch.</typeparam>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Value">Its height; what is null is left out.</param>
public sealed record RunSeries<T>(string Name, Func<T, double?> Value);

/// <summary>A chart of a run: how it is drawn at first, and what is appended to it.</summary>
/// <param name="Id">Part of its handle for browser tests.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Label">What it shows, for screen readers.</param>
/// <param name="IsWide">Takes the whole width.</param>
/// <param name="Options">The chart's options with the points of the first read.</param>
/// <param name="Points">Series index to the points of what is new.</param>
public sealed record RunChart(
    string Id, string Title, string Label, bool IsWide, Func<RunDelta, object> Options, Func<RunDelta, IReadOnlyDictionary<int, IReadOnlyList<double[]>>> Points)
{
    /// <summary>A chart over the steps of the run.</summary>
    /// <param name="id">See <see cref="RunChart"/>.</param>
    /// <param name="title">See <see cref="RunChart"/>.</param>
    /// <param name="label">See <see cref="RunChart"/>.</param>
    /// <param name="series">The curves.</param>
    /// <param name="stacked">Stands them on one another.</param>
    /// <returns>The chart.</returns>
    public static RunChart OverSteps(string id, string title, string label, IReadOnlyList<RunSeries<RunStep>> series, bool stacked = false)
    {
        return new(id, title, label, IsWide: true, Draw, Points);

        object Draw(RunDelta delta) => new
        {
            grid = new { left = 8, right = 24, top = series.Count > 1 ? 36 : 16, bottom = 24, containLabel = true },
            tooltip = new { trigger = "axis" },
            legend = series.Count > 1 ? new { top = 0 } : null,

            // Curves can stand on one another only where they share their places, which a category axis makes sure of.
            xAxis = stacked
                ? (object)new { type = "category", name = "step", nameLocation = "middle", nameGap = 24, boundaryGap = false }
                : new { type = "value", name = "step", nameLocation = "middle", nameGap = 24, min = 0, max = "dataMax", minInterval = 1 },
            yAxis = new { type = "value", min = 0 },
            series = series.Select((s, i) => new
            {
                name = s.Name,
                type = "line",
                showSymbol = false,
                stack = stacked ? "all" : null,
                areaStyle = stacked ? new { opacity = 0.45 } : null,
                lineStyle = new { width = stacked ? 0.6 : 1.2 },
                data = Points(delta)[i],
            }).ToArray(),
        };

        IReadOnlyDictionary<int, IReadOnlyList<double[]>> Points(RunDelta delta) => Collect(delta.Steps, series, s => s.GlobalStep);
    }

    /// <summary>A chart over the epochs of the run.</summary>
    /// <param name="id">See <see cref="RunChart"/>.</param>
    /// <param name="title">See <see cref="RunChart"/>.</param>
    /// <param name="label">See <see cref="RunChart"/>.</param>
    /// <param name="series">The curves.</param>
    /// <param name="isShare">Heights are shares, 1 at most.</param>
    /// <returns>The chart.</returns>
    public static RunChart OverEpochs(string id, string title, string label, IReadOnlyList<RunSeries<RunEpoch>> series, bool isShare)
    {
        return new(id, title, label, IsWide: false, Draw, Points);

        object Draw(RunDelta delta) => new
        {
            grid = new { left = 8, right = 24, top = 36, bottom = 24, containLabel = true },
            tooltip = new { trigger = "axis" },
            legend = new { top = 0 },
            xAxis = new { type = "value", name = "epoch", nameLocation = "middle", nameGap = 24, min = 0, max = delta.Run.Epochs, minInterval = 1 },
            yAxis = isShare ? (object)new { type = "value", max = 1, scale = true } : new { type = "value", min = 0 },
            series = series.Select((s, i) => new
            {
                name = s.Name,
                type = "line",

                // The validation curve is the one that counts; it looks alike in every chart.
                tone = s.Name == Validation ? 1 : 0,
                symbol = s.Name == Validation ? "diamond" : "circle",
                symbolSize = s.Name == Validation ? 8 : 6,
                lineStyle = s.Name == Validation ? (object)new { type = "solid", width = 2.5 } : new { type = "dashed" },
                data = Points(delta)[i],
            }).ToArray(),
        };

        IReadOnlyDictionary<int, IReadOnlyList<double[]>> Points(RunDelta delta) => Collect(delta.Epochs, series, e => e.Epoch);
    }

    internal const string Validation = "validation";

    private static Dictionary<int, IReadOnlyList<double[]>> Collect<T>(IReadOnlyList<T> rows, IReadOnlyList<RunSeries<T>> series, Func<T, double> place) =>
        Enumerable.Range(0, series.Count).ToDictionary(
            i => i,
            IReadOnlyList<double[]> (i) => [.. rows.Select(r => (X: place(r), Y: series[i].Value(r))).Where(p => p.Y is not null).Select(p => new[] { p.X, p.Y!.Value })]);
}
