using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FractureDashboard.Datasets;

/// <summary>All data sets: what is in them, what is being done to them, and the form to add one.</summary>
public sealed partial class DatasetsPage
{
    private static readonly TimeSpan UpdateInterval = TimeSpan.FromMilliseconds(200);
    private readonly Dictionary<int, (DateTime? Indexed, IReadOnlyList<SplitCount> Counts)> counts = [];
    private IReadOnlyDictionary<int, DatasetQuality> quality = new Dictionary<int, DatasetQuality>();
    private DatasetPage? page;
    private DatasetWay? adding;
    private int pageNumber = 1;
    private int loadedPage;

    /// <summary>The open tab of the form; empty when it is closed.</summary>
    [SupplyParameterFromQuery(Name = "add")]
    public string? Add { get; set; }

    /// <summary>The page of the list, counted from 1.</summary>
    [SupplyParameterFromQuery(Name = "page")]
    public int? Page { get; set; }

    [Inject]
    public required DatasetReader Reader { get; init; }

    [Inject]
    public required DatasetActivities Activities { get; init; }

    [Inject]
    public required DatasetQueue Queue { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required ISnackbar Snackbar { get; init; }

    private int PageCount => Math.Max(1, ((page?.Total ?? 0) + DatasetReader.PageSize - 1) / DatasetReader.PageSize);

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        Follow(Topics.Datasets, UpdateInterval, LoadAsync);
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        adding = DatasetWays.Parse(Add);
        pageNumber = Math.Max(1, Page ?? 1);
        if (loadedPage != pageNumber)
        {
            await LoadAsync();
        }
    }

    private async Task LoadAsync()
    {
        loadedPage = pageNumber;
        var next = await Reader.ListAsync(pageNumber, Leaving);
        foreach (var dataset in next.Datasets.Where(d => d.IndexedUtc is not null && !(counts.TryGetValue(d.Id, out var known) && known.Indexed == d.IndexedUtc)))
        {
            // Counting looks at every image; it is done once for each indexing, not for each step of a progress bar.
            counts[dataset.Id] = (dataset.IndexedUtc, await Reader.CountAsync(dataset.Id, Leaving));
        }

        quality = await Reader.QualityAsync([.. next.Datasets.Select(d => d.Id)], Leaving);
        page = next;
    }

    private IReadOnlyList<SplitCount> CountsOf(Dataset dataset) => counts.TryGetValue(dataset.Id, out var known) ? known.Counts : [];

    private void Turn(int number) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("page", number == 1 ? null : number));

    private void AddedAsync(Dataset dataset)
    {
        Snackbar.Add($"'{dataset.Name}' was added; it is being prepared in the background.", Severity.Success);
        Navigation.NavigateTo("/datasets");
    }

    private async Task ReindexAsync(Dataset dataset)
    {
        if (!await Queue.ReindexAsync(dataset.Id, Leaving))
        {
            Snackbar.Add($"'{dataset.Name}' is waiting or being worked on already.", Severity.Info);
        }
    }

    private async Task RenameAsync(Dataset dataset)
    {
        var parameters = new DialogParameters<RenameDatasetDialog> { { d => d.DatasetId, dataset.Id }, { d => d.CurrentName, dataset.Name } };
        await Dialogs.ShowAsync<RenameDatasetDialog>("Rename data set", parameters);
    }

    private async Task RemoveAsync(Dataset dataset)
    {
        var parameters = new DialogParameters<RemoveDatasetDialog> { { d => d.DatasetId, dataset.Id } };
        await Dialogs.ShowAsync<RemoveDatasetDialog>("Remove data set", parameters);
    }
}
