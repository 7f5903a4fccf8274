namespace FractureDashboard.ML.Runtime;

/// <summary>
/// Seeded random numbers that need no state carried along: a stream is named by numbers (seed, purpose, epoch, sample),
/// so it is the same whatever the batch size and wherever a run resumes. Steele, Lea and Flood, OOPSLA 2014.
/// </summary>
internal struct SplitMix64
{
    private ulong state;

    private SplitMix64(ulong state) => this.state = state;

    /// <summary>The stream of a name.</summary>
    /// <param name="name">The numbers that name it, in order.</param>
    /// <returns>The generator at the stream's start.</returns>
    public static SplitMix64 For(params ReadOnlySpan<long> name)
    {
        var hash = 0x6A09E667F3BCC909UL;
        foreach (var part in name)
        {
            hash = Mix(hash ^ Mix((ulong)part + 0x9E3779B97F4A7C15));
        }

        return new SplitMix64(hash);
    }

    /// <summary>64 random bits.</summary>
    /// <returns>The bits.</returns>
    public ulong NextBits()
    {
        state += 0x9E3779B97F4A7C15;
        return Mix(state);
    }

    /// <summary>Uniform in [0, 1).</summary>
    /// <returns>The number.</returns>
    public double Next() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [<paramref name="min"/>, <paramref name="max"/>).</summary>
    /// <param name="min">Lowest.</param>
    /// <param name="max">Highest.</param>
    /// <returns>The number.</returns>
    public double Between(double min, double max) => min + ((max - min) * Next());

    /// <summary>A random order of 0 to <paramref name="count"/> - 1 (Fisher and Yates).</summary>
    /// <param name="count">How many.</param>
    /// <returns>The permutation.</returns>
    public int[] Permutation(int count)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            var j = (int)(Next() * (i + 1));
            order[i] = order[j];
            order[j] = i;
        }

        return order;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>What a random stream is for; keeps streams of one seed apart.</summary>
internal enum RandomPurpose
{
    /// <summary>Initial weights.</summary>
    Weights = 1,

    /// <summary>Order of the images in an epoch.</summary>
    Order = 2,

    /// <summary>Augmentation of an image in an epoch.</summary>
    Augmentation = 3,

    /// <summary>Permutation of the labels in a control run.</summary>
    Labels = 4,

    /// <summary>Values dropped in a step.</summary>
    Dropout = 5,

    /// <summary>Brightness, contrast, gamma, strength of noise and erasing of an image in an epoch.</summary>
    Intensity = 11,

    /// <summary>The noise added to an image in an epoch.</summary>
    Noise = 12,

    /// <summary>Mixing of the images of a batch in a step.</summary>
    Mixing = 13,

    /// <summary>Dealing sources out to the folds of a cross-validation.</summary>
    Folds = 21,

    /// <summary>Drawing sources with replacement for an interval.</summary>
    Bootstrap = 22,

    /// <summary>Dealing sources out to the splits of a data set.</summary>
    HonestSplit = 23,
}
