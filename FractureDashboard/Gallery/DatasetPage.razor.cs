using FractureDashboard.Live;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Gallery;

/// <summary>A data set: what it is made of, a random look into it, and all of its images.</summary>
public sealed partial class DatasetPage
{
    private static readonly TimeSpan Throttle = TimeSpan.FromMilliseconds(200);

    private Dataset? dataset;
    private DatasetStatistics? statistics;
    private GalleryQuery query = new();
    private SampleQuery sample = new();
    private bool loaded;
    private int loadedId;

    [Parameter]
    public int Id { get; set; }

    [SupplyParameterFromQuery(Name = "view")]
    public string? View { get; set; }

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

    /// <summary>The image that the grid opens at.</summary>
    [SupplyParameterFromQuery(Name = "at")]
    public int? At { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    public string? SampleSplit { get; set; }

    [SupplyParameterFromQuery(Name = "n")]
    public int? PerClass { get; set; }

    [SupplyParameterFromQuery(Name = "seed")]
    public int? Seed { get; set; }

    [Inject]
    public required GalleryService Gallery { get; init; }

    [Inject]
    public required GalleryStatistics Statistics { get; init; }

    [Inject]
    public required LocalClock Clock { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    private bool IsGrid => string.Equals(View, GalleryAddresses.ImagesView, StringComparison.OrdinalIgnoreCase);

    private bool CanTrain => dataset is { State: DatasetState.Ready, ImageCount: > 0 };

    // While a data set is indexed again, what the last indexing found can be browsed.
    private bool IsBrowsable => dataset is { IndexedUtc: not null, ImageCount: > 0 };

    private string Subtitle => dataset!.IndexedUtc is { } indexed
        ? $"{Humane.Count(dataset.ImageCount)} images, {Humane.Bytes(dataset.TotalBytes)}, version {dataset.Version}, indexed {Clock.Format(indexed)} · {Place}"
        : Place;

    private string Place => dataset!.OwnsFiles ? "files kept by the dashboard" : dataset.Root;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await Clock.EnsureAsync();
        Follow(Topics.Datasets, Throttle, LoadAsync);
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        query = GalleryQuery.Parse(SplitToken, LabelToken, FormatToken, Text, SortToken);
        sample = SampleQuery.Parse(SampleSplit, PerClass, Seed);
        if (loadedId != Id)
        {
            loadedId = Id;
            (loaded, dataset, statistics) = (false, null, null);
            await LoadAsync();
        }
        else
        {
            await CountAsync();
        }
    }

    private async Task LoadAsync()
    {
        var id = Id;
        var read = await Gallery.DatasetAsync(id, Leaving);
        if (id != Id)
        {
            return;
        }

        var isNewIndex = read?.IndexedUtc != dataset?.IndexedUtc;
        (dataset, loaded) = (read, true);
        statistics = isNewIndex ? null : statistics;
        await CountAsync();
    }

    private async Task CountAsync()
    {
        if (dataset is { } counted && IsBrowsable && !IsGrid && statistics is null)
        {
            var read = await Statistics.ReadAsync(counted, Leaving);
            statistics = ReferenceEquals(counted, dataset) ? read : statistics;
        }
    }

    private void ShowQuery(GalleryQuery changed) => Show(changed.ToParameters());

    private void ShowSample(SampleQuery changed) => Show(changed.ToParameters());

    private void Show(IReadOnlyDictionary<string, object?> parameters) => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(parameters, StringComparer.Ordinal) { ["at"] = null }), replace: true);
}
