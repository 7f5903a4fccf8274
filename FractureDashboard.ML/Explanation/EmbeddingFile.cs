using System.Globalization;
using System.Runtime.InteropServices;
using FractureDashboard.ML.Weights;

namespace FractureDashboard.ML.Explanation;

/// <summary>Keeps an index and its reference in one safetensors file, so that neither is ever there without the other.</summary>
public static class EmbeddingFile
{
    private const string Format = "embedding-index-1";
    private const string VectorsName = "vectors";
    private const string DistancesName = "distances";

    /// <summary>Writes them: temporary file, flush, rename.</summary>
    /// <param name="path">Where; replaced in one step.</param>
    /// <param name="index">The index; up to about 200,000 contents.</param>
    /// <param name="reference">What was measured on it.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Save(string path, EmbeddingIndex index, OutOfDistribution reference)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(reference);
        float[] distances = [.. reference.Distances];
        Safetensors.Write(
            path,
            [
                new NamedArray(VectorsName, [index.Count, index.Dimensions], MemoryMarshal.AsBytes(index.Vectors).ToArray()),
                new NamedArray(DistancesName, [distances.Length], MemoryMarshal.AsBytes(distances.AsSpan()).ToArray()),
            ],
            new Dictionary<string, string>
            {
                ["format"] = Format,
                ["weights_sha256"] = index.WeightsHash,
                ["neighbour"] = reference.Neighbour.ToString(CultureInfo.InvariantCulture),
                ["contents"] = string.Join('\n', index.Hashes),
            });
    }

    /// <summary>Reads them and checks the hash of the data.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Index and reference.</returns>
    /// <exception cref="InvalidDataException">It is damaged or no index.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static (EmbeddingIndex Index, OutOfDistribution Reference) Load(string path)
    {
        var (arrays, texts) = Safetensors.Read(path);
        if (texts.GetValueOrDefault("format") != Format
            || texts.GetValueOrDefault("weights_sha256") is not { Length: > 0 } weights
            || texts.GetValueOrDefault("contents")?.Split('\n') is not { } hashes
            || !int.TryParse(texts.GetValueOrDefault("neighbour"), NumberStyles.None, CultureInfo.InvariantCulture, out var neighbour)
            || neighbour < 1
            || arrays.GetValueOrDefault(VectorsName) is not { Type: ArrayType.Float32, Shape: [var count, > 0 and <= int.MaxValue and var dimensions] } vectors
            || arrays.GetValueOrDefault(DistancesName) is not { Type: ArrayType.Float32, Shape: [> 0] } distances
            || count != hashes.Length)
        {
            throw new InvalidDataException($"'{Path.GetFileName(path)}' is not an index of embeddings. Make it anew.");
        }

        return (new EmbeddingIndex(weights, hashes, (int)dimensions, Floats(vectors)), new OutOfDistribution(neighbour, Floats(distances)));
    }

    private static float[] Floats(NamedArray array) => MemoryMarshal.Cast<byte, float>(array.Data).ToArray();
}
