using System.Globalization;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Weights;

/// <summary>Carries weights between a network and a safetensors file.</summary>
internal static class ModelWeights
{
    /// <summary>Name of the weights file in a run's folder.</summary>
    public const string FileName = "weights.safetensors";

    /// <summary>Writes a network's weights.</summary>
    /// <param name="network">The network, on any device.</param>
    /// <param name="path">Where.</param>
    /// <param name="model">Its name.</param>
    /// <param name="imageSize">Side of its input in pixels.</param>
    /// <returns>SHA-256 of the file.</returns>
    public static string Save(nn.Module network, string path, string model, int imageSize) => Safetensors.Write(path, Export(network), new Dictionary<string, string>
    {
        ["format"] = "pt",
        ["model"] = model,
        ["image_size"] = imageSize.ToString(CultureInfo.InvariantCulture),
        ["positive_class"] = "fractured",
    });

    /// <summary>Loads weights into a network.</summary>
    /// <param name="network">The network, on any device.</param>
    /// <param name="path">A safetensors file.</param>
    /// <exception cref="InvalidDataException">Names or shapes do not match.</exception>
    public static void Load(nn.Module network, string path) => Import(network, Safetensors.Read(path).Arrays);

    /// <summary>Copies a network's state to arrays.</summary>
    public static IReadOnlyList<NamedArray> Export(nn.Module network)
    {
        using var scope = NewDisposeScope();
        return [.. network.state_dict().Select(e => ToArray(e.Key, e.Value))];
    }

    /// <summary>Copies arrays into a network.</summary>
    public static void Import(nn.Module network, IReadOnlyDictionary<string, NamedArray> arrays)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, target) in network.state_dict())
        {
            if (!arrays.TryGetValue(name, out var array))
            {
                throw new InvalidDataException($"The weights have no array '{name}'; they belong to another model.");
            }

            CopyTo(array, target);
        }
    }

    /// <summary>Copies a tensor of 32-bit floats.</summary>
    public static NamedArray ToArray(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return new NamedArray(name, tensor.shape, tensor.detach().to(CPU).contiguous().bytes.ToArray());
    }

    /// <summary>Copies an array into a tensor of the same shape.</summary>
    /// <exception cref="InvalidDataException">The shapes differ.</exception>
    public static void CopyTo(NamedArray array, Tensor target)
    {
        if (!array.Shape.SequenceEqual(target.shape))
        {
            throw new InvalidDataException(
                $"The array '{array.Name}' has the shape [{string.Join(", ", array.Shape)}]; the model wants [{string.Join(", ", target.shape)}].");
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var source = empty(target.shape, ScalarType.Float32);
        source.bytes = array.Data;
        target.copy_(source);
    }
}
