using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Evaluation;

/// <summary>
/// The different scores of a set of images, highest first, and how many images of each class have each. Every metric
/// that does not ask which image is which can be had from it in one pass, ties included; a bootstrap draws counts into
/// it instead of copying and sorting images.
/// </summary>
public sealed class ScoreTally
{
    private readonly double[] scores;
    private readonly int[] fractured;
    private readonly int[] notFractured;

    private ScoreTally(double[] scores)
    {
        this.scores = scores;
        fractured = new int[scores.Length];
        notFractured = new int[scores.Length];
    }

    /// <summary>The different scores, descending.</summary>
    public ReadOnlySpan<double> Scores => scores;

    /// <summary>How many fractured images have each score.</summary>
    public ReadOnlySpan<int> FracturedAt => fractured;

    /// <summary>How many images that are not fractured have each score.</summary>
    public ReadOnlySpan<int> NotFracturedAt => notFractured;

    /// <summary>How many images are fractured.</summary>
    public int Fractured { get; private set; }

    /// <summary>How many images are not fractured.</summary>
    public int NotFractured { get; private set; }

    /// <summary>How many images there are.</summary>
    public int Images => Fractured + NotFractured;

    /// <summary>Counts scores.</summary>
    /// <param name="scores">Scores on any scale.</param>
    /// <param name="labels">As many labels.</param>
    /// <returns>The tally.</returns>
    /// <exception cref="ArgumentException">There are not as many labels.</exception>
    public static ScoreTally Of(IReadOnlyList<double> scores, IReadOnlyList<Label> labels) => WithPlaces(scores, labels).Tally;

    /// <summary>Counts scores and says where each image's score stands in the tally.</summary>
    internal static (ScoreTally Tally, int[] Places) WithPlaces(IReadOnlyList<double> scores, IReadOnlyList<Label> labels)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        if (scores.Count != labels.Count)
        {
            throw new ArgumentException($"{scores.Count} scores do not go with {labels.Count} labels.", nameof(labels));
        }

        var keys = scores.ToArray();
        var order = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(keys, order);
        Array.Reverse(keys);
        Array.Reverse(order);
        var places = new int[keys.Length];
        var different = new List<double>(keys.Length);
        for (var i = 0; i < keys.Length; i++)
        {
            if (i == 0 || !keys[i].Equals(keys[i - 1]))
            {
                different.Add(keys[i]);
            }

            places[order[i]] = different.Count - 1;
        }

        var tally = new ScoreTally([.. different]);
        for (var i = 0; i < places.Length; i++)
        {
            tally.Add(places[i], labels[i] == Label.Fractured);
        }

        return (tally, places);
    }

    /// <summary>A tally of the same scores with nothing counted yet.</summary>
    internal ScoreTally Emptied() => new(scores);

    /// <summary>Forgets all counts.</summary>
    internal void Clear()
    {
        Array.Clear(fractured);
        Array.Clear(notFractured);
        (Fractured, NotFractured) = (0, 0);
    }

    /// <summary>Counts one more image.</summary>
    internal void Add(int place, bool isFractured)
    {
        if (isFractured)
        {
            fractured[place]++;
            Fractured++;
        }
        else
        {
            notFractured[place]++;
            NotFractured++;
        }
    }
}
