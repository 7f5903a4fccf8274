using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Evaluations;

/// <summary>The images that a page judges the model by, and those on which it chooses.</summary>
/// <param name="Images">The images judged.</param>
/// <param name="Set">Their scores.</param>
/// <param name="Validation">Validation scores, from which images left out by the page are left out too; null where there are none.</param>
/// <param name="ValidationFrom">Which images those are, in words.</param>
/// <param name="JudgesWhatItChoseOn">True when validation images are judged: what was chosen on them looks too good there.</param>
/// <param name="Temperature">Fitted on validation; null where there are no validation scores.</param>
public sealed record JudgedImages(
    IReadOnlyList<ScoredImage> Images, ScoreSet Set, ScoreSet? Validation, string ValidationFrom, bool JudgesWhatItChoseOn, TemperatureScaling? Temperature)
{
    /// <summary>True when test images are among them.</summary>
    public bool HasTest => Images.Any(i => i.Split == Split.Test);

    /// <summary>Gathers them.</summary>
    /// <param name="loaded">The evaluation.</param>
    /// <param name="query">What of it is shown.</param>
    /// <returns>The images.</returns>
    public static JudgedImages Of(LoadedEvaluation loaded, EvaluationQuery query)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        ArgumentNullException.ThrowIfNull(query);
        var images = loaded.Of(query);
        List<ScoredImage> chosenOn = [.. loaded.Validation.Images.Where(i => LoadedEvaluation.Counts(i, query.Seen))];
        var validation = chosenOn.Count == 0 ? null : ScoresOf(chosenOn);
        var judged = images.Where(i => i.Split == Split.Validation).Select(i => i.ContentHash).ToHashSet(StringComparer.Ordinal);
        return new(
            images,
            ScoresOf(images),
            validation,
            loaded.Validation.From,
            chosenOn.Exists(i => judged.Contains(i.ContentHash)),
            validation is null ? null : TemperatureScaling.Fit(validation));
    }

    /// <summary>The report on them.</summary>
    /// <param name="threshold">Scores at or above it are called fractured.</param>
    /// <param name="bootstrap">How to draw sources; null for no intervals by source.</param>
    /// <param name="tags">Tags of each image, for subgroups; null for none.</param>
    /// <param name="cancellationToken">Stops between two draws.</param>
    /// <returns>The report.</returns>
    public EvaluationReport Report(double threshold, BootstrapOptions? bootstrap, IReadOnlyList<IReadOnlyCollection<string>>? tags, CancellationToken cancellationToken) =>
        EvaluationReport.Of(Set, new EvaluationOptions(threshold, Bootstrap: bootstrap), Validation, tags, cancellationToken);

    private static ScoreSet ScoresOf(IReadOnlyList<ScoredImage> images) =>
        new([.. images.Select(i => i.Score)], [.. images.Select(i => i.Label)], [.. images.Select(i => i.Group)]);
}
