using System.Runtime.InteropServices;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Weights;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Weights;

[Collection(EngineCollection.Name)]
public sealed class PretrainedWeightsTests : IDisposable
{
    private static readonly ModelInput Input = new(64);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Path => folder.Sub("pretrained.safetensors");

    [Theory]
    [InlineData("resnet18", 512, "fc")]
    [InlineData("mobilenet-v2", 1280, "classifier.1")]
    public void A_file_like_torchvisions_is_taken_over_but_for_its_head(string model, int features, string head)
    {
        using var scope = NewDisposeScope();
        using var source = Networks.Create(model, Input, 1);
        using var network = Networks.Create(model, Input, 2);
        Disturb(source);
        var before = Bytes(network, $"{head}.weight");

        // As torchvision's older files: a thousand classes, no counters.
        Write([
            .. ModelWeights.Export(source).Where(a => !a.Name.StartsWith(head, StringComparison.Ordinal) && a.Type == ArrayType.Float32),
            new($"{head}.weight", [1000, features], new byte[4 * 1000 * features]),
            new($"{head}.bias", [1000], new byte[4000]),
        ]);
        var report = PretrainedWeights.Inspect(Path, model, Input);
        var loaded = PretrainedWeights.Load(network, Path, model, Input);

        Assert.True(report.IsUsable);
        Assert.Equal(report.Summary, loaded.Summary);
        Assert.Contains("the head starts anew", report.Summary, StringComparison.Ordinal);
        Assert.Equal([$"{head}.weight", $"{head}.bias"], report.ReplacedHead);
        Assert.Empty(report.Missing);
        Assert.Empty(report.Unexpected);
        Assert.Equal(Bytes(source, report.Matched[^1]), Bytes(network, report.Matched[^1]));
        Assert.All(report.Matched, name => Assert.Equal(Bytes(source, name), Bytes(network, name)));
        Assert.Equal(before, Bytes(network, $"{head}.weight"));
    }

    [Fact]
    public void Weights_of_an_own_run_are_taken_over_with_the_head()
    {
        using var scope = NewDisposeScope();
        using var source = Networks.Create("compact-resnet", Input, 1);
        using var network = Networks.Create("compact-resnet", Input, 2);
        ModelWeights.Save(source, Path, "compact-resnet", 64);

        PretrainedWeights.Load(network, Path, "compact-resnet", Input);

        Assert.Equal(source.state_dict().Keys.Select(k => Bytes(source, k)), source.state_dict().Keys.Select(k => Bytes(network, k)));
    }

    [Fact]
    public void The_notebooks_network_of_another_image_size_gets_a_new_head()
    {
        using var scope = NewDisposeScope();
        using var source = Networks.Create("baseline-cnn", new ModelInput(96), 1);
        ModelWeights.Save(source, Path, "baseline-cnn", 96);

        var report = PretrainedWeights.Inspect(Path, "baseline-cnn", Input);

        Assert.True(report.IsUsable, report.Summary);
        Assert.Equal(["dense.weight"], report.ReplacedHead);
    }

    [Fact]
    public void What_does_not_match_is_named_with_both_shapes_and_the_network_stays_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var grey = Networks.Create("compact-resnet", new ModelInput(64, 1), 1);
        using var network = Networks.Create("compact-resnet", Input, 2);
        var before = Bytes(network, "bn1.weight");
        Write([.. ModelWeights.Export(grey).Where(a => a.Name != "layers.1.bn1.weight"), new("extra", [1], new byte[4])]);

        var report = PretrainedWeights.Inspect(Path, "compact-resnet", Input);

        Assert.False(report.IsUsable);
        Assert.Equal(["layers.1.bn1.weight"], report.Missing);
        Assert.Equal(["extra"], report.Unexpected);
        var wrong = Assert.Single(report.WrongShape);
        Assert.Equal("conv1.weight", wrong.Name);
        Assert.Equal([24, 3, 3, 3], wrong.Expected);
        Assert.Equal([24, 1, 3, 3], wrong.Found);
        Assert.Contains("'conv1.weight' has the shape [24, 1, 3, 3] and should have [24, 3, 3, 3]", report.Summary, StringComparison.Ordinal);
        Assert.Equal(report.Summary, Assert.Throws<InvalidDataException>(() => PretrainedWeights.Load(network, Path, "compact-resnet", Input)).Message);
        Assert.Equal(before, Bytes(network, "bn1.weight"));
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_refused()
    {
        using var scope = NewDisposeScope();
        using var source = Networks.Create("baseline-cnn", Input, 1);
        var arrays = ModelWeights.Export(source).ToArray();
        BitConverter.TryWriteBytes(arrays[3].Data, float.NaN);
        Write(arrays);

        var report = PretrainedWeights.Inspect(Path, "baseline-cnn", Input);

        Assert.False(report.IsUsable);
        Assert.Contains($"'{arrays[3].Name}' holds values that are not finite", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_none_or_of_another_model_are_refused_with_a_sentence()
    {
        File.WriteAllText(folder.Sub("model.pth"), "PK a zip file, as PyTorch pickles are");
        Write([new("a", [1], new byte[4])]);

        Assert.Contains("cannot be read", PretrainedWeights.Inspect(folder.Sub("absent"), "resnet18", Input).Summary, StringComparison.Ordinal);
        Assert.Contains("cannot be read", PretrainedWeights.Inspect(folder.Path, "resnet18", Input).Summary, StringComparison.Ordinal);
        Assert.Contains("pickle", PretrainedWeights.Inspect(folder.Sub("model.pth"), "resnet18", Input).Summary, StringComparison.Ordinal);
        Assert.Contains("no array 'conv1.weight'", PretrainedWeights.Inspect(Path, "resnet18", Input).Summary, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PretrainedWeights.Inspect(Path, "unknown", Input));
    }

    [Theory]
    [InlineData("baseline-cnn", "dense.weight", "conv4.weight")]
    [InlineData("compact-resnet", "fc.bias", "layers.3.conv2.weight")]
    [InlineData("mobilenet-v2", "classifier.1.weight", "features.18.0.weight")]
    [InlineData("resnet18", "fc.weight", "layer4.1.bn2.bias")]
    public void Head_and_backbone_are_told_apart(string model, string head, string backbone)
    {
        Assert.True(Networks.IsHead(model, head));
        Assert.False(Networks.IsHead(model, backbone));
        Assert.Equal(2, Architectures.Describe(model, Input).Arrays.Count(a => Networks.IsHead(model, a.Name)));
    }

    private void Write(IReadOnlyList<NamedArray> arrays) => Safetensors.Write(Path, arrays, new Dictionary<string, string>());

    private static byte[] Bytes(nn.Module network, string name) => network.state_dict()[name].bytes.ToArray();

    /// <summary>Statistics as after a training, so that a buffer left behind is seen.</summary>
    private static void Disturb(nn.Module network)
    {
        foreach (var (name, value) in network.state_dict().Where(e => e.Key.EndsWith("running_mean", StringComparison.Ordinal)))
        {
            MemoryMarshal.Cast<byte, float>(value.bytes).Fill(name.Length);
        }
    }
}
