using FractureDashboard.Charts;
using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Runs.Detail;

/// <summary>A search for a learning rate: the loss against the rate of its step, with the suggestion marked once there is one.</summary>
public sealed partial class RateSearch
{
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
        return chart is not null && await chart.AppendAsync(new Dictionary<int, IReadOnlyList<double[]>> { [0] = added });
    }

    /// <inheritdoc />
    protected override void OnInitialized() => Take(Initial);

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        if (points.Count == 0 || marked != Run.SuggestedLearningRate || drawing is not Drawing)
        {
            marked = Run.SuggestedLearningRate;
            drawing = new Drawing([Curve()]);
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

    private object Curve() => new
    {
        name = "loss (nats)",
        type = "line",
        showSymbol = false,
        lineStyle = new { width = 1.6 },
        data = points.Values.ToList(),
        markLine = marked is { } rate
            ? new { symbol = "none", silent = true, lineStyle = new { type = "dashed", width = 2 }, label = new { formatter = RunText.Rate(rate), position = "end", color = "inherit", textBorderWidth = 0, fontWeight = 600 }, data = new[] { new { xAxis = rate } } }
            : null,
    };

    private sealed record Drawing(IReadOnlyList<object> Series)
    {
        public object Grid { get; } = new { left = 8, right = 24, top = 32, bottom = 24, containLabel = true };

        public object Tooltip { get; } = new { trigger = "axis" };

        public object XAxis { get; } = new { type = "log", name = "learning rate", nameLocation = "middle", nameGap = 26, min = "dataMin", max = "dataMax" };

        public object YAxis { get; } = new { type = "value", scale = true, min = 0 };
    }
}
