using FractureDashboard.ML.Quality;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Quality.Findings;

/// <summary>What a scan found, as a gallery, and what can be done about it. The address holds filter and page.</summary>
public sealed partial class FindingsPage
{
    private readonly FindingSelection selection = new();
    private FindingsQuery query = new();
    private FindingList? page;
    private string? shown;
    private bool isBusy;

    [SupplyParameterFromQuery(Name = "rule")]
    public string? RuleCode { get; set; }

    [SupplyParameterFromQuery(Name = "severity")]
    public string? SeverityToken { get; set; }

    [SupplyParameterFromQuery(Name = "split")]
    public string? SplitToken { get; set; }

    [SupplyParameterFromQuery(Name = "label")]
    public string? LabelToken { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "ignored")]
    public string? IgnoredToken { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    public int? PageNumber { get; set; }

    [Inject]
    public required FindingsReader Reader { get; init; }

    [Inject]
    public required FindingActions Actions { get; init; }

    private int Selected => page is null ? 0 : selection.Count(page.Total);

    private string Selection => Selected == 0 ? "none selected" : $"{Humane.Count(Selected)} selected";

    private bool AllOnPage => page is not null && page.All.All(selection.Contains);

    private bool CanKeepOne => page is { Groups.Count: > 0 } && query.Rule is
        QualityRule.ExactDuplicate or QualityRule.ExactDuplicateAcrossSplits or QualityRule.NearDuplicate or QualityRule.NearDuplicateAcrossSplits;

    private string Total => page is { TotalGroups: > 0 }
        ? $"{QualityText.Count(page.Total, "finding")} in {QualityText.Count(page.TotalGroups, "group")}"
        : QualityText.Count(page!.Total, "finding");

    /// <inheritdoc />
    protected override void ReadAddress()
    {
        var read = FindingsQuery.Parse(RuleCode, SeverityToken, SplitToken, LabelToken, Text, IgnoredToken, PageNumber);
        if (read with { Page = 1 } != query with { Page = 1 })
        {
            // What was ticked under another filter may not be on any page of this one.
            selection.Clear();
        }

        query = read;
    }

    /// <inheritdoc />
    protected override async Task LoadAsync(QualityHeader header)
    {
        var asked = query;
        var stamp = $"{header.Stamp} {asked}";
        if (header.Completed is null || stamp == shown)
        {
            return;
        }

        var read = await Reader.ListAsync(header, asked, Leaving);
        if (ReferenceEquals(asked, query))
        {
            (page, shown) = (read, stamp);
        }
    }

    private void Go(FindingsQuery next) => Navigation.NavigateTo(next.ToUrl(Id), replace: next.Text != query.Text);

    private void Select((IReadOnlyList<ShownFinding> Findings, bool On) change) => selection.Set(change.Findings, change.On, page!.All);

    private void SelectPage(bool on) => selection.Set(page!.All, on, page.All);

    private void SelectAll() => selection.SelectAll();

    private void SelectNone() => selection.Clear();

    private Task ActAsync(Func<Dataset, IReadOnlyList<ShownFinding>, CancellationToken, Task<bool>> action) => ActAsync(action, wholeGroups: false);

    private async Task ActAsync(Func<Dataset, IReadOnlyList<ShownFinding>, CancellationToken, Task<bool>> action, bool wholeGroups)
    {
        isBusy = true;
        var meant = selection.IsAll ? await Reader.AllAsync(Header!, query, wholeGroups, Leaving) : [.. selection.Chosen];
        if (await action(Header!.Dataset, meant, Leaving))
        {
            selection.Clear();
            shown = null;
            await ReloadAsync();
        }

        isBusy = false;
    }
}
