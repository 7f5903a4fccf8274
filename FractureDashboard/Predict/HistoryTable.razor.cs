using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Predict;

/// <summary>Lists the answers and follows what others add or delete.</summary>
public sealed partial class HistoryTable
{
    private const int PageSize = 10;
    private static readonly TimeSpan Throttle = TimeSpan.FromMilliseconds(200);

    private HistoryPage? page;
    private HistoryQuery? listed;

    /// <summary>A part of the file's or the model's name or of the comment.</summary>
    [Parameter]
    public string? Search { get; set; }

    /// <summary>Which decision, as in the address.</summary>
    [Parameter]
    public string? Decision { get; set; }

    /// <summary>What was said of it, as in the address.</summary>
    [Parameter]
    public string? Feedback { get; set; }

    /// <summary>The first day, as in the address.</summary>
    [Parameter]
    public string? From { get; set; }

    /// <summary>The last day, as in the address.</summary>
    [Parameter]
    public string? To { get; set; }

    /// <summary>The page, from 1.</summary>
    [Parameter]
    public int PageNumber { get; set; } = 1;

    /// <summary>The answer that is open.</summary>
    [Parameter]
    public int? ShownId { get; set; }

    /// <summary>Asks to delete one; the owner asks the user first.</summary>
    [Parameter, EditorRequired]
    public EventCallback<Prediction> OnDelete { get; set; }

    [Inject]
    public required PredictionHistory History { get; init; }

    [Inject]
    public required LocalClock Clock { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    private HistoryAddress Address => new(Navigation);

    private HistoryFilter Chosen => new(Search, Decision, Feedback, From, To);

    private bool IsFiltered => Chosen.IsSet;

    private string ExportUrl => Chosen.ExportUrl(Clock.Offset);

    private HistoryQuery Query => Chosen.Query(Clock.Offset) with { Page = Math.Max(0, PageNumber - 1), PageSize = PageSize };

    /// <inheritdoc />
    protected override void OnInitialized() => Follow(PredictionArchive.Topic, Throttle, LoadAsync);

    /// <inheritdoc />
    protected override Task OnParametersSetAsync() => listed == Query ? Task.CompletedTask : LoadAsync();

    private async Task LoadAsync()
    {
        var query = Query;
        listed = query;
        var loaded = await History.ListAsync(query, Leaving);

        // Another page may have been asked for meanwhile; its answer counts.
        if (listed == query)
        {
            page = loaded;
        }
    }

    private void Find(string? text) => Go(new() { ["q"] = string.IsNullOrWhiteSpace(text) ? null : text.Trim(), ["page"] = null }, replace: true);

    private void Filter(ChangeEventArgs e) => Set("decision", e);

    private void FilterFeedback(ChangeEventArgs e) => Set("feedback", e);

    private void FilterFrom(ChangeEventArgs e) => Set("from", e);

    private void FilterTo(ChangeEventArgs e) => Set("to", e);

    private void Set(string key, ChangeEventArgs e) => Go(new() { [key] = e.Value is string { Length: > 0 } value ? value : null, ["page"] = null });

    private void Turn(int number) => Go(new() { ["page"] = number > 1 ? number : null });

    private void Clear() => Go(new() { ["q"] = null, ["decision"] = null, ["feedback"] = null, ["from"] = null, ["to"] = null, ["page"] = null });

    // A search that was typed a moment before a click elsewhere is told late: it must not call the user back.
    private void Go(Dictionary<string, object?> parameters, bool replace = false)
    {
        if (!Leaving.IsCancellationRequested && Address.With(parameters) is var next && next != Navigation.Uri)
        {
            Navigation.NavigateTo(next, replace: replace);
        }
    }
}
