using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;

namespace FractureDashboard.Evaluations;

/// <summary>The score of an image with what is known about it.</summary>
/// <param name="RelativePath">Path below the data set's root.</param>
/// <param name="Split">In the version that was evaluated.</param>
/// <param name="Label">In the version that was evaluated.</param>
/// <param name="Score">P(fractured), 0 to 1.</param>
/// <param name="ContentHash">SHA-256 of the bytes.</param>
/// <param name="HasTwin">True when the run was trained on these very bytes.</param>
/// <param name="SharesSource">True when the run was trained on an image of the same radiograph.</param>
/// <param name="Group">Names the radiograph.</param>
public sealed record ScoredImage(
    string RelativePath, Split Split, Label Label, double Score, string ContentHash, bool HasTwin, bool SharesSource, string Group)
{
    /// <summary>The image in the index with the same content; null where it is no longer there.</summary>
    public int? ImageId { get; init; }

    /// <summary>Its format; null where it is no longer in the index.</summary>
    public ImageFormat? Format { get; init; }

    /// <summary>Pixels; 0 where it is no longer in the index.</summary>
    public int Width { get; init; }

    /// <summary>Pixels; 0 where it is no longer in the index.</summary>
    public int Height { get; init; }

    /// <summary>Codes of what the newest scan found of it.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>-log P(label), nats; clipped as in <see cref="Calibration.LogLossOf"/>.</summary>
    public double Loss => -Math.Log(Math.Clamp(Label == Label.Fractured ? Score : 1 - Score, Calibration.Clip, 1 - Calibration.Clip));

    /// <summary>Whether the model is on the wrong side of a threshold.</summary>
    /// <param name="threshold">Scores at or above it are called fractured.</param>
    /// <returns>True when it is.</returns>
    public bool IsWrong(double threshold) => Score >= threshold != (Label == Label.Fractured);

    /// <summary>Of a stored score.</summary>
    /// <param name="score">The score.</param>
    /// <returns>Without what only the index knows.</returns>
    public static ScoredImage Of(EvaluationScore score)
    {
        ArgumentNullException.ThrowIfNull(score);
        return new(score.RelativePath, score.Split, score.Label, score.Score, score.ContentHash, score.HasTwinInTrain, score.SharesSourceWithTrain, score.Group);
    }
}

/// <summary>Scores on validation images, on which thresholds and the temperature are chosen.</summary>
/// <param name="Images">The images; there may be none.</param>
/// <param name="EvaluationId">The evaluation that they come from; null for the run's own final one.</param>
/// <param name="From">Which images they are, in words.</param>
public sealed record ValidationScores(IReadOnlyList<ScoredImage> Images, int? EvaluationId, string From);

/// <summary>A completed evaluation with all that its page shows.</summary>
/// <param name="Evaluation">The evaluation.</param>
/// <param name="Run">The run.</param>
/// <param name="DatasetName">The data set evaluated on.</param>
/// <param name="VersionName">The name of its version; null where it has none any more.</param>
/// <param name="IsOwn">True when the run was trained on this version of this data set.</param>
/// <param name="Images">All scores, ordered by path.</param>
/// <param name="Validation">Validation scores of the same weights.</param>
public sealed record LoadedEvaluation(
    Evaluation Evaluation, Run Run, string DatasetName, string? VersionName, bool IsOwn, IReadOnlyList<ScoredImage> Images, ValidationScores Validation)
{
    /// <summary>The splits that were scored and hold images.</summary>
    public IReadOnlyList<Split> Splits { get; } = [.. Images.Select(i => i.Split).Distinct().Order()];

    /// <summary>The split that a page shows when its address names none: validation, or else whatever is no test.</summary>
    public Split FirstSplit => Splits.Contains(Split.Validation) || Splits.Count == 0 ? Split.Validation : Splits.Where(s => s != Split.Test).DefaultIfEmpty(Split.Test).First();

    /// <summary>The images that a query names.</summary>
    /// <param name="query">The query.</param>
    /// <returns>In the order of their paths.</returns>
    public IReadOnlyList<ScoredImage> Of(EvaluationQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var split = query.Split ?? FirstSplit;
        return [.. Images.Where(i => (query.AllSplits || i.Split == split) && Counts(i, query.Seen))];
    }

    /// <summary>Whether an image counts.</summary>
    /// <param name="image">The image.</param>
    /// <param name="seen">The choice.</param>
    /// <returns>True when it does.</returns>
    public static bool Counts(ScoredImage image, SeenChoice seen)
    {
        ArgumentNullException.ThrowIfNull(image);
        return seen switch
        {
            SeenChoice.WithoutTwin => !image.HasTwin,
            SeenChoice.Unseen => !image.SharesSource,
            _ => true,
        };
    }
}
