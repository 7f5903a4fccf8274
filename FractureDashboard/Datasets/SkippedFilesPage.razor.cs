using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Datasets;

/// <summary>The files that a data set could not use, with reasons; searched and paged by the server.</summary>
public sealed partial class SkippedFilesPage
{
    private static readonly TimeSpan UpdateInterval = TimeSpan.FromMilliseconds(500);
    private Dataset? dataset;
    private SkippedPage? page;
    private string search = "";
    private int pageNumber = 1;
    private bool loaded;

    [Parameter]
    public int Id { get; set; }

    /// <summary>Part of a path or a reason.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    public string? Query { get; set; }

    /// <summary>The page, counted from 1.</summary>
    [SupplyParameterFromQuery(Name = "page")]
    public int? Page { get; set; }

    [Inject]
    public required DatasetReader Reader { get; init; }

    [Inject]
    public required DatasetQueue Queue { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    private int PageCount => Math.Max(1, ((page?.Total ?? 0) + DatasetReader.SkippedPageSize - 1) / DatasetReader.SkippedPageSize);

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        Follow(Topics.Datasets, UpdateInterval, LoadAsync);
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        search = Query ?? "";
        pageNumber = Math.Max(1, Page ?? 1);
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        dataset = await Reader.FindAsync(Id, Leaving);
        page = await Reader.SkippedAsync(Id, search, pageNumber, Leaving);
        loaded = true;
    }

    private void Search(string? value) => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["q"] = string.IsNullOrWhiteSpace(value) ? null : value, ["page"] = null }), replace: true);

    private void Turn(int number) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("page", number == 1 ? null : number));

    private async Task ReindexAsync() => await Queue.ReindexAsync(Id, Leaving);
}
