using System.Numerics;

namespace FractureDashboard.ML.Quality;

/// <summary>
/// Lays two pictures over one another in every rotation, both ways round and at fifteen zooms between 0.79 and 1.27, and
/// takes the correlation of their textures where it is best. Holds scratch: one for each thread.
/// </summary>
/// <remarks>
/// The correlation over all rotations is the inverse transform of the product of the frequencies, summed over the rings that
/// both have at a zoom and weighed by the rings' radius, so that they count by area. Mirrored, the second picture's
/// frequencies are the conjugate ones; the four sums of products of real and imaginary parts serve for both.
/// </remarks>
/// <param name="spectra">The pictures.</param>
internal sealed class SourceVerifier(RingSpectra spectra)
{
    /// <summary>Steps of zoom to both sides.</summary>
    public const int MostShift = 7;

    private const int Rings = LogPolarPatches.Rings;
    private const int Frequencies = RingSpectra.Frequencies;
    private const int Rotations = 128;

    // Mean square of the evened-out texture below which a picture is as good as blank; of radiographs it is above 0.1.
    private const double LeastEnergy = 0.02;

    private static readonly float[] Weights = [.. LogPolarPatches.Radii.Select(r => (float)(r / LogPolarPatches.Radii.Sum()))];
    private static readonly float[] Cosines = Table(Math.Cos);
    private static readonly float[] Sines = Table(Math.Sin);

    private readonly float[] first = new float[RingSpectra.Length];
    private readonly float[] second = new float[RingSpectra.Length];
    private readonly float[] sums = new float[4 * Frequencies];
    private readonly float[] product = new float[2 * Frequencies];
    private int current = -1;

    /// <summary>How well two pictures agree.</summary>
    /// <param name="a">Place of the one; faster when it is the same as in the call before.</param>
    /// <param name="b">Place of the other.</param>
    /// <param name="least">What is below is of no interest and may come out smaller yet.</param>
    /// <returns>The correlation in the best position, up to 1; 0 where one of them is as good as blank.</returns>
    public float Correlate(int a, int b, float least)
    {
        if (current != a)
        {
            spectra.Copy(a, first);
            for (var i = 0; i < first.Length; i++)
            {
                first[i] *= Weights[i / RingSpectra.RingLength];
            }

            current = a;
        }

        spectra.Copy(b, second);
        var best = 0f;
        for (var shift = -MostShift; shift <= MostShift; shift++)
        {
            var rings = Rings - Math.Abs(shift);
            var (fromA, fromB) = (Math.Max(0, -shift), Math.Max(0, shift));
            if (Scale(spectra.EnergyOf(a).Slice(fromA, rings), spectra.EnergyOf(b).Slice(fromB, rings), Weights.AsSpan(fromA, rings)) is not { } scale)
            {
                continue;
            }

            Multiply(first.AsSpan(fromA * RingSpectra.RingLength), second.AsSpan(fromB * RingSpectra.RingLength), rings);
            best = Math.Max(best, Highest(scale, Math.Max(best, least), isFlipped: false));
            best = Math.Max(best, Highest(scale, Math.Max(best, least), isFlipped: true));
        }

        return best;
    }

    // Twice, since a real signal has each frequency twice; null where there is nothing to compare.
    private static float? Scale(ReadOnlySpan<float> energyA, ReadOnlySpan<float> energyB, ReadOnlySpan<float> weights)
    {
        var (a, b) = (RingSpectra.Dot(energyA, weights), RingSpectra.Dot(energyB, weights));
        double weight = 0;
        foreach (var w in weights)
        {
            weight += w;
        }

        return Math.Min(a, b) < LeastEnergy * weight ? null : (float)(2 / Math.Sqrt((double)a * b));
    }

    /// <summary>Real by real, imaginary by imaginary, imaginary by real and real by imaginary, each summed over the rings.</summary>
    private void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int rings)
    {
        for (var m = 0; m < Frequencies; m += Vector<float>.Count)
        {
            var (rr, ii, ir, ri) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
            for (var offset = m; offset < rings * RingSpectra.RingLength; offset += RingSpectra.RingLength)
            {
                var realA = new Vector<float>(a[offset..]);
                var imaginaryA = new Vector<float>(a[(offset + Frequencies)..]);
                var realB = new Vector<float>(b[offset..]);
                var imaginaryB = new Vector<float>(b[(offset + Frequencies)..]);
                rr = Vector.FusedMultiplyAdd(realA, realB, rr);
                ii = Vector.FusedMultiplyAdd(imaginaryA, imaginaryB, ii);
                ir = Vector.FusedMultiplyAdd(imaginaryA, realB, ir);
                ri = Vector.FusedMultiplyAdd(realA, imaginaryB, ri);
            }

            rr.CopyTo(sums, m);
            ii.CopyTo(sums, Frequencies + m);
            ir.CopyTo(sums, (2 * Frequencies) + m);
            ri.CopyTo(sums, (3 * Frequencies) + m);
        }
    }

    private float Highest(float scale, float least, bool isFlipped)
    {
        var sign = isFlipped ? -1 : 1;
        float bound = 0;
        for (var m = 0; m < Frequencies; m++)
        {
            var real = scale * (sums[m] + (sign * sums[Frequencies + m]));
            var imaginary = scale * (sums[(2 * Frequencies) + m] - (sign * sums[(3 * Frequencies) + m]));
            (product[m], product[Frequencies + m]) = (real, imaginary);
            bound += MathF.Sqrt((real * real) + (imaginary * imaginary));
        }

        // No rotation can do better than all frequencies in step.
        if (bound <= least)
        {
            return 0;
        }

        var highest = new Vector<float>(-1f);
        for (var t = 0; t < Rotations; t += Vector<float>.Count)
        {
            var sum = Vector<float>.Zero;
            for (var m = 0; m < Frequencies; m++)
            {
                sum = Vector.FusedMultiplyAdd(new Vector<float>(product[m]), new Vector<float>(Cosines, (m * Rotations) + t), sum);
                sum -= new Vector<float>(product[Frequencies + m]) * new Vector<float>(Sines, (m * Rotations) + t);
            }

            highest = Vector.Max(highest, sum);
        }

        var most = -1f;
        for (var i = 0; i < Vector<float>.Count; i++)
        {
            most = Math.Max(most, highest[i]);
        }

        return most;
    }

    private static float[] Table(Func<double, double> wave) =>
        [.. from m in Enumerable.Range(1, Frequencies) from t in Enumerable.Range(0, Rotations) select (float)wave(2 * Math.PI * m * t / Rotations)];
}
