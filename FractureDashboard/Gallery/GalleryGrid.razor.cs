using FractureDashboard.Interop;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;

namespace FractureDashboard.Gallery;

/// <summary>A row of the grid.</summary>
/// <param name="Index">Counts from 0.</param>
/// <param name="Images">As many as there are columns; fewer in the last row.</param>
internal sealed record GalleryRow(int Index, IReadOnlyList<GalleryImage> Images);

/// <summary>The virtualised grid: rows are fetched as they come into sight, columns follow the width.</summary>
public sealed partial class GalleryGrid : IAsyncDisposable
{
    // Fixed heights let the browser know the grid's length without having seen it; the style sheet reads it.
    private const int RowHeight = 216;

    private readonly CancellationTokenSource leaving = new();
    private readonly CancellationToken left;
    private Virtualize<GalleryRow>? virtualize;
    private ElementReference element;
    private BrowserPart? layout;
    private (int DatasetId, DateTime? Version, GalleryQuery? Query) shown;
    private int? total;
    private int columns;
    private int? opened;
    private bool toTop;

    /// <summary>A new component; its work ends when it is left.</summary>
    public GalleryGrid() => left = leaving.Token;

    [Parameter, EditorRequired]
    public int DatasetId { get; set; }

    /// <summary>When the data set was indexed; another time lists again.</summary>
    [Parameter]
    public DateTime? Version { get; set; }

    [Parameter, EditorRequired]
    public required GalleryQuery Query { get; set; }

    /// <summary>The image to open at.</summary>
    [Parameter]
    public int? At { get; set; }

    /// <summary>Called when another filter is wanted.</summary>
    [Parameter]
    public EventCallback<GalleryQuery> QueryChanged { get; set; }

    [Inject]
    public required GalleryService Gallery { get; init; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    private int Rows => columns == 0 ? 0 : ((total ?? 0) + columns - 1) / columns;

    /// <summary>Called by the browser when another number of columns fits.</summary>
    /// <param name="fitting">Columns.</param>
    /// <param name="topRow">The first row in sight, counted in the old columns.</param>
    /// <returns>A task.</returns>
    [JSInvokable]
    public async Task OnColumnsAsync(int fitting, int topRow)
    {
        if (fitting < 1 || fitting == columns)
        {
            return;
        }

        // What was at the top stays there.
        var first = topRow * columns;
        columns = fitting;
        await RefreshAsync();
        StateHasChanged();
        if (topRow > 0 && layout is not null)
        {
            await layout.CallAsync("scrollToRow", first / columns, RowHeight, null);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await leaving.CancelAsync();
        if (layout is not null)
        {
            await layout.DisposeAsync();
        }

        leaving.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var wanted = (DatasetId, Version, Query);
        if (shown == wanted)
        {
            return;
        }

        toTop = shown.Query is not null && shown.Query != Query;
        shown = wanted;
        var counted = await Gallery.CountAsync(DatasetId, Query, left);
        if (shown == wanted)
        {
            total = counted;
            await RefreshAsync();
        }
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            layout = new BrowserPart(Js, "./js/gallery-grid.js");
            if (!await layout.StartAsync("create", element, DotNetObjectReference.Create(this)))
            {
                return;
            }

            columns = Math.Max(1, await layout.AskAsync<int>("columns"));
            StateHasChanged();
        }
        else if (layout is not null && columns > 0 && total is not null)
        {
            if (toTop)
            {
                toTop = false;
                await layout.CallAsync("toTop");
            }
            else if (At is { } id && opened != id)
            {
                opened = id;
                await OpenAtAsync(id);
            }
        }
    }

    private async Task OpenAtAsync(int id)
    {
        var position = await Gallery.PositionAsync(DatasetId, id, Query, left);
        if (position >= 0 && layout is not null)
        {
            await layout.CallAsync("scrollToRow", position / columns, RowHeight, id);
        }
    }

    private async Task RefreshAsync()
    {
        if (virtualize is not null && columns > 0)
        {
            await virtualize.RefreshDataAsync();
        }
    }

    private async ValueTask<ItemsProviderResult<GalleryRow>> RowsAsync(ItemsProviderRequest request)
    {
        var (width, rows) = (columns, Rows);
        var images = await Gallery.ListAsync(DatasetId, Query, request.StartIndex * width, request.Count * width, request.CancellationToken);
        return new ItemsProviderResult<GalleryRow>(images.Chunk(width).Select((row, i) => new GalleryRow(request.StartIndex + i, row)), rows);
    }
}
