using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Evaluations.Detail;

/// <summary>A threshold that follows the hand: at most some ten changes a second are told, and the last one always.</summary>
public sealed partial class ThresholdSlider
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(80);
    private double start;
    private double told = double.NaN;
    private double? waiting;
    private bool isTelling;
    private int generation;

    /// <summary>The threshold, 0 to 1.</summary>
    [Parameter, EditorRequired]
    public double Value { get; set; }

    /// <summary>Tells of a change.</summary>
    [Parameter, EditorRequired]
    public EventCallback<double> ValueChanged { get; set; }

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        // What comes back is what was told, late: giving it to the slider would pull the thumb from under the hand.
        if (!Value.Equals(told))
        {
            (start, told) = (Value, Value);
            generation++;
        }
    }

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static double? Read(ChangeEventArgs e) =>
        double.TryParse(e.Value as string, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? Math.Clamp(value, 0, 1) : null;

    private async Task SlideAsync(ChangeEventArgs e)
    {
        waiting = Read(e) ?? waiting;
        if (isTelling)
        {
            return;
        }

        isTelling = true;
        try
        {
            while (waiting is { } next)
            {
                (waiting, told) = (null, next);
                await ValueChanged.InvokeAsync(next);
                await Task.Delay(Interval);
            }
        }
        finally
        {
            isTelling = false;
        }
    }

    // What is no number leaves the threshold as it was.
    private Task TypeAsync(ChangeEventArgs e) => Read(e) is { } value ? ValueChanged.InvokeAsync(value) : Task.CompletedTask;
}
