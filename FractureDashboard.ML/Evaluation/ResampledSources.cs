using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Runtime;

namespace FractureDashboard.ML.Evaluation;

/// <summary>The images of a set by source, laid out so that a draw of sources only counts.</summary>
internal sealed class ResampledSources
{
    private readonly ScoreTally tally;
    private readonly Image[][][] strata;

    /// <summary>Sorts images into sources and sources into strata: not fractured, fractured, of both classes.</summary>
    /// <param name="scores">Scores on any scale.</param>
    /// <param name="labels">As many labels.</param>
    /// <param name="sources">As many names; an image without one is a source of its own. Null: all are.</param>
    public ResampledSources(IReadOnlyList<double> scores, IReadOnlyList<Label> labels, IReadOnlyList<string?>? sources)
    {
        (tally, var places) = ScoreTally.WithPlaces(scores, labels);
        var images = places.Select((place, i) => (Source: sources?[i], Image: new Image(place, labels[i] == Label.Fractured))).ToArray();

        // In the order of their names, so that the draws do not depend on the order of the images.
        var named = images.Where(i => i.Source is not null).GroupBy(i => i.Source!, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Select(i => i.Image).ToArray());
        var unnamed = images.Where(i => i.Source is null).Select(i => new[] { i.Image });
        strata = [.. named.Concat(unnamed).GroupBy(StratumOf).OrderBy(s => s.Key).Select(s => s.ToArray())];
    }

    /// <summary>Whether two draws can differ.</summary>
    public bool Varies => strata.Any(s => s.Length > 1);

    /// <summary>A tally to draw into.</summary>
    public ScoreTally NewTally() => tally.Emptied();

    /// <summary>Draws as many sources of each stratum as there are, with replacement.</summary>
    /// <param name="random">Decides which.</param>
    /// <param name="into">Of <see cref="NewTally"/>; what it held is forgotten.</param>
    public void Draw(ref SplitMix64 random, ScoreTally into)
    {
        into.Clear();
        foreach (var sources in strata)
        {
            for (var i = 0; i < sources.Length; i++)
            {
                foreach (var image in sources[(int)(random.Next() * sources.Length)])
                {
                    into.Add(image.Place, image.IsFractured);
                }
            }
        }
    }

    private static int StratumOf(Image[] source) => source.All(i => !i.IsFractured) ? 0 : source.All(i => i.IsFractured) ? 1 : 2;

    private readonly record struct Image(int Place, bool IsFractured);
}
