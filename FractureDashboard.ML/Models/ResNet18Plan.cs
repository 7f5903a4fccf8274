namespace FractureDashboard.ML.Models;

/// <summary>The facts of <see cref="ResNet18"/>, usable without the native engine.</summary>
internal static class ResNet18Plan
{
    public const string Name = "resnet18";
    public const string Head = "fc.";
    public const int BlocksPerStage = 2;

    public static ModelDescriptor Descriptor { get; } = new(
        Name,
        "ResNet-18",
        "The 18-layer residual network of He et al. (2016) as torchvision defines it, with one output. Takes torchvision's ImageNet weights; one channel is repeated to three.",
        MinimumImageSize: 48,
        input => Describe(input).Cost,
        "torchvision resnet18");

    /// <summary>Width of each stage; the stem has the first. Every stage but the first halves the side.</summary>
    public static IReadOnlyList<int> Widths { get; } = [64, 128, 256, 512];

    public static ArchitecturePlan Describe(ModelInput input)
    {
        var plan = new ArchitecturePlan();
        var x = plan.Normalized(new FeatureMap(3, input.ImageSize));
        x = plan.BatchNorm("bn1", plan.Convolution("conv1", x, Widths[0], 7, 2, 3));
        x = plan.MaxPool(x, 3, 2, 1);
        for (var stage = 0; stage < Widths.Count; stage++)
        {
            for (var block = 0; block < BlocksPerStage; block++)
            {
                x = plan.BasicBlock($"layer{stage + 1}.{block}", x, Widths[stage], Stride(stage, block));
            }
        }

        plan.Linear("fc", x.Channels, 1);
        return plan;
    }

    /// <summary>Stride of a block: the first of every stage but the first halves the side.</summary>
    public static int Stride(int stage, int block) => stage > 0 && block == 0 ? 2 : 1;
}
