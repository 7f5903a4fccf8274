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
    private IJSObjectReference? module;
    private IJSObjectReference? chart;
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

    /// <summary>Appends points to series of the chart. Does nothing until the chart is drawn.</summary>
    /// <param name="points">Series index to points; a point is <c>[x, y]</c>.</param>
    /// <returns>A task that ends when the browser has drawn them.</returns>
    public async Task AppendAsync(IReadOnlyDictionary<int, IReadOnlyList<double[]>> points)
    {
        if (chart is not null && points.Values.Any(p => p.Count > 0))
        {
            await chart.InvokeVoidAsync("append", points);
        }
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            module = await Js.InvokeAsync<IJSObjectReference>("import", "./js/chart.js");
            chart = await module.InvokeAsync<IJSObjectReference>("create", element, Options);
            sent = Options;
            await OnReady.InvokeAsync();
        }
        else if (chart is not null && !ReferenceEquals(sent, Options))
        {
            sent = Options;
            await chart.InvokeVoidAsync("replace", Options);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (chart is not null)
            {
                await chart.InvokeVoidAsync("dispose");
                await chart.DisposeAsync();
            }

            if (module is not null)
            {
                await module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone and took the chart with it.
        }
    }
}
