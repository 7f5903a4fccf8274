using FractureDashboard.Interop;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FractureDashboard.Gallery;

/// <summary>Shows an image with zoom, pan, level and window. Level, window and inversion outlast a change of the image, so that neighbours compare.</summary>
public sealed partial class ImageViewer : IAsyncDisposable
{
    private ElementReference element;
    private BrowserPart? viewer;
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
    public ValueTask DisposeAsync() => viewer?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            viewer = new BrowserPart(Js, "./js/gallery-viewer.js");
            await viewer.StartAsync("create", element);
        }

        if (viewer is { IsReady: true } && !ReferenceEquals(fetched, Ahead))
        {
            fetched = Ahead;
            await viewer.CallAsync("fetchAhead", Ahead);
        }
    }
}
