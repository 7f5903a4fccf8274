using System.Numerics;

namespace FractureDashboard.ML.Quality;

/// <summary>
/// The frequencies around each ring of many pictures' patches (<see cref="LogPolarPatches"/>), as 16-bit numbers: 8 kB a
/// picture. A rotation turns their phases and leaves their strengths.
/// </summary>
internal sealed class RingSpectra
{
    /// <summary>Frequencies of a ring, from one period around it upwards; the mean says nothing of its texture and is left out.</summary>
    public const int Frequencies = 32;

    /// <summary>Numbers of a ring: the real parts, then the imaginary ones.</summary>
    public const int RingLength = 2 * Frequencies;

    /// <summary>Numbers of a picture.</summary>
    public const int Length = LogPolarPatches.Rings * RingLength;

    private static readonly float[] Waves = MakeWaves();

    // One array a picture: a single one would be too long for .NET with some hundred thousand pictures.
    private readonly short[][] numbers;
    private readonly float[] scales;
    private readonly float[][] energies;

    /// <summary>Makes room.</summary>
    /// <param name="count">For how many pictures.</param>
    public RingSpectra(int count) => (numbers, scales, energies) = (new short[count][], new float[count], new float[count][]);

    private RingSpectra(short[][] numbers, float[] scales, float[][] energies) => (this.numbers, this.scales, this.energies) = (numbers, scales, energies);

    /// <summary>How many pictures.</summary>
    public int Count => numbers.Length;

    /// <summary>Takes in a picture. From any thread, each place once.</summary>
    /// <param name="place">Its place.</param>
    /// <param name="patch">Its patch.</param>
    public void Set(int place, ReadOnlySpan<float> patch)
    {
        var spectrum = new float[Length];
        var energy = new float[LogPolarPatches.Rings];
        for (var ring = 0; ring < LogPolarPatches.Rings; ring++)
        {
            var values = patch.Slice(ring * LogPolarPatches.Angles, LogPolarPatches.Angles);
            for (var i = 0; i < RingLength; i++)
            {
                var part = Dot(values, Waves.AsSpan(i * LogPolarPatches.Angles, LogPolarPatches.Angles)) / LogPolarPatches.Angles;
                spectrum[(ring * RingLength) + i] = part;
                energy[ring] += 2 * part * part;
            }
        }

        var scale = Math.Max(1e-9f, spectrum.Max(v => Math.Abs(v)) / short.MaxValue);
        (numbers[place], scales[place], energies[place]) = (Array.ConvertAll(spectrum, v => (short)MathF.Round(v / scale)), scale, energy);
    }

    /// <summary>Some of the pictures, without copying them.</summary>
    /// <param name="places">Their places, in the order wanted.</param>
    public RingSpectra Only(int[] places) =>
        new(Array.ConvertAll(places, i => numbers[i]), Array.ConvertAll(places, i => scales[i]), Array.ConvertAll(places, i => energies[i]));

    /// <summary>The mean square of each ring's texture.</summary>
    /// <param name="place">The picture's place.</param>
    public ReadOnlySpan<float> EnergyOf(int place) => energies[place];

    /// <summary>Copies a picture's frequencies.</summary>
    /// <param name="place">The picture's place.</param>
    /// <param name="target">Filled with <see cref="Length"/> numbers, ring by ring.</param>
    public void Copy(int place, Span<float> target)
    {
        var scale = new Vector<float>(scales[place]);
        var source = numbers[place];
        var i = 0;
        for (; i <= Length - Vector<short>.Count; i += Vector<short>.Count)
        {
            Vector.Widen(new Vector<short>(source, i), out var low, out var high);
            (Vector.ConvertToSingle(low) * scale).CopyTo(target[i..]);
            (Vector.ConvertToSingle(high) * scale).CopyTo(target[(i + Vector<float>.Count)..]);
        }

        for (; i < Length; i++)
        {
            target[i] = source[i] * scales[place];
        }
    }

    /// <summary>The scalar product.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">Another of the same length.</param>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sum = Vector.FusedMultiplyAdd(new Vector<float>(a[i..]), new Vector<float>(b[i..]), sum);
        }

        var total = Vector.Sum(sum);
        for (; i < a.Length; i++)
        {
            total += a[i] * b[i];
        }

        return total;
    }

    private static float[] MakeWaves()
    {
        var waves = new float[RingLength * LogPolarPatches.Angles];
        for (var m = 0; m < Frequencies; m++)
        {
            for (var a = 0; a < LogPolarPatches.Angles; a++)
            {
                var (sine, cosine) = Math.SinCos(2 * Math.PI * (m + 1) * a / LogPolarPatches.Angles);
                waves[(m * LogPolarPatches.Angles) + a] = (float)cosine;
                waves[((Frequencies + m) * LogPolarPatches.Angles) + a] = (float)-sine;
            }
        }

        return waves;
    }
}
