using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FractureDashboard.Charts;

/// <summary>
/// An ECharts chart. The browser owns the series: the options are sent once and again only when they change,
/// later points are appended with <see cref="AppendAsync"/>.
/// </summary>
public sealed partial class Chart : IAsyncDisposable
{
    // A call to a browser that has just gone away is not refused but left unanswered.
    private static readonly TimeSpan BrowserTimeout = TimeSpan.FromSeconds(10);

    private ElementReference element;
    private IJSObjectReference? module;
    private IJSObjectReference? chart;
    private object? sent;
    private bool disposed;

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
        return chart is not null && (points.Values.All(p => p.Count == 0) || await SendAsync("append", points));
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            var shown = Options;
            module = await Js.InvokeAsync<IJSObjectReference>("import", "./js/chart.js");
            var created = await module.InvokeAsync<IJSObjectReference>("create", element, shown);
            (chart, sent) = (created, shown);
            if (disposed)
            {
                // The page was left while the chart was being made.
                await ReleaseAsync();
                return;
            }

            await OnReady.InvokeAsync();
        }

        if (chart is not null && !disposed && !ReferenceEquals(sent, Options))
        {
            var shown = Options;
            if (await SendAsync("replace", shown))
            {
                sent = shown;
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        disposed = true;
        await ReleaseAsync();
    }

    private async Task<bool> SendAsync(string function, object argument)
    {
        try
        {
            await chart!.InvokeVoidAsync(function, BrowserTimeout, argument);
            return true;
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task ReleaseAsync()
    {
        try
        {
            if (chart is not null)
            {
                await chart.InvokeVoidAsync("dispose", BrowserTimeout);
                await chart.DisposeAsync();
            }

            if (module is not null)
            {
                await module.DisposeAsync();
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The browser is gone and took the chart with it.
        }
    }
}
