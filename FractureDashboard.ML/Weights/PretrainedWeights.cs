using System.Runtime.InteropServices;
using FractureDashboard.ML.Models;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Weights;

/// <summary>
/// Weights that were trained elsewhere. What a model expects is known from its plan, so that a file is checked without
/// the engine.
/// </summary>
public static class PretrainedWeights
{
    /// <summary>
    /// Batch norms count the batches they saw; files from before PyTorch 0.4.1, and some of torchvision's, lack the counter,
    /// and nothing computes with it at a fixed momentum.
    /// </summary>
    private const string Counter = ".num_batches_tracked";

    /// <summary>Checks a file against a model by name and shape, and that every number in it is finite.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <param name="modelName">A key of <see cref="ModelRegistry"/>.</param>
    /// <param name="input">What the model takes.</param>
    /// <returns>What fits and what does not; a file that cannot be read is unusable, with the reason as summary.</returns>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    public static PretrainedReport Inspect(string path, string modelName, ModelInput input)
    {
        var plan = Architectures.Describe(modelName, input);
        try
        {
            using var reader = SafetensorsReader.Open(path);
            reader.CheckDigest();
            return Compare(reader, modelName, plan, _ => { });
        }
        catch (InvalidDataException e)
        {
            return PretrainedReport.Unreadable(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return PretrainedReport.Unreadable($"The file cannot be read: {e.Message}");
        }
    }

    /// <summary>Copies what matches into a network; the rest of the head keeps its initial weights.</summary>
    /// <param name="network">The network, on any device.</param>
    /// <param name="path">A safetensors file.</param>
    /// <param name="modelName">The network's key of <see cref="ModelRegistry"/>.</param>
    /// <param name="input">What the network takes.</param>
    /// <returns>What was taken over.</returns>
    /// <exception cref="InvalidDataException">The file is not usable; the network is unchanged and the message says why.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static PretrainedReport Load(nn.Module network, string path, string modelName, ModelInput input)
    {
        using var reader = SafetensorsReader.Open(path);
        reader.CheckDigest();
        var arrays = new List<NamedArray>();
        var report = Compare(reader, modelName, Architectures.Describe(modelName, input), arrays.Add);
        if (!report.IsUsable)
        {
            throw new InvalidDataException(report.Summary);
        }

        using var scope = NewDisposeScope();
        var state = network.state_dict();
        foreach (var array in arrays)
        {
            ModelWeights.CopyTo(array, state[array.Name]);
        }

        return report;
    }

    private static PretrainedReport Compare(SafetensorsReader reader, string modelName, ArchitecturePlan plan, Action<NamedArray> take)
    {
        var title = ModelRegistry.Get(modelName).Title;
        List<string> matched = [], missing = [], replaced = [], notFinite = [];
        List<ShapeMismatch> wrong = [];
        foreach (var array in plan.Arrays)
        {
            var isHead = Networks.IsHead(modelName, array.Name);
            if (!reader.Entries.TryGetValue(array.Name, out var entry))
            {
                if (!array.Name.EndsWith(Counter, StringComparison.Ordinal))
                {
                    (isHead ? replaced : missing).Add(array.Name);
                }
            }
            else if (!entry.Shape.SequenceEqual(array.Shape) || IsInteger(entry) != (array.Type == ArrayType.Int64))
            {
                if (isHead)
                {
                    replaced.Add(array.Name);
                }
                else
                {
                    wrong.Add(new ShapeMismatch(array.Name, array.Shape, entry.Shape));
                }
            }
            else
            {
                var values = reader.Read(entry);
                matched.Add(array.Name);
                if (!IsFinite(values))
                {
                    notFinite.Add(array.Name);
                }

                take(values);
            }
        }

        var known = plan.Arrays.Select(a => a.Name).ToHashSet(StringComparer.Ordinal);
        List<string> unexpected = [.. reader.Entries.Keys.Where(name => !known.Contains(name)).Order(StringComparer.Ordinal)];
        var usable = missing.Count == 0 && wrong.Count == 0 && notFinite.Count == 0 && matched.Any(name => !Networks.IsHead(modelName, name));
        var summary = (usable, notFinite, wrong, missing) switch
        {
            (true, _, _, _) => Fits(title, matched.Count, replaced.Count, unexpected.Count),
            (_, [var first, ..], _, _) => $"'{first}' holds values that are not finite numbers{Others(notFinite.Count)}; the file cannot be used.",
            (_, _, [var first, ..], _) => $"The file does not fit {title}: '{first.Name}' {Wrong(first)}{Others(wrong.Count)}.",
            (_, _, _, [var first, ..]) => $"The file does not fit {title}: it has no array '{first}'{Others(missing.Count)}.",
            _ => $"The file holds nothing of {title}.",
        };
        return new PretrainedReport(usable, summary, matched, missing, unexpected, wrong, replaced);
    }

    private static string Fits(string title, int matched, int replaced, int unexpected) =>
        $"The file fits {title}: {matched} arrays are taken over"
        + (replaced > 0 ? ", the head starts anew" : "")
        + (unexpected > 0 ? $", {unexpected} that the model does not have are ignored." : ".");

    private static string Others(int count) => count > 1 ? $", and {count - 1} more like it" : "";

    private static string Wrong(ShapeMismatch array) => array.Found.SequenceEqual(array.Expected)
        ? "is of a number format that is not supported"
        : $"has the shape {Text(array.Found)} and should have {Text(array.Expected)}";

    private static string Text(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";

    private static bool IsInteger(SafetensorsEntry entry) => entry.Type is not ("F32" or "F16" or "BF16");

    private static bool IsFinite(NamedArray array)
    {
        if (array.Type == ArrayType.Float32)
        {
            foreach (var value in MemoryMarshal.Cast<byte, float>(array.Data))
            {
                if (!float.IsFinite(value))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
