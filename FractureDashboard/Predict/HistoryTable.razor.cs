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

    /// <summary>A part of the file's or the model's name.</summary>
    [Parameter]
    public string? Search { get; set; }

    /// <summary>Which decision, as in the address.</summary>
    [Parameter]
    public string? Decision { get; set; }

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

    private bool IsFiltered => !string.IsNullOrWhiteSpace(Search) || Query.Fractured is not null;

    private HistoryQuery Query => new(
        Search ?? "",
        Decision switch
        {
            HistoryAddress.Fractured => true,
            HistoryAddress.NotFractured => false,
            _ => null,
        },
        Math.Max(0, PageNumber - 1),
        PageSize);

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

    private void Filter(ChangeEventArgs e) => Go(new() { ["decision"] = e.Value is string { Length: > 0 } decision ? decision : null, ["page"] = null });

    private void Turn(int number) => Go(new() { ["page"] = number > 1 ? number : null });

    private void Clear() => Go(new() { ["q"] = null, ["decision"] = null, ["page"] = null });

    private void Go(Dictionary<string, object?> parameters, bool replace = false) => Navigation.NavigateTo(Address.With(parameters), replace: replace);
}
