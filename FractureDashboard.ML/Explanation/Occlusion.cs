using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Models;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Explanation;

/// <summary>
/// Occlusion sensitivity (Zeiler and Fergus, ECCV 2014): each pixel's value is the mean fall of the logit over the
/// patches that cover it. Asks the network and looks at nothing inside it.
/// </summary>
internal static class Occlusion
{
    private const int Batch = 32;

    // What a logit moves by when a batch is of another size.
    private const double Rounding = 1e-4;

    /// <summary>Covers the image patch by patch.</summary>
    /// <param name="network">In evaluation mode.</param>
    /// <param name="x">[1, C, S, S], float in [0, 1].</param>
    /// <param name="options">Patch, stride and fill.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>A value for each pixel, in logits.</returns>
    public static RawMap Draw(LoadedNetwork network, Tensor x, OcclusionOptions options, CancellationToken cancellationToken)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var side = (int)x.shape[2];
        var (patch, stride) = options.For(side);
        var fill = ReferenceImages.Of(options.Fill, x);
        var logit = network.Logits(x)[0];
        int[] starts = [.. Starts(side, patch, stride)];
        (int Top, int Left)[] places = [.. from top in starts from left in starts select (top, left)];

        var (sums, counts) = (new double[side * side], new int[side * side]);
        foreach (var chunk in places.Chunk(Batch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var logits = network.Logits(Covered(x, fill, chunk, patch));
            foreach (var ((top, left), covered) in chunk.Zip(logits))
            {
                for (var row = top; row < top + patch; row++)
                {
                    for (var column = left; column < left + patch; column++)
                    {
                        sums[(row * side) + column] += logit - covered;
                        counts[(row * side) + column]++;
                    }
                }
            }
        }

        return new RawMap([.. sums.Zip(counts, (sum, count) => (float)(sum / count))], side, side, new MapGrid(1, 0), Rounding, logit);
    }

    /// <summary>The first pixels of the patches along a side; the last patch ends with it.</summary>
    private static IEnumerable<int> Starts(int side, int patch, int stride)
    {
        for (var start = 0; start < side - patch; start += stride)
        {
            yield return start;
        }

        yield return side - patch;
    }

    /// <summary>A copy of the image for each place, covered there; channels-last, in which the networks are fastest.</summary>
    private static Tensor Covered(Tensor x, Tensor fill, (int Top, int Left)[] places, int patch)
    {
        using var scope = NewDisposeScope();
        var (channels, side) = (x.shape[1], x.shape[2]);
        var copies = empty(places.Length, side, side, channels, device: x.device).permute(0, 3, 1, 2);
        copies.copy_(x.expand(places.Length, channels, side, side));
        for (var i = 0; i < places.Length; i++)
        {
            var (top, left) = places[i];
            copies[i].narrow(1, top, patch).narrow(2, left, patch).copy_(fill[0].narrow(1, top, patch).narrow(2, left, patch));
        }

        return copies.MoveToOuterDisposeScope();
    }
}
