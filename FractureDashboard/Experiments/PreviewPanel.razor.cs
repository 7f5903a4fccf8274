using System.Globalization;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Training;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Experiments;

/// <summary>Shows a training image as the network will see it, redrawn when the options that decide it have rested for a moment.</summary>
public sealed partial class PreviewPanel : IDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(400);

    private CancellationTokenSource waiting = new();
    private PreviewRequest? request;
    private string? wanted;
    private string? fetched;
    private Row? shown;
    private bool failed;
    private int pick;

    /// <summary>The data set.</summary>
    [Parameter]
    public int? DatasetId { get; set; }

    /// <summary>The options as filled.</summary>
    [Parameter, EditorRequired]
    public required TrainingOptions Options { get; set; }

    private string Caption
    {
        get
        {
            var prepared = $"{Options.ImageSize} × {Options.ImageSize} px, {TrainingOptionsText.Describe(Options.Preprocessing)}";
            return shown is { Count: 1 } ? $"{prepared}; without augmentation every epoch sees it like this." : $"{prepared}; the variants are those of its first epochs.";
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        waiting.Cancel();
        waiting.Dispose();
    }

    /// <inheritdoc />
    protected override Task OnParametersSetAsync() => AskAsync();

    private async Task AskAsync()
    {
        var next = PreviewRequest.Of(Options);
        var url = DatasetId is { } id ? next?.Url(id, pick) : null;
        if (url is null || url == wanted)
        {
            return;
        }

        (request, wanted) = (next, url);
        await waiting.CancelAsync();
        waiting.Dispose();
        waiting = new CancellationTokenSource();
        var stopped = waiting.Token;
        try
        {
            await Task.Delay(fetched is null ? TimeSpan.Zero : Rest, stopped);
            (fetched, failed) = (url, false);
        }
        catch (OperationCanceledException)
        {
            // The options changed again, or the page was left.
        }
    }

    private Task TakeAnother()
    {
        pick++;
        return AskAsync();
    }

    private void Arrived() => (shown, failed) = (new Row(fetched!, request!.Count), false);

    private void Failed() => (shown, failed) = (null, true);

    // All tiles are parts of one picture: as wide as all of them, moved so that its own part is seen.
    private static string Place(Row row, int index) => string.Create(
        CultureInfo.InvariantCulture,
        $"background-image:url('{row.Url}');background-size:{row.Count * 100}% 100%;background-position:{(row.Count == 1 ? 0 : 100.0 * index / (row.Count - 1)):0.####}% 0");

    private sealed record Row(string Url, int Count);
}
