using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Evaluation;

/// <summary>A network with its weights, in evaluation mode and frozen, and what it takes. Used by one thread at a time.</summary>
internal sealed class LoadedNetwork : IDisposable
{
    private const long BatchBytes = 256 << 20;
    private const int MostInBatch = 32;

    private readonly nn.Module<Tensor, Tensor> module;

    /// <summary>Takes a network over.</summary>
    /// <param name="module">An <see cref="IFeatureNetwork"/> on its device.</param>
    /// <param name="device">The device.</param>
    /// <param name="input">What it takes.</param>
    /// <param name="activationBytes">Bytes that a pass with gradients holds for an image.</param>
    public LoadedNetwork(nn.Module<Tensor, Tensor> module, Device device, ModelInput input, long activationBytes)
    {
        this.module = module;
        Parts = (IFeatureNetwork)module;
        Device = device;
        Input = input;
        BatchSize = (int)Math.Clamp(BatchBytes / Math.Max(1, activationBytes), 1, MostInBatch);
        module.eval();

        // Only inputs and maps get gradients here; those of the weights would cost as much again and gather up.
        foreach (var parameter in module.parameters())
        {
            parameter.requires_grad = false;
        }
    }

    /// <summary>The network in two parts.</summary>
    public IFeatureNetwork Parts { get; }

    /// <summary>Where it lies.</summary>
    public Device Device { get; }

    /// <summary>What it takes.</summary>
    public ModelInput Input { get; }

    /// <summary>Images at a time whose pass with gradients fits into a quarter of a gigabyte; 1 to 32.</summary>
    public int BatchSize { get; }

    /// <summary>The network as one; its modules.</summary>
    public nn.Module<Tensor, Tensor> Module => module;

    /// <summary>Builds a network and loads its weights.</summary>
    /// <param name="model">A key of <see cref="ModelRegistry"/>.</param>
    /// <param name="weightsPath">A safetensors file.</param>
    /// <param name="input">What the model takes.</param>
    /// <param name="device"><c>auto</c>, <c>cpu</c> or <c>cuda:N</c>.</param>
    /// <returns>The network; the caller disposes it.</returns>
    /// <exception cref="InvalidDataException">The file is damaged or belongs to another model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    /// <exception cref="EngineException">The engine or the device is missing; the message says what to do.</exception>
    public static LoadedNetwork Load(string model, string weightsPath, ModelInput input, string device)
    {
        var place = EngineErrors.RequireDevice(device);
        var loaded = Networks.Create(model, input, seed: 0);
        try
        {
            ModelWeights.Load(loaded, weightsPath);
            loaded.to(place);
            return new LoadedNetwork(loaded, place, input, ModelRegistry.Get(model).Cost(input).ActivationBytes);
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    /// <summary>Refuses images that the network does not take, before the engine sees them.</summary>
    /// <param name="input">What it takes.</param>
    /// <param name="image">An image.</param>
    /// <exception cref="ArgumentException">It has another size or number of channels.</exception>
    public static void Require(ModelInput input, PixelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Width != input.ImageSize || image.Height != input.ImageSize || image.Channels != input.Channels)
        {
            throw new ArgumentException($"The model takes {input.ImageSize}x{input.ImageSize} pixels of {input.Channels} channels, not {image.Width}x{image.Height} of {image.Channels}.", nameof(image));
        }
    }

    /// <summary>Brings images to the device.</summary>
    /// <param name="images">At least one; of the model's size and channels.</param>
    /// <returns>[B, C, S, S], float in [0, 1], channels-last, in the caller's dispose scope.</returns>
    public Tensor ToInput(params ReadOnlySpan<PixelImage> images)
    {
        using var scope = NewDisposeScope();
        var pixels = empty(images.Length, Input.ImageSize, Input.ImageSize, Input.Channels, dtype: ScalarType.Byte);
        var bytes = pixels.bytes;
        var length = bytes.Length / images.Length;
        for (var i = 0; i < images.Length; i++)
        {
            images[i].Pixels.CopyTo(bytes[(i * length)..]);
        }

        return pixels.to(Device).to(ScalarType.Float32).div_(255f).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>The logits of a batch, without gradients.</summary>
    /// <param name="x">[B, C, S, S], float in [0, 1].</param>
    /// <returns>B logits of P(fractured).</returns>
    public float[] Logits(Tensor x)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return ToArray(module.forward(x));
    }

    /// <summary>The logits of images.</summary>
    /// <param name="images">At least one; of the model's size and channels.</param>
    /// <returns>As many logits of P(fractured).</returns>
    public float[] Logits(params ReadOnlySpan<PixelImage> images)
    {
        using var scope = NewDisposeScope();
        return Logits(ToInput(images));
    }

    /// <summary>What the network's last layer reads of images, in at most 1,280 numbers, see <see cref="IFeatureNetwork.Embedding"/>.</summary>
    /// <param name="images">At least one; of the model's size and channels.</param>
    /// <returns>A vector for each, not normalised.</returns>
    public float[][] Embed(params ReadOnlySpan<PixelImage> images)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var vectors = Parts.Embedding(Parts.Features(ToInput(images))); // [B, F]
        return [.. ToArray(vectors).Chunk((int)vectors.shape[1])];
    }

    /// <summary>The values of a tensor, row by row.</summary>
    /// <param name="values">32-bit floats on any device.</param>
    public static float[] ToArray(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.detach().to(CPU).contiguous().data<float>().ToArray();
    }

    /// <inheritdoc />
    public void Dispose() => module.Dispose();
}
