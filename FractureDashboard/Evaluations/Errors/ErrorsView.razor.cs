using System.Globalization;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Explanation;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FractureDashboard.Evaluations.Errors;

/// <summary>The gallery of errors: heat maps on request, and a mark for labels that are doubted.</summary>
public sealed partial class ErrorsView : IDisposable
{
    private const int FirstOpacity = 60;
    private const int UndoSeconds = 20;
    private const int ColourStops = 12;

    private static readonly string Colours = $"linear-gradient(to right, {string.Join(", ", Enumerable.Range(0, ColourStops).Select(i => ColourMap.At(i / (ColourStops - 1.0))).Select(c => $"rgb({c.R},{c.G},{c.B})"))})";

    private readonly CancellationTokenSource leaving = new();
    private IReadOnlyList<ErrorImage> errors = [];
    private IReadOnlySet<string> marked = new HashSet<string>();
    private (JudgedImages? Judged, ErrorOrder Order, double Threshold) shown;
    private int opacity = FirstOpacity;
    private string? problem;

    /// <summary>The evaluation.</summary>
    [Parameter, EditorRequired]
    public required Evaluation Evaluation { get; set; }

    /// <summary>The model's name for people.</summary>
    [Parameter, EditorRequired]
    public required string Model { get; set; }

    /// <summary>The images.</summary>
    [Parameter, EditorRequired]
    public required JudgedImages Judged { get; set; }

    /// <summary>The threshold, 0 to 1.</summary>
    [Parameter, EditorRequired]
    public double Threshold { get; set; }

    /// <summary>The page's query.</summary>
    [Parameter, EditorRequired]
    public required EvaluationQuery Query { get; set; }

    /// <summary>Tells of another query.</summary>
    [Parameter, EditorRequired]
    public EventCallback<EvaluationQuery> QueryChanged { get; set; }

    [Inject]
    public required LabelMarks Marks { get; init; }

    [Inject]
    public required ISnackbar Snackbar { get; init; }

    private int Pages => (errors.Count + ErrorImages.PageSize - 1) / ErrorImages.PageSize;

    private int Page => Math.Clamp(Query.Page, 1, Math.Max(1, Pages));

    /// <inheritdoc />
    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => ReadMarksAsync();

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        var wanted = (Judged, Query.Order, Threshold);
        if (shown != wanted)
        {
            shown = wanted;
            errors = ErrorImages.Of(Judged.Images, Query.Order, Threshold);
        }
    }

    private string Address(EvaluationQuery query) => EvaluationAddresses.Of(Evaluation.RunId, Evaluation.Id, query);

    private Task ChooseMethodAsync(ChangeEventArgs e) => QueryChanged.InvokeAsync(Query with { HeatMap = EvaluationQuery.ParseMethod(e.Value as string) });

    private void ChangeOpacity(ChangeEventArgs e)
    {
        if (int.TryParse(e.Value as string, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value))
        {
            opacity = Math.Clamp(value, 0, 100);
        }
    }

    private async Task ReadMarksAsync()
    {
        try
        {
            marked = await Marks.OfAsync(Evaluation.DatasetId, leaving.Token);
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // The user went elsewhere.
        }
    }

    private async Task MarkAsync(ScoredImage image)
    {
        problem = await Marks.MarkAsync(new LabelDoubt(Evaluation.DatasetId, image.RelativePath, image.ContentHash, image.Label, image.Score, Model), leaving.Token);
        await ReadMarksAsync();
        if (problem is null)
        {
            Snackbar.Add($"The label of {EvaluationText.FileName(image.RelativePath)} is marked as doubtful.", Severity.Success, options =>
            {
                options.Action = "Undo";
                options.ActionColor = Color.Inherit;
                options.VisibleStateDuration = UndoSeconds * 1000;
                options.OnClick = async _ => await InvokeAsync(() => TakeBackAsync(image));
            });
        }
    }

    // Not under the page's token: the undo works also after the page was left.
    private async Task TakeBackAsync(ScoredImage image)
    {
        await Marks.TakeBackAsync(Evaluation.DatasetId, image.RelativePath, CancellationToken.None);
        if (!leaving.IsCancellationRequested)
        {
            await ReadMarksAsync();
            StateHasChanged();
        }
    }
}
