using FractureDashboard.Charts;
using FractureDashboard.Live;
using FractureDashboard.ML.Training;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Runs.Detail;

/// <summary>A search for a learning rate: the loss against the rate of its step, as it is and smoothed, with the suggestion marked once there is one.</summary>
public sealed partial class RateSearch
{
    // So much of the loss at the start is shown; where it runs away at the end, how far does not matter.
    private const double ShownAboveStart = 1.6;

    private readonly SortedDictionary<long, double[]> points = [];
    private Chart? chart;
    private object drawing = new { };
    private double? marked;

    /// <summary>The run as it stands.</summary>
    [Parameter, EditorRequired]
    public required Run Run { get; set; }

    /// <summary>The first read. Later values are ignored; use <see cref="AppendAsync"/>.</summary>
    [Parameter, EditorRequired]
    public required RunDelta Initial { get; set; }

    /// <summary>Called once the chart is drawn.</summary>
    [Parameter]
    public EventCallback OnReady { get; set; }

    private string Description => marked is { } rate
        ? $"Training loss against learning rate; {RunText.Rate(rate)} is suggested"
        : "Training loss against learning rate";

    /// <summary>Appends what is new.</summary>
    /// <param name="delta">The news.</param>
    /// <returns>False when the browser did not take all of it; send it again.</returns>
    public async Task<bool> AppendAsync(RunDelta delta)
    {
        ArgumentNullException.ThrowIfNull(delta);
        var added = Take(delta);
        return chart is not null && await chart.AppendAsync(new Dictionary<int, IReadOnlyList<double[]>> { [0] = added, [1] = [.. Smoothed().TakeLast(added.Count)] });
    }

    /// <inheritdoc />
    protected override void OnInitialized() => Take(Initial);

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        if (points.Count == 0 || marked != Run.SuggestedLearningRate || drawing is not Drawing)
        {
            marked = Run.SuggestedLearningRate;
            drawing = new Drawing([Raw(), Smooth(), .. marked is { } rate ? [Mark(rate)] : Array.Empty<object>()], Top);
        }
    }

    private List<double[]> Take(RunDelta delta)
    {
        // A logarithmic axis has no place for zero.
        var added = delta.Steps.Where(s => s.LearningRate > 0).Select(s => (s.GlobalStep, Point: new[] { s.LearningRate, s.Loss })).ToList();
        foreach (var (step, point) in added)
        {
            points[step] = point;
        }

        return [.. added.Select(a => a.Point)];
    }

    // A round number, so that the mark reaches the axis' end.
    private double Top => Math.Ceiling(5 * ShownAboveStart * (points.Count > 0 ? points.Values.First()[1] : 1)) / 5;

    private IEnumerable<double[]> Smoothed() =>
        LearningRateSearch.Smooth([.. points.Values.Select(p => p[1])]).Zip(points.Values, (loss, point) => new[] { point[0], loss });

    private object Raw() => new
    {
        name = "loss (nats)",
        type = "line",
        tone = 0,
        showSymbol = false,
        lineStyle = new { width = 1, opacity = 0.45 },
        data = points.Values.ToList(),
    };

    private object Smooth() => new
    {
        name = "smoothed",
        type = "line",
        tone = 0,
        showSymbol = false,
        lineStyle = new { width = 2 },
        data = Smoothed().ToList(),
    };

    // A series of its own: marks of a series do not appear on a logarithmic axis.
    private object Mark(double rate) => new
    {
        name = "suggested",
        type = "line",
        tone = 1,
        showSymbol = false,
        silent = true,
        tooltip = new { show = false },
        lineStyle = new { type = "dashed", width = 1.6 },
        endLabel = new { show = true, formatter = RunText.Rate(rate), fontWeight = 600, color = "inherit", offset = new[] { 4, 10 } },
        data = new[] { new[] { rate, 0 }, new[] { rate, Top } },
    };

    private sealed record Drawing(IReadOnlyList<object> Series, double Top)
    {
        public object Legend { get; } = new { top = 0 };

        public object Grid { get; } = new { left = 8, right = 24, top = 32, bottom = 24, containLabel = true };

        public object Tooltip { get; } = new { trigger = "axis" };

        public object XAxis { get; } = new { type = "log", name = "learning rate", nameLocation = "middle", nameGap = 26, min = "dataMin", max = "dataMax" };

        public object YAxis { get; } = new { type = "value", min = 0, max = Top };
    }
}
