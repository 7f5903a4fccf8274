namespace FractureDashboard.ML.Models;

/// <summary>The facts of <see cref="BaselineCnn"/>, usable without the native engine.</summary>
internal static class BaselineCnnPlan
{
    public const string Name = "baseline-cnn";
    public const string Head = "dense.";
    public const int Filters = 10;

    public static ModelDescriptor Descriptor { get; } = new(
        Name,
        "Baseline CNN (notebook)",
        "Two blocks of two 3x3 convolutions (10 filters, ReLU) and a 2x2 max pooling, then one dense unit: the reference notebook's network.",
        MinimumImageSize: 32,
        input => Describe(input).Cost);

    /// <summary>Two unpadded 3x3 convolutions begin 2 pixels in, a 2x2 pooling puts a cell between two pixels.</summary>
    public static MapGrid Grid { get; } = new(Stride: 2, Offset: 2 + 0.5 + (2 * 2));

    /// <summary>Side of the last feature map: each block takes 4 pixels (two unpadded 3x3 convolutions), then halves.</summary>
    public static int FeatureSide(int imageSize) => (((imageSize - 4) / 2) - 4) / 2;

    public static ArchitecturePlan Describe(ModelInput input)
    {
        var plan = new ArchitecturePlan();
        var x = new FeatureMap(input.Channels, input.ImageSize);
        for (var layer = 1; layer <= 4; layer++)
        {
            x = plan.Convolution($"conv{layer}", x, Filters, 3, bias: true);
            x = layer % 2 == 0 ? plan.MaxPool(x, 2, 2) : x;
        }

        plan.Linear("dense", x.Values, 1);
        return plan;
    }
}
