using System.Globalization;
using FractureDashboard.ML.Explanation;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Predict;

/// <summary>Shows an answer's picture and, when asked, what its model looked at.</summary>
public sealed partial class HeatMapPicture : IDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private ExplanationMethod method;
    private DrawnHeatMap? map;
    private string? problem;
    private bool isDrawing;
    private int percent = 60;
    private int? shownId;

    /// <summary>The answer.</summary>
    [Parameter, EditorRequired]
    public required Prediction Answer { get; set; }

    [Inject]
    public required HeatMapDrawing Drawing { get; init; }

    private string Opacity => (percent / 100.0).ToString("0.00", CultureInfo.InvariantCulture);

    private string Action => isDrawing ? "Drawing …" : map is null ? "Heat map" : "Hide heat map";

    /// <inheritdoc />
    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        // Another answer's map would lie about this one.
        if (shownId != Answer.Id)
        {
            (shownId, map, problem) = (Answer.Id, null, null);
        }
    }

    private Task ToggleAsync()
    {
        if (map is null)
        {
            return DrawAsync();
        }

        map = null;
        return Task.CompletedTask;
    }

    private Task ChooseAsync(ChangeEventArgs e)
    {
        method = Enum.TryParse<ExplanationMethod>(e.Value as string, out var chosen) ? chosen : method;
        return map is null ? Task.CompletedTask : DrawAsync();
    }

    private async Task DrawAsync()
    {
        (isDrawing, map, problem) = (true, null, null);
        var id = Answer.Id;
        try
        {
            var drawn = await Drawing.DrawAsync(id, method, leaving.Token);
            if (id == Answer.Id)
            {
                (map, problem) = drawn;
            }
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // Nobody is there to see it.
        }
        finally
        {
            isDrawing = false;
        }
    }

    private void ChangeOpacity(ChangeEventArgs e) =>
        percent = int.TryParse(e.Value as string, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? Math.Clamp(value, 0, 100) : percent;
}
