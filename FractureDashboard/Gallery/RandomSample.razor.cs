using FractureDashboard.Interop;
using FractureDashboard.ML.Datasets;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FractureDashboard.Gallery;

/// <summary>Some images of each class, drawn by a seed.</summary>
public sealed partial class RandomSample : IAsyncDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private readonly CancellationToken left;
    private IReadOnlyDictionary<Label, IReadOnlyList<GalleryImage>>? drawn;
    private (int DatasetId, DateTime? Version, SampleQuery? Sample) drawnFor;
    private ElementReference element;
    private BrowserPart? placeholders;

    /// <summary>A new component; its work ends when it is left.</summary>
    public RandomSample() => left = leaving.Token;

    [Parameter, EditorRequired]
    public int DatasetId { get; set; }

    /// <summary>When the data set was indexed; another time draws again.</summary>
    [Parameter]
    public DateTime? Version { get; set; }

    [Parameter, EditorRequired]
    public required SampleQuery Sample { get; set; }

    /// <summary>Called when another sample is wanted.</summary>
    [Parameter]
    public EventCallback<SampleQuery> SampleChanged { get; set; }

    [Inject]
    public required GalleryService Gallery { get; init; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await leaving.CancelAsync();
        leaving.Dispose();
        if (placeholders is not null)
        {
            await placeholders.DisposeAsync();
        }
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var wanted = (DatasetId, Version, Sample);
        if (drawnFor == wanted)
        {
            return;
        }

        drawnFor = wanted;
        var images = await Gallery.SampleAsync(DatasetId, Sample.Split, Sample.PerClass, Sample.Seed, left);
        if (drawnFor == wanted)
        {
            drawn = images;
        }
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (drawn is not null && placeholders is null)
        {
            placeholders = new BrowserPart(Js, "./js/gallery-grid.js");
            await placeholders.StartAsync("markUnreadable", element);
        }
    }

    private Task Change(SampleQuery changed) => SampleChanged.InvokeAsync(changed with { PerClass = Math.Clamp(changed.PerClass, 1, SampleQuery.MaxPerClass) });

    // A seed that people can read out to one another; not a secret.
#pragma warning disable CA5394
    private Task Reseed() => SampleChanged.InvokeAsync(Sample with { Seed = Random.Shared.Next(1, 1_000_000) });
#pragma warning restore CA5394
}
