namespace FractureDashboard.ML.Models;

/// <summary>One inverted residual block.</summary>
/// <param name="From">Channels in.</param>
/// <param name="To">Channels out.</param>
/// <param name="Stride">1 or 2.</param>
/// <param name="Expansion">By how much the channels grow inside; 1 leaves the expanding convolution out.</param>
internal readonly record struct InvertedBlock(int From, int To, int Stride, int Expansion)
{
    public int Hidden => From * Expansion;

    public bool HasShortcut => Stride == 1 && From == To;
}

/// <summary>The facts of <see cref="MobileNetV2"/>, usable without the native engine.</summary>
internal static class MobileNetV2Plan
{
    public const string Name = "mobilenet-v2";
    public const string Head = "classifier.1.";
    public const int StemWidth = 32;
    public const int LastWidth = 1280;
    public const double Dropout = 0.2;

    public static ModelDescriptor Descriptor { get; } = new(
        Name,
        "MobileNetV2",
        "Inverted residuals with depthwise convolutions (Sandler et al., 2018) as torchvision defines them, width 1.0, with one output. Takes torchvision's ImageNet weights; one channel is repeated to three.",
        MinimumImageSize: 48,
        input => Describe(input).Cost,
        "torchvision mobilenet_v2");

    /// <summary>The 17 blocks, by expansion, width, repetitions and first stride of each row of the paper's table 2.</summary>
    public static IReadOnlyList<InvertedBlock> Blocks { get; } = [.. Unroll()];

    public static ArchitecturePlan Describe(ModelInput input)
    {
        var plan = new ArchitecturePlan();
        var x = plan.Normalized(new FeatureMap(3, input.ImageSize));
        x = Unit(plan, "features.0", x, StemWidth, 3, 2);
        for (var i = 0; i < Blocks.Count; i++)
        {
            x = Block(plan, $"features.{i + 1}.conv", x, Blocks[i]);
        }

        x = Unit(plan, $"features.{Blocks.Count + 1}", x, LastWidth, 1);
        plan.Linear("classifier.1", x.Channels, 1);
        return plan;
    }

    private static FeatureMap Block(ArchitecturePlan plan, string name, FeatureMap x, InvertedBlock block)
    {
        var layer = 0;
        if (block.Expansion != 1)
        {
            x = Unit(plan, $"{name}.{layer++}", x, block.Hidden, 1);
        }

        x = Unit(plan, $"{name}.{layer++}", x, block.Hidden, 3, block.Stride, block.Hidden);
        return plan.BatchNorm($"{name}.{layer + 1}", plan.Convolution($"{name}.{layer}", x, block.To, 1));
    }

    /// <summary>Convolution, batch norm and ReLU6.</summary>
    private static FeatureMap Unit(ArchitecturePlan plan, string name, FeatureMap x, int to, int kernel, int stride = 1, int groups = 1) =>
        plan.Activation(plan.BatchNorm($"{name}.1", plan.Convolution($"{name}.0", x, to, kernel, stride, (kernel - 1) / 2, groups)));

    private static IEnumerable<InvertedBlock> Unroll()
    {
        (int Expansion, int Width, int Count, int Stride)[] rows =
            [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];
        var from = StemWidth;
        foreach (var (expansion, width, count, stride) in rows)
        {
            for (var i = 0; i < count; i++)
            {
                yield return new InvertedBlock(from, width, i == 0 ? stride : 1, expansion);
                from = width;
            }
        }
    }
}
