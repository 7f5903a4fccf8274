using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Evaluation;

/// <summary>Checked, immutable scores of images with their labels and, where known, their sources.</summary>
public sealed class ScoreSet
{
    private readonly double[] scores;
    private readonly Label[] labels;
    private readonly string?[]? sources;

    /// <summary>Copies and checks scores.</summary>
    /// <param name="scores">P(fractured) of each image, 0 to 1; may be empty.</param>
    /// <param name="labels">As many labels.</param>
    /// <param name="sources">What names the radiograph or patient of each image; an image without one is a source of its own. Null: all are.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or a score is not within 0 to 1.</exception>
    public ScoreSet(IReadOnlyList<double> scores, IReadOnlyList<Label> labels, IReadOnlyList<string?>? sources = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        if (scores.Count != labels.Count || (sources is not null && sources.Count != scores.Count))
        {
            throw new ArgumentException($"{scores.Count} scores do not go with {labels.Count} labels and {sources?.Count ?? scores.Count} sources; all must be the same number.", nameof(labels));
        }

        for (var i = 0; i < scores.Count; i++)
        {
            if (!(scores[i] is >= 0 and <= 1))
            {
                throw new ArgumentException($"Score {i} is {scores[i]}; a score is a probability from 0 to 1.", nameof(scores));
            }
        }

        this.scores = [.. scores];
        this.labels = [.. labels];
        this.sources = sources is null ? null : [.. sources];
        Tally = ScoreTally.Of(this.scores, this.labels);
        SourceCount = this.sources is null
            ? this.scores.Length
            : this.sources.Where(s => s is not null).Distinct(StringComparer.Ordinal).Count() + this.sources.Count(s => s is null);
    }

    /// <summary>How many images.</summary>
    public int Count => scores.Length;

    /// <summary>How many sources they come from.</summary>
    public int SourceCount { get; }

    /// <summary>P(fractured) of each image.</summary>
    public IReadOnlyList<double> Scores => scores;

    /// <summary>The label of each image.</summary>
    public IReadOnlyList<Label> Labels => labels;

    /// <summary>The source of each image; null where none is known of any.</summary>
    public IReadOnlyList<string?>? Sources => sources;

    /// <summary>The scores in order, with how many images of each class have them.</summary>
    public ScoreTally Tally { get; }

    /// <summary>Some of the images.</summary>
    /// <param name="keep">Says of an image's number whether to keep it.</param>
    /// <returns>Those kept, in their order.</returns>
    public ScoreSet Where(Func<int, bool> keep)
    {
        var kept = Enumerable.Range(0, Count).Where(keep).ToArray();
        return new([.. kept.Select(i => scores[i])], [.. kept.Select(i => labels[i])], sources is null ? null : [.. kept.Select(i => sources[i])]);
    }

    /// <summary>The same images with other scores.</summary>
    /// <param name="change">Makes a score, 0 to 1, of a score.</param>
    /// <returns>The changed scores.</returns>
    /// <exception cref="ArgumentException">A new score is not within 0 to 1.</exception>
    public ScoreSet Rescored(Func<double, double> change) => new([.. scores.Select(change)], labels, sources);
}
