using static TorchSharp.torch;

namespace FractureDashboard.ML.Quality;

/// <summary>Two images that show the same radiograph.</summary>
/// <param name="First">Place of the first, from 0.</param>
/// <param name="Second">Place of the second; greater than that of the first.</param>
/// <param name="Correlation">Of their textures in the best position, up to 1.</param>
internal readonly record struct SourceMatch(int First, int Second, double Correlation);

/// <summary>
/// Finds the images that come from one radiograph, whatever rotation about the centre, flip, zoom between 0.8 and 1.25,
/// scaling or recompression lies between them. Candidates are neighbours by what none of these changes (how strong each
/// frequency is around each ring); each candidate pair is then laid over one another in every rotation, both ways round and
/// at eleven zooms, and its correlation taken.
/// </summary>
/// <remarks>Synchronous; runs the engine on the calling thread.</remarks>
internal static class SourceMatcher
{
    private const int Frequencies = 33;
    private const int CompareUpTo = 16;
    private const int MostShift = 5;
    private const int PairsAtATime = 2048;
    private const int RowsAtATime = 1024;
    private static readonly int[] CandidateShifts = [-5, -4, -2, 0, 2, 4, 5];

    /// <summary>Finds them.</summary>
    /// <param name="patches">[N, rings, angles] of <see cref="LogPolarPatches"/>.</param>
    /// <param name="neighbours">Candidates looked at for each image.</param>
    /// <param name="least">Correlation from which two images show the same radiograph.</param>
    /// <param name="progress">Is told how many candidate pairs of how many have been verified.</param>
    /// <param name="cancellationToken">Stops between two batches of pairs.</param>
    /// <returns>The pairs, ordered by their places.</returns>
    public static IReadOnlyList<SourceMatch> Find(Tensor patches, int neighbours, double least, Action<int, int> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(patches);
        ArgumentNullException.ThrowIfNull(progress);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var spectra = fft.rfft(patches, dim: 2).slice(2, 0, Frequencies, 1).contiguous();

        // The mean of a ring says nothing of its texture.
        spectra.slice(2, 0, 1, 1).zero_();
        var energy = spectra.abs().square().sum(-1) * (2.0 / LogPolarPatches.Angles);
        var pairs = Candidates(spectra, neighbours, cancellationToken);
        var found = new List<SourceMatch>();
        for (var start = 0; start < pairs.Count; start += PairsAtATime)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress(start, pairs.Count);
            var part = pairs.GetRange(start, Math.Min(PairsAtATime, pairs.Count - start));
            var correlations = Verify(spectra, energy, part);
            found.AddRange(part.Select((p, i) => new SourceMatch(p.First, p.Second, correlations[i])).Where(m => m.Correlation >= least));
        }

        progress(pairs.Count, pairs.Count);
        return found;
    }

    private static List<(int First, int Second)> Candidates(Tensor spectra, int neighbours, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var count = (int)spectra.shape[0];
        var wanted = Math.Min(neighbours, count - 1);
        var pairs = new HashSet<(int, int)>();
        if (wanted <= 0)
        {
            return [];
        }

        var strength = spectra.slice(2, 1, CompareUpTo + 1, 1).abs().log1p();
        var shifted = CandidateShifts.Select(s => Key(strength, s)).ToArray();
        var plain = Key(strength, 0);
        for (var start = 0; start < count; start += RowsAtATime)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var rows = plain.slice(0, start, Math.Min(count, start + RowsAtATime), 1);
            var likeness = shifted.Select(s => rows.mm(s.t())).Aggregate(maximum);
            var top = likeness.topk(Math.Min(count, wanted + 1), 1).indexes.data<long>().ToArray();
            for (var i = 0; i < top.Length; i++)
            {
                var (a, b) = (start + (i / (wanted + 1)), (int)top[i]);
                if (a != b)
                {
                    pairs.Add((Math.Min(a, b), Math.Max(a, b)));
                }
            }
        }

        return [.. pairs.Order()];
    }

    // Rings moved outwards by a shift, three and three together, centred and of length one.
    private static Tensor Key(Tensor strength, int shift)
    {
        using var scope = NewDisposeScope();
        var moved = strength.roll(shift, 1);
        if (shift != 0)
        {
            // What was rolled in from the other end is none of the image's.
            moved = moved.clone();
            moved.slice(1, shift > 0 ? 0 : LogPolarPatches.Rings + shift, shift > 0 ? shift : LogPolarPatches.Rings, 1).zero_();
        }

        var pooled = nn.functional.avg_pool1d(moved.transpose(1, 2), 3, 3).flatten(1);
        var centred = pooled - pooled.mean([1], keepdim: true);
        return nn.functional.normalize(centred, dim: 1).MoveToOuterDisposeScope();
    }

    private static float[] Verify(Tensor spectra, Tensor energy, List<(int First, int Second)> pairs)
    {
        using var scope = NewDisposeScope();
        var first = tensor(pairs.Select(p => (long)p.First).ToArray());
        var second = tensor(pairs.Select(p => (long)p.Second).ToArray());
        var (a, b) = (spectra.index_select(0, first), spectra.index_select(0, second));
        var (energyA, energyB) = (energy.index_select(0, first), energy.index_select(0, second));

        // Logarithmic rings are the denser the nearer to the centre; weighed by their radius they count by area.
        var weight = tensor(LogPolarPatches.Radii.Select(r => (float)r).ToArray());
        var best = full(pairs.Count, -1f);
        for (var shift = -MostShift; shift <= MostShift; shift++)
        {
            using var inner = NewDisposeScope();
            var rings = LogPolarPatches.Rings - Math.Abs(shift);
            var (fromA, fromB) = (Math.Max(0, -shift), Math.Max(0, shift));
            var w = weight.slice(0, fromA, fromA + rings, 1);
            var x = a.slice(1, fromA, fromA + rings, 1) * w.view(1, -1, 1);
            var y = b.slice(1, fromB, fromB + rings, 1);
            var scale = ((w * energyA.slice(1, fromA, fromA + rings, 1)).sum(1) * (w * energyB.slice(1, fromB, fromB + rings, 1)).sum(1)).sqrt() + 1e-6;
            foreach (var other in (Tensor[])[y.conj(), y])
            {
                var correlation = fft.irfft((x * other).sum(1), n: LogPolarPatches.Angles, dim: 1).amax([1]) / scale;
                best = maximum(best, correlation).MoveToOuterDisposeScope();
            }
        }

        return best.data<float>().ToArray();
    }
}
