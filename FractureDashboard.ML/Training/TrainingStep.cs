using FractureDashboard.ML.Preprocessing;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Training;

/// <summary>One optimizer step.</summary>
/// <param name="network">[B, C, S, S] to logits [B].</param>
/// <param name="optimizer">Changes its weights.</param>
/// <param name="loader">Brings pixels and targets.</param>
/// <param name="losses">Takes the loss.</param>
/// <param name="augmentation">Changes to the images.</param>
internal sealed class TrainingStep(
    nn.Module<Tensor, Tensor> network, Adam optimizer, BatchLoader loader, LossReadback losses, AugmentationOptions augmentation)
{
    /// <summary>Loads, augments, predicts, and steps.</summary>
    /// <param name="samples">The training split.</param>
    /// <param name="chosen">Positions of the batch's images in it.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">From 1.</param>
    /// <param name="step">Within the epoch, from 0.</param>
    public void Run(IReadOnlyList<Sample> samples, ReadOnlySpan<int> chosen, int seed, int epoch, int step)
    {
        using var scope = NewDisposeScope();
        var batch = new Sample[chosen.Length];
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i] = samples[chosen[i]];
        }

        var x = loader.Pixels(batch); // [B, C, S, S], float in [0, 1], channels-last
        var y = loader.Targets(batch); // [B]
        x = BatchAugmentation.Apply(x, augmentation, seed, epoch, chosen);
        (x, y) = BatchMixing.Apply(x, y, augmentation, seed, epoch, step);

        optimizer.zero_grad();
        var logits = network.forward(x);
        var loss = nn.functional.binary_cross_entropy_with_logits(logits, y);
        loss.backward();
        optimizer.step();
        losses.Add(loss, logits, y);
    }
}
