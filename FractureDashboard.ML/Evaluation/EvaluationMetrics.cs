namespace FractureDashboard.ML.Evaluation;

/// <summary>The figures of a set of images, each with its doubt.</summary>
/// <param name="Images">How many images.</param>
/// <param name="Fractured">How many of them are fractured.</param>
/// <param name="Sources">From how many sources they come.</param>
/// <param name="Point">What the model is worth at the threshold.</param>
/// <param name="Auc">Area under the ROC curve.</param>
/// <param name="AveragePrecision">Average precision.</param>
/// <param name="Brier">Brier score.</param>
/// <param name="LogLoss">Mean -log P(label), nats.</param>
/// <param name="CalibrationError">Expected calibration error in bins of equal width.</param>
public sealed record EvaluationMetrics(
    int Images,
    int Fractured,
    int Sources,
    OperatingPoint Point,
    Estimate Auc,
    Estimate AveragePrecision,
    Estimate Brier,
    Estimate LogLoss,
    Estimate CalibrationError)
{
    /// <summary>Measures images.</summary>
    /// <param name="set">The images; there may be none.</param>
    /// <param name="threshold">Scores at or above it are called fractured.</param>
    /// <param name="bins">Bins of the calibration error, 1 or more.</param>
    /// <param name="bootstrap">How to draw sources for the intervals by source; null for none.</param>
    /// <param name="cancellationToken">Stops between two draws.</param>
    /// <returns>The figures; those that are undefined say why.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static EvaluationMetrics Of(ScoreSet set, double threshold = 0.5, int bins = 10, BootstrapOptions? bootstrap = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        var tally = set.Tally;
        var plain = new EvaluationMetrics(
            set.Count,
            tally.Fractured,
            set.SourceCount,
            OperatingPoint.At(tally, threshold),
            DeLong.Of(tally).ToEstimate(),
            Estimate.Of(PrecisionRecallCurve.AverageOf(tally), tally.Images == 0 ? OperatingPoint.NoImages : OperatingPoint.NoFractured),
            Estimate.Of(Calibration.BrierOf(tally), OperatingPoint.NoImages),
            Estimate.Of(Calibration.LogLossOf(tally), OperatingPoint.NoImages),
            Estimate.Of(Reliability.ErrorOf(tally, Binning.EqualWidth, bins), OperatingPoint.NoImages));
        return bootstrap is null || set.Count == 0 ? plain : plain.With(ClusterBootstrap.Intervals(set, Metrics(threshold, bins), bootstrap, cancellationToken));
    }

    /// <summary>All figures with their names, in the order in which a page shows them.</summary>
    /// <returns>Name and figure.</returns>
    public IEnumerable<(string Name, Estimate Estimate)> Named() =>
    [
        ("Accuracy", Point.Accuracy),
        ("Balanced accuracy", Point.BalancedAccuracy),
        ("F1", Point.F1),
        ("Matthews correlation", Point.Mcc),
        ("Sensitivity", Point.Sensitivity),
        ("Specificity", Point.Specificity),
        ("Positive predictive value", Point.PositivePredictiveValue),
        ("Negative predictive value", Point.NegativePredictiveValue),
        ("Area under the ROC curve", Auc),
        ("Average precision", AveragePrecision),
        ("Brier score", Brier),
        ("Log loss", LogLoss),
        ("Calibration error", CalibrationError),
    ];

    /// <summary>The figures of a tally in the order of <see cref="Named"/>.</summary>
    private static Func<ScoreTally, double?>[] Metrics(double threshold, int bins) =>
    [
        t => ConfusionMatrix.At(t, threshold).Accuracy,
        t => ConfusionMatrix.At(t, threshold).BalancedAccuracy,
        t => ConfusionMatrix.At(t, threshold).F1,
        t => ConfusionMatrix.At(t, threshold).Mcc,
        t => ConfusionMatrix.At(t, threshold).Sensitivity,
        t => ConfusionMatrix.At(t, threshold).Specificity,
        t => ConfusionMatrix.At(t, threshold).PositivePredictiveValue,
        t => ConfusionMatrix.At(t, threshold).NegativePredictiveValue,
        RocCurve.AreaOf,
        PrecisionRecallCurve.AverageOf,
        Calibration.BrierOf,
        Calibration.LogLossOf,
        t => Reliability.ErrorOf(t, Binning.EqualWidth, bins),
    ];

    private EvaluationMetrics With(IReadOnlyList<BootstrapInterval> drawn) => this with
    {
        Point = Point with
        {
            Accuracy = Point.Accuracy.With(drawn[0]),
            BalancedAccuracy = Point.BalancedAccuracy.With(drawn[1]),
            F1 = Point.F1.With(drawn[2]),
            Mcc = Point.Mcc.With(drawn[3]),
            Sensitivity = Point.Sensitivity.With(drawn[4]),
            Specificity = Point.Specificity.With(drawn[5]),
            PositivePredictiveValue = Point.PositivePredictiveValue.With(drawn[6]),
            NegativePredictiveValue = Point.NegativePredictiveValue.With(drawn[7]),
        },
        Auc = Auc.With(drawn[8]),
        AveragePrecision = AveragePrecision.With(drawn[9]),
        Brier = Brier.With(drawn[10]),
        LogLoss = LogLoss.With(drawn[11]),
        CalibrationError = CalibrationError.With(drawn[12]),
    };
}
