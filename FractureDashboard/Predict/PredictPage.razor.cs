using FractureDashboard.Live;
using FractureDashboard.ML.Runtime;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FractureDashboard.Predict;

/// <summary>Asks a finished run's model about images and shows an answer, new or kept.</summary>
public sealed partial class PredictPage
{
    private static readonly TimeSpan Throttle = TimeSpan.FromMilliseconds(200);

    private IReadOnlyList<FinishedRun>? runs;
    private FinishedRun? chosen;
    private double threshold = FinishedRun.UsualThreshold;
    private PredictionResult? shown;
    private KnownImage? known;
    private PredictionError? failure;
    private string? notice;
    private bool isMissing;
    private bool isAsking;
    private int? handledId;
    private int? handledRun;
    private int? handledImage;

    /// <summary>A kept answer to show.</summary>
    [Parameter]
    public int? Id { get; set; }

    /// <summary>The run whose model answers.</summary>
    [SupplyParameterFromQuery(Name = "run")]
    public int? Run { get; set; }

    /// <summary>An image of a registered data set to ask about on arrival.</summary>
    [SupplyParameterFromQuery(Name = "image")]
    public int? Image { get; set; }

    /// <summary>Filter of the history: words.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    public string? Search { get; set; }

    /// <summary>Filter of the history: decision.</summary>
    [SupplyParameterFromQuery(Name = "decision")]
    public string? Decision { get; set; }

    /// <summary>Filter of the history: what was said of an answer.</summary>
    [SupplyParameterFromQuery(Name = "feedback")]
    public string? Feedback { get; set; }

    /// <summary>Filter of the history: the first day.</summary>
    [SupplyParameterFromQuery(Name = "from")]
    public string? From { get; set; }

    /// <summary>Filter of the history: the last day.</summary>
    [SupplyParameterFromQuery(Name = "to")]
    public string? To { get; set; }

    /// <summary>Page of the history, from 1.</summary>
    [SupplyParameterFromQuery(Name = "page")]
    public int? PageNumber { get; set; }

    [Inject]
    public required FinishedRuns FinishedRuns { get; init; }

    [Inject]
    public required PredictionService Predictions { get; init; }

    [Inject]
    public required PredictionHistory History { get; init; }

    [Inject]
    public required PredictionArchive Archive { get; init; }

    [Inject]
    public required KnownImages KnownImages { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    private HistoryAddress Address => new(Navigation);

    private FinishedRun? OtherModel => Engine.Status.IsAvailable && chosen is not null && chosen.Id != shown?.Stored.RunId ? chosen : null;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var changes = Subscribe(Topics.Runs);
        runs = await FinishedRuns.ListAsync(Leaving);
        Follow(changes, Throttle, ReloadRunsAsync);
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (runs is null)
        {
            return;
        }

        if (chosen is null || Run != handledRun)
        {
            handledRun = Run;
            await ChooseFromAddressAsync();
        }

        // A new answer is shown before its address arrives here; the address alone decides only when it changes.
        if (Id != handledId)
        {
            handledId = Id;
            if (Id != shown?.Stored.Id)
            {
                await ShowAsync(Id);
            }
        }

        if (Image is { } image && image != handledImage)
        {
            handledImage = image;
            await AskAboutAsync(image);
        }
        else if (Image is null)
        {
            handledImage = null;
        }
    }

    private async Task ChooseFromAddressAsync()
    {
        chosen = runs!.Count > 0 ? runs[0] : null;
        if (Run is { } wanted && await FinishedRuns.FindAsync(wanted, Leaving) is { } found)
        {
            chosen = found;
            if (!runs.Any(r => r.Id == found.Id))
            {
                // Older than the ones offered, but named: it can be asked all the same.
                runs = [.. runs, found];
            }
        }
        else if (Run is not null)
        {
            notice = $"Run {Run} has no weights to answer with: it has not finished, failed, or was deleted."
                + (chosen is null ? "" : $" '{chosen.Name}' answers instead.");
        }

        threshold = chosen?.Threshold ?? FinishedRun.UsualThreshold;
    }

    private async Task ShowAsync(int? id)
    {
        failure = null;
        known = null;
        shown = id is { } wanted ? await History.FindAsync(wanted, Leaving) : null;
        isMissing = id is not null && shown is null;
        if (shown is { } found)
        {
            // As it was asked, so that the decision shown is the one that the history keeps.
            threshold = found.Stored.Threshold;
            known = await KnownImages.FindAsync(found.Stored.ContentHash, found.Stored.RunId, Leaving);
        }
    }

    private Task AskAboutAsync(int imageId) => chosen is { } run && Engine.Status.IsAvailable
        ? AskAsync(token => Predictions.PredictRegisteredAsync(imageId, run.Id, threshold, token), replace: true)
        : Task.CompletedTask;

    private Task AskAgainAsync() => OtherModel is { } run && shown is { } answer
        ? AskAsync(token => Predictions.PredictAgainAsync(answer.Stored.Id, run.Id, threshold, token), replace: false)
        : Task.CompletedTask;

    private async Task AskAsync(Func<CancellationToken, Task<PredictionOutcome>> ask, bool replace)
    {
        isAsking = true;
        failure = null;
        StateHasChanged();
        try
        {
            var outcome = await ask(Leaving);
            failure = outcome.Error;
            if (outcome.Result is { } result)
            {
                await OpenAsync(result, replace);
            }
        }
        finally
        {
            isAsking = false;
        }
    }

    private async Task OpenAnswerAsync(UploadAnswer answer)
    {
        if (answer.IsFirst && await History.FindAsync(answer.PredictionId, Leaving) is { } found)
        {
            await OpenAsync(found with { DecodeMilliseconds = answer.DecodeMilliseconds, ModelMilliseconds = answer.ModelMilliseconds }, replace: false);
        }
    }

    // Shown before its address is gone to, so that the times of its parts, which the history does not keep, stay on.
    private async Task OpenAsync(PredictionResult result, bool replace)
    {
        failure = null;
        isMissing = false;
        known = await KnownImages.FindAsync(result.Stored.ContentHash, result.Stored.RunId, Leaving);
        shown = result;
        Navigation.NavigateTo(Address.Answer(result.Stored.Id), replace: replace);
    }

    private void ChooseRun(FinishedRun run)
    {
        chosen = run;
        handledRun = run.Id;
        notice = null;
        threshold = run.Threshold;
        Navigation.NavigateTo(Address.With(new Dictionary<string, object?> { ["run"] = run.Id }), replace: true);
    }

    private void ChangeThreshold(double value) => threshold = value;

    private async Task DeleteAsync(Prediction prediction)
    {
        var confirmed = await Dialogs.ShowMessageBoxAsync(
            "Delete this answer?",
            $"The answer about '{prediction.FileName}' goes, and the kept copy of the image with it unless another answer is about the same one. Files of data sets are not touched.",
            yesText: "Delete",
            cancelText: "Keep");
        if (confirmed != true)
        {
            return;
        }

        await Archive.DeleteAsync(prediction.Id, Leaving);
        if (Id == prediction.Id)
        {
            Navigation.NavigateTo(Address.Home(), replace: true);
        }
    }

    private async Task ReloadRunsAsync()
    {
        runs = await FinishedRuns.ListAsync(Leaving);
        await KeepChoiceAsync();
    }

    // The choice stays the user's as long as that run can answer; its name or accuracy may have changed.
    private async Task KeepChoiceAsync()
    {
        if (chosen is not { } before)
        {
            await ChooseFromAddressAsync();
        }
        else if (await FinishedRuns.FindAsync(before.Id, Leaving) is { } still)
        {
            chosen = still;
            runs = runs!.Any(r => r.Id == still.Id) ? runs : [.. runs!, still];
        }
        else
        {
            chosen = runs!.Count > 0 ? runs[0] : null;
            notice = $"The run '{before.Name}' can no longer answer." + (chosen is null ? "" : $" '{chosen.Name}' answers instead.");
        }
    }
}
