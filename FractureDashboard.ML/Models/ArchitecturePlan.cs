using FractureDashboard.ML.Weights;

namespace FractureDashboard.ML.Models;

/// <summary>A feature map of one image: <paramref name="Channels"/> x <paramref name="Side"/> x <paramref name="Side"/>.</summary>
internal readonly record struct FeatureMap(int Channels, int Side)
{
    public long Values => (long)Channels * Side * Side;
}

/// <summary>An array of a network's state.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Type">Number format.</param>
internal sealed record PlannedArray(string Name, IReadOnlyList<long> Shape, ArrayType Type);

/// <summary>
/// An architecture written down layer by layer, without the engine: the arrays of its state and what it costs. The
/// launch form and the check of a weights file need both where no engine is loaded; tests hold it to the built network.
/// </summary>
/// <remarks>
/// Held between forward and backward pass is what a gradient needs: the input of each convolution (for the weights'
/// gradient), the input of each batch norm, and the result of each activation, which is the next convolution's input.
/// ReLU works in place on the norm's (or, without norm, the convolution's) output.
/// </remarks>
internal sealed class ArchitecturePlan
{
    private readonly List<PlannedArray> arrays = [];
    private long parameters;
    private long multiplyAdds;
    private long heldValues;
    private long largestMap;

    /// <summary>The state's arrays.</summary>
    public IReadOnlyList<PlannedArray> Arrays => arrays;

    /// <summary>What it costs for one image.</summary>
    public ModelCost Cost => new(parameters, multiplyAdds, sizeof(float) * heldValues);

    /// <summary>Bytes of the largest feature map of one image, in 32-bit floats.</summary>
    public long LargestMapBytes => sizeof(float) * largestMap;

    /// <summary>Counts the normalised copy of the input, which the first convolution holds.</summary>
    public FeatureMap Normalized(FeatureMap input)
    {
        heldValues += input.Values;
        return input;
    }

    /// <summary>A convolution; its output is held.</summary>
    public FeatureMap Convolution(string name, FeatureMap from, int to, int kernel, int stride = 1, int padding = 0, int groups = 1, bool bias = false)
    {
        var output = new FeatureMap(to, ((from.Side + (2 * padding) - kernel) / stride) + 1);
        var inputs = from.Channels / groups;
        Parameter($"{name}.weight", to, inputs, kernel, kernel);
        if (bias)
        {
            Parameter($"{name}.bias", to);
        }

        multiplyAdds += output.Values * inputs * kernel * kernel;
        heldValues += output.Values;
        largestMap = Math.Max(largestMap, output.Values);
        return output;
    }

    /// <summary>A batch norm, followed by an activation in place or by a sum.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="map">What it normalises.</param>
    /// <param name="held">False where its output is only added to another map.</param>
    public FeatureMap BatchNorm(string name, FeatureMap map, bool held = true)
    {
        Parameter($"{name}.weight", map.Channels);
        Parameter($"{name}.bias", map.Channels);
        arrays.Add(new PlannedArray($"{name}.running_mean", [map.Channels], ArrayType.Float32));
        arrays.Add(new PlannedArray($"{name}.running_var", [map.Channels], ArrayType.Float32));
        arrays.Add(new PlannedArray($"{name}.num_batches_tracked", [], ArrayType.Int64));
        heldValues += held ? map.Values : 0;
        return map;
    }

    /// <summary>An activation that does not work in place, so that its result is held beside its input.</summary>
    public FeatureMap Activation(FeatureMap map)
    {
        heldValues += map.Values;
        return map;
    }

    /// <summary>A max pooling: holds its output and, as 64-bit numbers, where each maximum stood.</summary>
    public FeatureMap MaxPool(FeatureMap input, int kernel, int stride, int padding = 0)
    {
        var output = input with { Side = ((input.Side + (2 * padding) - kernel) / stride) + 1 };
        heldValues += 3 * output.Values;
        return output;
    }

    /// <summary>A dense layer.</summary>
    public void Linear(string name, long from, int to)
    {
        Parameter($"{name}.weight", to, from);
        Parameter($"{name}.bias", to);
        multiplyAdds += from * to;
    }

    /// <summary>The block of <see cref="Models.BasicBlock"/>.</summary>
    public FeatureMap BasicBlock(string name, FeatureMap from, int to, int stride)
    {
        var x = BatchNorm($"{name}.bn1", Convolution($"{name}.conv1", from, to, 3, stride, 1));
        x = BatchNorm($"{name}.bn2", Convolution($"{name}.conv2", x, to, 3, 1, 1));
        if (x != from)
        {
            BatchNorm($"{name}.downsample.1", Convolution($"{name}.downsample.0", from, to, 1, stride), held: false);
        }

        return x;
    }

    private void Parameter(string name, params long[] shape)
    {
        arrays.Add(new PlannedArray(name, shape, ArrayType.Float32));
        parameters += shape.Aggregate(1L, (n, s) => n * s);
    }
}
