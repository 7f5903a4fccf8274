namespace FractureDashboard.ML.Models;

/// <summary>The facts of <see cref="CompactResNet"/>, usable without the native engine.</summary>
internal static class CompactResNetPlan
{
    public const string Name = "compact-resnet";
    public const string Head = "fc.";
    public const int StemStride = 2;
    public const double Dropout = 0.3;

    public static ModelDescriptor Descriptor { get; } = new(
        Name,
        "Compact ResNet",
        "A small residual network with batch norm and global average pooling that standardises each image: about 0.3 million parameters, made to be trained from scratch.",
        MinimumImageSize: 32,
        input => Describe(input).Cost);

    /// <summary>Width of each stage of one block; the stem has the first.</summary>
    public static IReadOnlyList<int> Widths { get; } = [24, 40, 72, 112];

    public static IReadOnlyList<int> Strides { get; } = [1, 2, 2, 2];

    public static ArchitecturePlan Describe(ModelInput input)
    {
        var plan = new ArchitecturePlan();
        var x = plan.Normalized(new FeatureMap(input.Channels, input.ImageSize));
        x = plan.BatchNorm("bn1", plan.Convolution("conv1", x, Widths[0], 3, StemStride, 1));
        for (var stage = 0; stage < Widths.Count; stage++)
        {
            x = plan.BasicBlock($"layers.{stage}", x, Widths[stage], Strides[stage]);
        }

        plan.Linear("fc", x.Channels, 1);
        return plan;
    }
}
