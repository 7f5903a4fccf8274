using System.Globalization;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.Shell;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Evaluations.Detail;

/// <summary>A threshold to be stored.</summary>
/// <param name="Threshold">0 to 1.</param>
/// <param name="Rule">How it was chosen, in words.</param>
public sealed record ThresholdToKeep(double Threshold, string Rule);

/// <summary>Thresholds chosen on validation by several rules, and what they are worth on the images shown.</summary>
public sealed partial class ThresholdsView
{
    private JudgedImages? shown;
    private Form form = new();
    private string? problem;
    private IReadOnlyList<ThresholdChoice> choices = [];

    /// <summary>The images.</summary>
    [Parameter, EditorRequired]
    public required JudgedImages Judged { get; set; }

    /// <summary>Tells that a threshold shall be shown.</summary>
    [Parameter, EditorRequired]
    public EventCallback<double> ThresholdChanged { get; set; }

    /// <summary>Tells that a threshold shall be the model's.</summary>
    [Parameter, EditorRequired]
    public EventCallback<ThresholdToKeep> Chosen { get; set; }

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(shown, Judged))
        {
            shown = Judged;
            Choose();
        }
    }

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Sentence(ThresholdRule rule) => rule.Describe() is var text ? char.ToUpperInvariant(text[0]) + text[1..] : "";

    private static RenderFragment Cell(Estimate of) => builder =>
    {
        builder.OpenElement(0, "td");
        builder.AddAttribute(1, "class", "fd-num");
        builder.AddContent(2, Humane.Percent(of.Value));
        builder.OpenElement(3, "small");
        builder.AddAttribute(4, "class", "fd-muted");
        builder.AddContent(5, of.Interval is null ? "" : EvaluationText.Percents(of.Interval));
        builder.CloseElement();
        builder.CloseElement();
    };

    private void Choose()
    {
        if (Judged.Validation is not { } validation)
        {
            choices = [];
            return;
        }

        ThresholdRule[] rules =
        [
            ThresholdRule.Youden, ThresholdRule.F1, ThresholdRule.SensitivityAtLeast(form.Sensitivity),
            ThresholdRule.SpecificityAtLeast(form.Specificity), ThresholdRule.Cost(form.Cost, form.Prevalence),
        ];
        problem = rules.Select(r => r.Problem()).FirstOrDefault(p => p is not null);
        if (problem is null)
        {
            choices = [.. rules.Select(r => ThresholdChoice.On(validation.Tally, r).ApplyTo(Judged.Set.Tally))];
        }
    }

    private void Change(ChangeEventArgs e, double scale, Func<double, Form> change)
    {
        if (double.TryParse(e.Value as string, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
        {
            form = change(value / scale);
            Choose();
        }
    }

    private void ChangePrevalence(ChangeEventArgs e)
    {
        if (string.IsNullOrWhiteSpace(e.Value as string))
        {
            form = form with { Prevalence = null };
            Choose();
        }
        else
        {
            Change(e, 100, v => form with { Prevalence = v });
        }
    }

    private sealed record Form(double Sensitivity = 0.95, double Specificity = 0.95, double Cost = 5, double? Prevalence = null);
}
