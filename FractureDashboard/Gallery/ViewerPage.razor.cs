using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Gallery;

/// <summary>One image among those of a filter: looked at closely, with all that is known about its file.</summary>
public sealed partial class ViewerPage : IDisposable
{
    private CancellationTokenSource loading = new();
    private GalleryQuery query = new();
    private SampleQuery? sample;
    private Dataset? dataset;
    private ImageInContext? found;
    private IReadOnlyList<string> ahead = [];
    private (int DatasetId, int ImageId, GalleryQuery? Query) shown;
    private bool loaded;

    [Parameter]
    public int DatasetId { get; set; }

    [Parameter]
    public int ImageId { get; set; }

    [SupplyParameterFromQuery(Name = "split")]
    public string? SplitToken { get; set; }

    [SupplyParameterFromQuery(Name = "label")]
    public string? LabelToken { get; set; }

    [SupplyParameterFromQuery(Name = "format")]
    public string? FormatToken { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    public string? SortToken { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    public string? SampleSplit { get; set; }

    [SupplyParameterFromQuery(Name = "n")]
    public int? PerClass { get; set; }

    /// <summary>Present when the image was opened from the random sample, which "back" then shows again.</summary>
    [SupplyParameterFromQuery(Name = "seed")]
    public int? Seed { get; set; }

    [Inject]
    public required GalleryService Gallery { get; init; }

    [Inject]
    public required LocalClock Clock { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    private string? FileName => found?.Image.RelativePath is { } path ? path[(path.LastIndexOf('/') + 1)..] : null;

    private string Place => found!.Position > 0
        ? $"{dataset!.Name} · {Humane.Count(found.Position)} of {Humane.Count(found.Total)}{(query.IsUnfiltered ? "" : " in the filter")}"
        : $"{dataset!.Name} · not among the {Humane.Count(found.Total)} images of the filter";

    /// <inheritdoc />
    public void Dispose()
    {
        loading.Cancel();
        loading.Dispose();
    }

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => Clock.EnsureAsync();

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        query = GalleryQuery.Parse(SplitToken, LabelToken, FormatToken, Text, SortToken);
        sample = Seed is null ? null : SampleQuery.Parse(SampleSplit, PerClass, Seed);
        var wanted = (DatasetId, ImageId, query);
        if (shown == wanted)
        {
            return;
        }

        shown = wanted;

        // Who holds the arrow key down does not wait for the images in between.
        await loading.CancelAsync();
        loading.Dispose();
        loading = new CancellationTokenSource();
        try
        {
            await LoadAsync(loading.Token);
        }
        catch (OperationCanceledException) when (shown != wanted)
        {
            // Another image is wanted by now.
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var set = dataset?.Id == DatasetId ? dataset : await Gallery.DatasetAsync(DatasetId, cancellationToken);
        var image = await Gallery.FindAsync(DatasetId, ImageId, query, cancellationToken);
        var neighbours = await Gallery.HashesAsync([image?.NextId, image?.PreviousId], cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        (dataset, found, ahead, loaded) = (set, image, [.. neighbours.Select(n => ImageEndpoints.FullUrl(n.Id, n.ContentHash))], true);
    }

    private void GoTo(int? imageId)
    {
        // Replaced, so that the browser's Back leaves the viewer at once.
        if (imageId is { } id)
        {
            Navigation.NavigateTo(GalleryAddresses.Viewer(DatasetId, id, query, sample), replace: true);
        }
    }

    private void GoBack() => Navigation.NavigateTo(
        sample is null ? GalleryAddresses.Grid(DatasetId, query, ImageId) : GalleryAddresses.Overview(DatasetId, sample), replace: true);

    private static string Describe(DatasetImage image) => $"Radiograph {image.RelativePath}, labelled {GalleryText.Of(image.Label)}";
}
