namespace FractureDashboard.ML.Models;

/// <summary>Facts of the reference notebook's network, usable without the native engine.</summary>
internal static class BaselineCnnDescriptor
{
    public const string Name = "baseline-cnn";

    public static ModelDescriptor Instance { get; } = new(
        Name,
        "Baseline CNN (notebook)",
        "Two blocks of two 3x3 convolutions (10 filters, ReLU) and a 2x2 max pooling, then one dense unit: the reference notebook's network.",
        MinimumImageSize: 32,
        ParameterCount: size => 280 + 910 + 910 + 910 + (10L * FeatureSide(size) * FeatureSide(size)) + 1);

    /// <summary>Side of the last feature map: each block takes 4 pixels (two unpadded 3x3 convolutions), then halves.</summary>
    public static int FeatureSide(int imageSize) => (((imageSize - 4) / 2) - 4) / 2;
}
