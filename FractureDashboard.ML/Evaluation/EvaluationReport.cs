namespace FractureDashboard.ML.Evaluation;

/// <summary>What an evaluation should work out.</summary>
/// <param name="Threshold">Scores at or above it are called fractured.</param>
/// <param name="Bins">Bins of reliability and calibration error, 1 or more.</param>
/// <param name="HistogramBins">Bins of the histogram, 1 or more.</param>
/// <param name="Prevalence">Share of fractures where the model will be used, above 0 and below 1, for adjusted predictive values; null for none.</param>
/// <param name="Rules">Thresholds to choose on the validation split; null for <see cref="DefaultRules"/>.</param>
/// <param name="Bootstrap">How to draw sources; null for no intervals by source.</param>
public sealed record EvaluationOptions(
    double Threshold = 0.5,
    int Bins = 10,
    int HistogramBins = 20,
    double? Prevalence = null,
    IReadOnlyList<ThresholdRule>? Rules = null,
    BootstrapOptions? Bootstrap = null)
{
    /// <summary>The usual choices: Youden, F1, sensitivity of 0.95, specificity of 0.95, a missed fracture as bad as five false alarms.</summary>
    public static IReadOnlyList<ThresholdRule> DefaultRules { get; } =
        [ThresholdRule.Youden, ThresholdRule.F1, ThresholdRule.SensitivityAtLeast(0.95), ThresholdRule.SpecificityAtLeast(0.95), ThresholdRule.Cost(5)];
}

/// <summary>Something that an evaluation could not work out.</summary>
/// <param name="What">The figure, with the subgroup or threshold it belongs to.</param>
/// <param name="Why">A sentence.</param>
public sealed record MissingFigure(string What, string Why);

/// <summary>All that an evaluation says about a model. A plain record that can be stored as JSON; no number in it is NaN or infinite.</summary>
/// <param name="Metrics">Figures of all images at the threshold.</param>
/// <param name="AdjustedValues">Predictive values at another prevalence; null where none was named.</param>
/// <param name="Roc">ROC curve, the points at which it turns.</param>
/// <param name="PrecisionRecall">Precision-recall curve, every point.</param>
/// <param name="Calibration">Calibration of the scores as they are.</param>
/// <param name="Temperature">Temperature fitted on validation; null where no validation scores were given.</param>
/// <param name="Calibrated">Calibration of the scores after temperature scaling; null where there is no temperature.</param>
/// <param name="Thresholds">Thresholds chosen on validation and applied here; empty where no validation scores were given.</param>
/// <param name="Histogram">Scores of each class.</param>
/// <param name="Subgroups">Figures of the images of each tag.</param>
/// <param name="Missing">What could not be worked out, and why.</param>
public sealed record EvaluationReport(
    EvaluationMetrics Metrics,
    PredictiveValues? AdjustedValues,
    RocCurve Roc,
    PrecisionRecallCurve PrecisionRecall,
    Calibration Calibration,
    TemperatureScaling? Temperature,
    Calibration? Calibrated,
    IReadOnlyList<ThresholdChoice> Thresholds,
    ScoreHistogram Histogram,
    IReadOnlyList<Subgroup> Subgroups,
    IReadOnlyList<MissingFigure> Missing)
{
    /// <summary>Evaluates.</summary>
    /// <param name="set">Scores of the images evaluated on; there may be none.</param>
    /// <param name="options">What to work out; null for the usual.</param>
    /// <param name="validation">Scores of the same model on its validation split, on which temperature and thresholds are chosen; null for neither. Never the images evaluated on.</param>
    /// <param name="tags">Tags of each image evaluated on, for subgroups; null for none.</param>
    /// <param name="cancellationToken">Stops between two draws of sources.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentException">There are not as many lists of tags as images, or a rule or another option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static EvaluationReport Of(
        ScoreSet set,
        EvaluationOptions? options = null,
        ScoreSet? validation = null,
        IReadOnlyList<IReadOnlyCollection<string>>? tags = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        options ??= new EvaluationOptions();
        var metrics = EvaluationMetrics.Of(set, options.Threshold, options.Bins, options.Bootstrap, cancellationToken);
        var curve = RocCurve.Of(set.Tally);
        var temperature = validation is null ? null : TemperatureScaling.Fit(validation);
        var report = new EvaluationReport(
            metrics,
            options.Prevalence is { } prevalence ? PredictiveValues.At(metrics.Point.Matrix, prevalence) : null,
            curve with { Points = curve.Corners },
            PrecisionRecallCurve.Of(set.Tally),
            Calibration.Of(set.Tally, options.Bins),
            temperature,
            temperature is null ? null : Calibration.Of(temperature.Apply(set).Tally, options.Bins),
            validation is null ? [] : [.. (options.Rules ?? EvaluationOptions.DefaultRules).Select(r => ThresholdChoice.On(validation.Tally, r).ApplyTo(set.Tally))],
            ScoreHistogram.Of(set.Tally, options.HistogramBins),
            tags is null ? [] : Evaluation.Subgroups.Of(set, tags, options.Threshold, options.Bins, options.Bootstrap, cancellationToken),
            []);
        return report with { Missing = [.. report.MissingFigures()] };
    }

    private IEnumerable<MissingFigure> MissingFigures()
    {
        var figures = new List<(string What, string? Reason)>(Metrics.Named().Select(n => (n.Name, n.Estimate.Reason)));
        if (AdjustedValues is { } adjusted)
        {
            figures.Add(("Positive predictive value, adjusted", adjusted.Positive.Reason));
            figures.Add(("Negative predictive value, adjusted", adjusted.Negative.Reason));
        }

        figures.Add(("Temperature", Temperature?.Reason));
        figures.AddRange(Thresholds.Select(t => ($"Threshold: {t.Rule.Describe()}", t.Reason)));
        figures.AddRange(Subgroups.SelectMany(s => s.Metrics.Named().Select(n => ($"{s.Name}: {n.Name}", n.Estimate.Reason))));
        return figures.Where(f => f.Reason is not null).Select(f => new MissingFigure(f.What, f.Reason!));
    }
}
