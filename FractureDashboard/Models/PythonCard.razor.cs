using FractureDashboard.Interop;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FractureDashboard.Models;

/// <summary>A Python program with a button that copies it; browsers allow that only to the click itself, so it happens there.</summary>
public sealed partial class PythonCard : IAsyncDisposable
{
    private ElementReference button;
    private ElementReference source;
    private BrowserPart? copier;

    /// <summary>The program.</summary>
    [Parameter, EditorRequired]
    public required string Source { get; set; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => copier?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            copier = new BrowserPart(Js, "./js/models.js");
            await copier.StartAsync("attachCopy", button, source);
        }
    }
}
