using System.Diagnostics;
using System.Runtime.InteropServices;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Weights;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Weights;

/// <summary>The Python program of each model, run by Debian's PyTorch on exported weights, against this program.</summary>
[Collection(EngineCollection.Name)]
public sealed class PythonSnippetTests : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private const string Driver = """
        import numpy as np, torch, score
        x = torch.from_numpy(np.fromfile("input.f32", dtype="<f4").reshape(3, score.CHANNELS, score.SIZE, score.SIZE))
        with torch.no_grad():
            score.load_network()(x).numpy().astype("<f4").tofile("logits.f32")
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("baseline-cnn", 64, 3)]
    [InlineData("baseline-cnn", 45, 1)]
    [InlineData("compact-resnet", 64, 1)]
    [InlineData("compact-resnet", 57, 3)]
    [InlineData("mobilenet-v2", 64, 3)]
    [InlineData("resnet18", 64, 1)]
    public async Task PyTorch_computes_the_same_logits(string model, int size, int channels)
    {
        Assert.SkipUnless(await HasAsync("numpy, torch"), "/usr/bin/python3 has no numpy and torch.");
        var ours = Score(model, new ModelInput(size, channels));
        await File.WriteAllTextAsync(folder.Sub("score.py"), PythonSnippet.For(model, new ModelInput(size, channels), new PreprocessingOptions(Greyscale: channels == 1)), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.Sub("driver.py"), Driver, TestContext.Current.CancellationToken);

        await PythonAsync("driver.py");
        var theirs = MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(folder.Sub("logits.f32"), TestContext.Current.CancellationToken)).ToArray();

        Assert.Equal(3, theirs.Length);
        Assert.True(ours.Max() - ours.Min() > 1e-3, "the images are told apart");
        Assert.All(ours.Zip(theirs), pair => Assert.InRange(pair.Second, pair.First - 1e-4f, pair.First + 1e-4f));
    }

    [Theory]
    [InlineData(FitMode.Stretch, false)]
    [InlineData(FitMode.Letterbox, true)]
    public async Task The_program_scores_an_image_file_as_the_dashboard_does(FitMode fit, bool greyscale)
    {
        Assert.SkipUnless(await HasAsync("numpy, torch, PIL"), "/usr/bin/python3 has no numpy, torch and PIL.");
        var preprocessing = new PreprocessingOptions(fit, greyscale);
        var input = new ModelInput(48, preprocessing.Channels);
        Score("compact-resnet", input);
        await File.WriteAllTextAsync(folder.Sub("score.py"), PythonSnippet.For("compact-resnet", input, preprocessing), TestContext.Current.CancellationToken);

        // A PNG of the input's size in shades of grey: nothing is resized, and both decode it to the same bytes.
        await PythonAsync("-c", "from PIL import Image; i = Image.new('L', (48, 48)); i.putdata([(x * x + 5 * y) % 256 for y in range(48) for x in range(48)]); i.save('image.png')");
        var printed = await PythonAsync("score.py", "image.png");
        var image = new ImageDecoder().Decode(await File.ReadAllBytesAsync(folder.Sub("image.png"), TestContext.Current.CancellationToken), preprocessing.Decode(48)).Value!;
        using var predictor = await Predictor.LoadAsync("compact-resnet", folder.Sub("weights.safetensors"), input, ComputeDevices.Cpu, TestContext.Current.CancellationToken);
        var score = await predictor.PredictAsync(image, TestContext.Current.CancellationToken);

        Assert.Equal(FormattableString.Invariant($"P(fractured) = {score:0.0000}"), printed.Trim());
    }

    [Fact]
    public void What_the_training_images_went_through_is_in_the_program()
    {
        var program = PythonSnippet.For("resnet18", new ModelInput(96, 1), new PreprocessingOptions(FitMode.Letterbox, Greyscale: true, Clahe: true));

        Assert.Contains("ImageOps.pad", program, StringComparison.Ordinal);
        Assert.Contains("convert(\"L\")", program, StringComparison.Ordinal);
        Assert.Contains("CLAHE", program, StringComparison.Ordinal);
        Assert.DoesNotContain("$", program, StringComparison.Ordinal);
        Assert.DoesNotContain("CLAHE", PythonSnippet.For("resnet18", new ModelInput(96), PreprocessingOptions.Notebook), StringComparison.Ordinal);
    }

    /// <summary>Weights as after a training, saved; the logits of three random images.</summary>
    private float[] Score(string model, ModelInput input)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = Networks.Create(model, input, 3);
        var random = SplitMix64.For(17);
        foreach (var (name, value) in network.state_dict().Where(e => e.Value.dtype == ScalarType.Float32 && e.Value.dim() is 1 or 2))
        {
            // Norms and biases start at 0 and 1, where an error in them would not show, and the head so small that images look alike.
            var head = 3 / Math.Sqrt(value.shape[^1]);
            var (low, high) = value.dim() == 2 ? (-head, head)
                : name.EndsWith("running_var", StringComparison.Ordinal) || name.EndsWith("weight", StringComparison.Ordinal) ? (0.5, 1.5)
                : (-0.3, 0.3);
            foreach (ref var v in MemoryMarshal.Cast<byte, float>(value.bytes))
            {
                v = (float)random.Between(low, high);
            }
        }

        var x = empty(3, input.Channels, input.ImageSize, input.ImageSize);
        var pixels = MemoryMarshal.Cast<byte, float>(x.bytes);
        for (var i = 0; i < pixels.Length; i++)
        {
            // Three images of rising contrast.
            pixels[i] = (float)random.Next() * (1 + (3 * i / pixels.Length)) / 3;
        }

        // A depthwise filter has one input channel: drawn by its many outputs it would all but switch the signal off.
        foreach (var depthwise in network.state_dict().Values.Where(v => v.dim() == 4 && v.shape[1] == 1))
        {
            depthwise.mul_(Math.Sqrt(depthwise.shape[0]));
        }

        network.eval();
        ModelWeights.Save(network, folder.Sub("weights.safetensors"), model, input.ImageSize);
        File.WriteAllBytes(folder.Sub("input.f32"), x.bytes.ToArray());
        return MemoryMarshal.Cast<byte, float>(network.forward(x).bytes).ToArray();
    }

    private static async Task<bool> HasAsync(string modules)
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        using var process = Process.Start(new ProcessStartInfo(Python, ["-c", $"import {modules}"]) { UseShellExecute = false, RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    private async Task<string> PythonAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Python, arguments) { UseShellExecute = false, WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("", await errors);
        Assert.Equal(0, process.ExitCode);
        return text;
    }
}
