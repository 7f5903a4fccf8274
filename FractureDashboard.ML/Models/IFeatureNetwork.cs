using static TorchSharp.torch;

namespace FractureDashboard.ML.Models;

/// <summary>
/// A network whose pass can be stopped between its last convolutional map and what follows, for explanations and
/// embeddings. A forward pass is <see cref="Head"/> of <see cref="Features"/>.
/// </summary>
internal interface IFeatureNetwork
{
    /// <summary>Where the cells of the last map lie in the input.</summary>
    MapGrid Grid { get; }

    /// <summary>True when the last layer has a weight for each position of the map, false when it reads the map's mean.</summary>
    bool WeighsPositions { get; }

    /// <summary>The last convolutional map, after its activation.</summary>
    /// <param name="x">[B, C, S, S], float in [0, 1].</param>
    /// <returns>[B, K, h, w], not negative, in the caller's dispose scope.</returns>
    Tensor Features(Tensor x);

    /// <summary>From the map to the answer; in training mode with dropout, where there is one.</summary>
    /// <param name="maps">[B, K, h, w]; left as it is.</param>
    /// <returns>Logits, [B].</returns>
    Tensor Head(Tensor maps);

    /// <summary>
    /// What an image is to the network in few numbers: what the last layer reads, brought down to at most
    /// <see cref="MostPooled"/> positions of a map where it reads every position.
    /// </summary>
    /// <param name="maps">[B, K, h, w]; left as it is.</param>
    /// <returns>[B, F].</returns>
    Tensor Embedding(Tensor maps);

    /// <summary>Positions a side to which a map is pooled that the last layer reads as it is.</summary>
    const int MostPooled = 7;
}

/// <summary>The middle of a map's cell i lies at the input's pixel <paramref name="Offset"/> + i * <paramref name="Stride"/>, counted from 0, in both directions.</summary>
/// <param name="Stride">Input pixels from one cell to the next.</param>
/// <param name="Offset">The pixel in the middle of what the first cell sees.</param>
internal readonly record struct MapGrid(double Stride, double Offset);
