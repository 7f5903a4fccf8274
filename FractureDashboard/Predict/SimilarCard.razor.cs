using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Predict;

/// <summary>Compares an answer's image with the training images: by itself where that takes no time, otherwise when asked.</summary>
public sealed partial class SimilarCard : IDisposable
{
    private static readonly TimeSpan Throttle = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource leaving = new();
    private Similarity? found;
    private string? problem;
    private bool isLooking;
    private int? shownId;
    private int done;
    private int total;

    /// <summary>The answer.</summary>
    [Parameter, EditorRequired]
    public required Prediction Answer { get; set; }

    [Inject]
    public required SimilarImages Similar { get; init; }

    /// <inheritdoc />
    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        // Another answer's neighbours would lie about this one.
        if (shownId == Answer.Id)
        {
            return;
        }

        (shownId, found, problem, done, total) = (Answer.Id, null, null, 0, 0);
        try
        {
            if (await Similar.IsReadyAsync(Answer, leaving.Token))
            {
                await FindAsync();
            }
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // Nobody is there to see it.
        }
    }

    private static string Percent(double share) => share.ToString("P0", System.Globalization.CultureInfo.InvariantCulture);

    private async Task FindAsync()
    {
        (isLooking, problem) = (true, null);
        var id = Answer.Id;
        try
        {
            var finding = Similar.FindAsync(id, (now, all) => (done, total) = (now, all), leaving.Token);
            while (await Task.WhenAny(finding, Task.Delay(Throttle, leaving.Token)) != finding && !leaving.IsCancellationRequested)
            {
                StateHasChanged();
            }

            var result = await finding;
            if (id == Answer.Id)
            {
                (found, problem) = result;
            }
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // Nobody is there to see it.
        }
        finally
        {
            isLooking = false;
        }
    }
}
