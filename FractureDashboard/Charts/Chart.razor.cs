using FractureDashboard.Interop;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FractureDashboard.Charts;

/// <summary>
/// An ECharts chart. The browser owns the series: the options are sent once and again only when they change,
/// later points are appended with <see cref="AppendAsync"/>.
/// </summary>
public sealed partial class Chart : IAsyncDisposable
{
    private ElementReference element;
    private BrowserPart? chart;
    private object? sent;

    /// <summary>ECharts options as an object that serialises to their JSON; a new instance replaces the chart's content.</summary>
    [Parameter, EditorRequired]
    public required object Options { get; set; }

    /// <summary>What the chart shows, for screen readers.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>CSS height.</summary>
    [Parameter]
    public string Height { get; set; } = "260px";

    /// <summary>Handle for browser tests.</summary>
    [Parameter]
    public string? TestId { get; set; }

    /// <summary>Called once the chart is drawn, so that the owner can append what has come since.</summary>
    [Parameter]
    public EventCallback OnReady { get; set; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    /// <summary>
    /// Appends points to series of the chart. A point whose x is not greater than the last one replaces it and all after,
    /// so the same points may be sent again.
    /// </summary>
    /// <param name="points">Series index to points; a point is <c>[x, y]</c>.</param>
    /// <returns>False when the browser did not take them: the chart is not drawn yet, or the connection is interrupted. Send them again.</returns>
    public async Task<bool> AppendAsync(IReadOnlyDictionary<int, IReadOnlyList<double[]>> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        return chart is { IsReady: true } && (points.Values.All(p => p.Count == 0) || await chart.CallAsync("append", points));
    }

    /// <summary>Gives series other points, and leaves the others and the look of the chart as they are.</summary>
    /// <param name="points">Series index to all its points; a point is <c>[x, y]</c>.</param>
    /// <returns>False when the browser did not take them: the chart is not drawn yet, or the connection is interrupted. Send them again.</returns>
    public async Task<bool> MoveAsync(IReadOnlyDictionary<int, IReadOnlyList<double[]>> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        return chart is { IsReady: true } && await chart.CallAsync("move", points);
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            var shown = Options;
            chart = new BrowserPart(Js, "./js/chart.js");
            if (!await chart.StartAsync("create", element, shown))
            {
                return;
            }

            sent = shown;
            await OnReady.InvokeAsync();
        }

        if (chart is { IsReady: true } && !ReferenceEquals(sent, Options))
        {
            var shown = Options;
            if (await chart.CallAsync("replace", shown))
            {
                sent = shown;
            }
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => chart?.DisposeAsync() ?? ValueTask.CompletedTask;
}
