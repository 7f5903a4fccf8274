namespace FractureDashboard.ML.Models;

/// <summary>What goes into a model: [B, <paramref name="Channels"/>, <paramref name="ImageSize"/>, <paramref name="ImageSize"/>], float in [0, 1]. A model normalises by itself.</summary>
/// <param name="ImageSize">Side in pixels.</param>
/// <param name="Channels">1 or 3.</param>
public readonly record struct ModelInput(int ImageSize, int Channels = 3);

/// <summary>What a model costs for one image.</summary>
/// <param name="Parameters">Trainable parameters.</param>
/// <param name="MultiplyAdds">Multiply-add operations of a forward pass (a FLOP count is twice this); a training step costs about three times it.</param>
/// <param name="ActivationBytes">Bytes that a training step holds for an image between forward and backward pass, in 32-bit floats.</param>
public readonly record struct ModelCost(long Parameters, long MultiplyAdds, long ActivationBytes);

/// <summary>What a model is, for a form and a table; usable without the native engine.</summary>
/// <param name="Name">Key, as stored with a run.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Description">One sentence.</param>
/// <param name="MinimumImageSize">Smallest side in pixels that leaves at least one output of the last pooling, and two values for the variance of each batch norm even of a batch with one image.</param>
/// <param name="Cost">What it costs for an input.</param>
/// <param name="PretrainedSource">Whose weight files it loads, e.g. <c>torchvision resnet18</c>; null when there are none.</param>
public sealed record ModelDescriptor(
    string Name, string Title, string Description, int MinimumImageSize, Func<ModelInput, ModelCost> Cost, string? PretrainedSource = null);

/// <summary>The architectures by name.</summary>
public static class ModelRegistry
{
    /// <summary>All models, the default first.</summary>
    public static IReadOnlyList<ModelDescriptor> All { get; } = [BaselineCnnPlan.Descriptor, CompactResNetPlan.Descriptor, MobileNetV2Plan.Descriptor, ResNet18Plan.Descriptor];

    /// <summary>True when <paramref name="name"/> names a model.</summary>
    /// <param name="name">A name.</param>
    /// <returns>Whether it exists.</returns>
    public static bool Contains(string name) => All.Any(m => string.Equals(m.Name, name, StringComparison.Ordinal));

    /// <summary>The model of that name.</summary>
    /// <param name="name">A name.</param>
    /// <returns>Its descriptor.</returns>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    public static ModelDescriptor Get(string name) =>
        All.FirstOrDefault(m => string.Equals(m.Name, name, StringComparison.Ordinal))
        ?? throw new ArgumentException($"There is no model named '{name}'.", nameof(name));
}
