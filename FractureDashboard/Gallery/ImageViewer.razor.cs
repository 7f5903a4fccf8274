using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FractureDashboard.Gallery;

/// <summary>Shows an image with zoom, pan, level and window. Level, window and inversion outlast a change of the image, so that neighbours compare.</summary>
public sealed partial class ImageViewer : IAsyncDisposable
{
    private ElementReference element;
    private IJSObjectReference? module;
    private IJSObjectReference? viewer;
    private IReadOnlyList<string>? fetched;

    /// <summary>The image; a new one starts fitted.</summary>
    [Parameter, EditorRequired]
    public int ImageId { get; set; }

    /// <summary>Its address.</summary>
    [Parameter, EditorRequired]
    public required string Source { get; set; }

    /// <summary>The image in words.</summary>
    [Parameter, EditorRequired]
    public required string Description { get; set; }

    /// <summary>Addresses of the images that come next, fetched ahead.</summary>
    [Parameter]
    public IReadOnlyList<string> Ahead { get; set; } = [];

    [Inject]
    public required IJSRuntime Js { get; init; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (viewer is not null)
            {
                await viewer.InvokeVoidAsync("dispose");
                await viewer.DisposeAsync();
            }

            if (module is not null)
            {
                await module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone and took its listeners with it.
        }
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            module = await Js.InvokeAsync<IJSObjectReference>("import", "./js/gallery-viewer.js");
            viewer = await module.InvokeAsync<IJSObjectReference>("create", element);
        }

        if (viewer is not null && !ReferenceEquals(fetched, Ahead))
        {
            fetched = Ahead;
            await viewer.InvokeVoidAsync("fetchAhead", Ahead);
        }
    }
}
