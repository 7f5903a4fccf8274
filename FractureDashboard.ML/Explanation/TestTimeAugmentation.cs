using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Training;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Explanation;

/// <summary>Which harmless changes of an image are scored: every combination of them, so that nothing is left to chance.</summary>
/// <param name="RotationDegrees">Turned by this to either side; 0 to 45, 0 for not at all.</param>
/// <param name="Brightness">Darker and brighter by this share; 0 to 0.9, 0 for not at all.</param>
/// <param name="Flip">Mirrored left to right too.</param>
public sealed record TestTimeOptions(double RotationDegrees = 5, double Brightness = 0.1, bool Flip = true)
{
    /// <summary>Checks every range.</summary>
    /// <returns>One entry for each field out of range.</returns>
    public IEnumerable<OptionProblem> Validate()
    {
        if (!(RotationDegrees >= 0 && RotationDegrees <= 45))
        {
            yield return new(nameof(RotationDegrees), "The rotation must be between 0 and 45 degrees.");
        }

        if (!(Brightness >= 0 && Brightness <= 0.9))
        {
            yield return new(nameof(Brightness), "The change of brightness must be between 0 and 0.9.");
        }
    }
}

/// <summary>Test-time augmentation, with the code that augments in training.</summary>
internal static class TestTimeAugmentation
{
    /// <summary>Scores an image and its variants.</summary>
    /// <param name="network">In evaluation mode.</param>
    /// <param name="x">[1, C, S, S], float in [0, 1].</param>
    /// <param name="options">Which variants.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>P(fractured), that of the image itself first.</returns>
    public static float[] Score(LoadedNetwork network, Tensor x, TestTimeOptions options, CancellationToken cancellationToken)
    {
        using var noGrad = no_grad();
        var scores = new List<float>();
        foreach (var chunk in Variants(options).Chunk(network.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var copies = x.expand(chunk.Length, x.shape[1], x.shape[2], x.shape[3]);
            var changed = AffineAugmentation.Apply(copies, [.. chunk.Select(v => v.Move)]);
            IntensityAugmentation.Apply(changed, [.. chunk.Select(v => v.Tone)], _ => default(SplitMix64));
            scores.AddRange(network.Logits(changed).Select(l => (float)BinaryMetrics.Sigmoid(l)));
        }

        return [.. scores];
    }

    private static (AffineDraw Move, IntensityDraw Tone)[] Variants(TestTimeOptions options) =>
    [
        .. from flip in options.Flip ? new[] { false, true } : [false]
           from angle in Around(options.RotationDegrees)
           from change in Around(options.Brightness)
           select (new AffineDraw(angle, 0, 1, 1, flip), new IntensityDraw(1 + change, 1, 1, 0, default)),
    ];

    private static double[] Around(double range) => range == 0 ? [0] : [0, -range, range];
}
