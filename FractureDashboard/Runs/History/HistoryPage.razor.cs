using FractureDashboard.Live;
using FractureDashboard.Runs.Comparison;
using FractureDashboard.Shell;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Runs.History;

/// <summary>All runs. The address holds filter, order and page; the database does the work.</summary>
public sealed partial class HistoryPage
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly HashSet<int> selected = [];
    private RunFilter filter = new();
    private RunFacets facets = new([], []);
    private RunsPage? page;

    [SupplyParameterFromQuery]
    private string? Q { get; set; }

    [SupplyParameterFromQuery]
    private string? State { get; set; }

    [SupplyParameterFromQuery]
    private string? Dataset { get; set; }

    [SupplyParameterFromQuery]
    private string? Tag { get; set; }

    [SupplyParameterFromQuery]
    private string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

    [Inject]
    public required RunsQuery Runs { get; init; }

    [Inject]
    public required RunDeletionDialogs Deletion { get; init; }

    [Inject]
    public required LocalClock Clock { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    private string? Subtitle => page is null ? null : $"{Humane.Count(page.Total)} {(page.Total == 1 ? "run" : "runs")}{(filter.IsNarrowed ? " match" + (page.Total == 1 ? "es" : "") : "")}";

    private int Pages => page is null ? 0 : (page.Total + RunFilter.PageSize - 1) / RunFilter.PageSize;

    private bool AllOnPage => page is { Runs.Count: > 0 } && page.Runs.All(r => selected.Contains(r.Id));

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Follow(Topics.Runs, Interval, LoadAsync);
        await Clock.EnsureAsync();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        filter = RunFilter.Parse(Q, State, Dataset, Tag, Sort, PageNumber);
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var asked = filter;
        var found = await Runs.ListAsync(asked, Leaving);
        var offered = await Runs.FacetsAsync(Leaving);
        if (ReferenceEquals(asked, filter))
        {
            // Otherwise the filter changed meanwhile and its own answer is on the way.
            (page, facets) = (found, offered);
        }
    }

    // A search that was typed a moment before a click elsewhere is told late: it must not call the user back.
    private void Go(RunFilter next)
    {
        if (!Leaving.IsCancellationRequested && next != filter)
        {
            Navigation.NavigateTo(next.ToUrl(), replace: next.Text != filter.Text);
        }
    }

    private void Select(int id, bool on)
    {
        if (on)
        {
            selected.Add(id);
        }
        else
        {
            selected.Remove(id);
        }
    }

    private void SelectPage(ChangeEventArgs e)
    {
        foreach (var run in page!.Runs)
        {
            Select(run.Id, e.Value is true);
        }
    }

    private void Compare() => Navigation.NavigateTo(ComparedIds.Url(selected.Order()));

    private async Task DeleteAsync() => selected.ExceptWith(await Deletion.DeleteAsync([.. selected.Order()], Leaving));
}
