using System.Globalization;
using FractureDashboard.ML.Preprocessing;
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
    /// <param name="preprocessing">How files become its input; the notebook's when null.</param>
    /// <returns>SHA-256 of the file.</returns>
    public static string Save(nn.Module network, string path, string model, int imageSize, PreprocessingOptions? preprocessing = null) => Safetensors.Write(path, Export(network), new Dictionary<string, string>
    {
        ["format"] = "pt",
        ["model"] = model,
        ["image_size"] = imageSize.ToString(CultureInfo.InvariantCulture),
        ["channels"] = (preprocessing ?? PreprocessingOptions.Notebook).Channels.ToString(CultureInfo.InvariantCulture),
        ["fit"] = (preprocessing ?? PreprocessingOptions.Notebook).Fit.ToString(),
        ["clahe"] = (preprocessing ?? PreprocessingOptions.Notebook).Clahe ? "yes" : "no",
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

    /// <summary>Copies a tensor of 32-bit floats or 64-bit integers.</summary>
    /// <exception cref="ArgumentException">It is of another type.</exception>
    public static NamedArray ToArray(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var type = tensor.dtype switch
        {
            ScalarType.Float32 => ArrayType.Float32,
            ScalarType.Int64 => ArrayType.Int64,
            _ => throw new ArgumentException($"'{name}' is of the type {tensor.dtype}, which weights files do not carry.", nameof(tensor)),
        };
        return new NamedArray(name, tensor.shape, tensor.detach().to(CPU).contiguous().bytes.ToArray(), type);
    }

    /// <summary>Copies an array into a tensor of the same shape and type, bit by bit.</summary>
    /// <exception cref="InvalidDataException">Shapes or types differ.</exception>
    public static void CopyTo(NamedArray array, Tensor target)
    {
        if (!array.Shape.SequenceEqual(target.shape))
        {
            throw new InvalidDataException(
                $"The array '{array.Name}' has the shape [{string.Join(", ", array.Shape)}]; the model wants [{string.Join(", ", target.shape)}].");
        }

        var type = array.Type == ArrayType.Int64 ? ScalarType.Int64 : ScalarType.Float32;
        if (type != target.dtype)
        {
            throw new InvalidDataException($"The array '{array.Name}' holds {type} values; the model wants {target.dtype}.");
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var source = empty(target.shape, type);
        source.bytes = array.Data;
        target.copy_(source);
    }
}
