using System.Numerics;
using System.Runtime.InteropServices;

namespace FractureDashboard.ML.Explanation;

/// <summary>A content near to another.</summary>
/// <param name="Hash">The content's hash.</param>
/// <param name="Similarity">Cosine of the angle between the two embeddings, -1 to 1.</param>
public sealed record Neighbour(string Hash, double Similarity);

/// <summary>
/// The embeddings of a set of images under one model, by the hash of each content. Looks at every vector: with 10,000 of
/// 512 numbers that takes milliseconds, and it is exact. Immutable; safe to share between threads.
/// </summary>
public sealed class EmbeddingIndex
{
    private readonly string[] hashes;
    private readonly float[] vectors;

    /// <summary>Takes over vectors that have length 1 (or 0).</summary>
    internal EmbeddingIndex(string weightsHash, string[] hashes, int dimensions, float[] vectors)
    {
        WeightsHash = weightsHash;
        Dimensions = dimensions;
        this.hashes = hashes;
        this.vectors = vectors;
    }

    /// <summary>SHA-256 of the weights that made the embeddings; those of other weights cannot be compared with them.</summary>
    public string WeightsHash { get; }

    /// <summary>Numbers of an embedding.</summary>
    public int Dimensions { get; }

    /// <summary>Contents.</summary>
    public int Count => hashes.Length;

    /// <summary>The contents' hashes, in order.</summary>
    public IReadOnlyList<string> Hashes => hashes;

    /// <summary>All vectors, one after the other.</summary>
    internal ReadOnlySpan<float> Vectors => vectors;

    /// <summary>Makes an index.</summary>
    /// <param name="weightsHash">SHA-256 of the weights.</param>
    /// <param name="contents">Hash and embedding of each content; a hash may stand there only once.</param>
    /// <returns>The index.</returns>
    /// <exception cref="ArgumentException">There are no contents, vectors differ in length or are not finite, or a hash is empty or there twice.</exception>
    public static EmbeddingIndex Create(string weightsHash, IReadOnlyList<(string Hash, float[] Vector)> contents)
    {
        ArgumentException.ThrowIfNullOrEmpty(weightsHash);
        ArgumentNullException.ThrowIfNull(contents);
        var dimensions = contents.Count > 0 ? contents[0].Vector.Length : 0;
        if (dimensions == 0 || contents.Any(c => c.Vector.Length != dimensions || c.Hash.Length == 0 || c.Hash.Contains('\n', StringComparison.Ordinal))
            || contents.DistinctBy(c => c.Hash).Count() != contents.Count)
        {
            throw new ArgumentException("An index needs contents, each with a hash of its own and a vector of the same length.", nameof(contents));
        }

        var units = new float[contents.Count * dimensions];
        for (var i = 0; i < contents.Count; i++)
        {
            Normalize(contents[i].Vector, units.AsSpan(i * dimensions, dimensions));
        }

        return new EmbeddingIndex(weightsHash, [.. contents.Select(c => c.Hash)], dimensions, units);
    }

    /// <summary>The nearest contents, the nearest first.</summary>
    /// <param name="embedding">An embedding under the same weights.</param>
    /// <param name="count">How many at most; at least 1.</param>
    /// <param name="except">Hash of a content to leave out, such as the image's own.</param>
    /// <returns>As many as there are, up to <paramref name="count"/>; equal ones in the index's order.</returns>
    /// <exception cref="ArgumentException">The embedding has another length or is not finite.</exception>
    public IReadOnlyList<Neighbour> Nearest(float[] embedding, int count, string? except = null)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var similarities = Similarities(embedding);
        return
        [
            .. Enumerable.Range(0, Count)
                .Where(i => except is null || hashes[i] != except)
                .OrderByDescending(i => similarities[i])
                .ThenBy(i => i)
                .Take(count)
                .Select(i => new Neighbour(hashes[i], Math.Clamp(similarities[i], -1, 1))),
        ];
    }

    /// <summary>The cosine of an embedding with each content.</summary>
    internal float[] Similarities(float[] embedding)
    {
        if (embedding.Length != Dimensions)
        {
            throw new ArgumentException($"The index holds vectors of {Dimensions} numbers, not {embedding.Length}.", nameof(embedding));
        }

        var unit = new float[Dimensions];
        Normalize(embedding, unit);
        var similarities = new float[Count];
        for (var i = 0; i < similarities.Length; i++)
        {
            similarities[i] = Dot(unit, Vector(i));
        }

        return similarities;
    }

    /// <summary>A content's vector of length 1.</summary>
    internal ReadOnlySpan<float> Vector(int index) => vectors.AsSpan(index * Dimensions, Dimensions);

    /// <summary>The sum of products.</summary>
    internal static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var left = MemoryMarshal.Cast<float, Vector<float>>(a);
        var right = MemoryMarshal.Cast<float, Vector<float>>(b);
        var sums = Vector<float>.Zero;
        for (var i = 0; i < left.Length; i++)
        {
            sums += left[i] * right[i];
        }

        var sum = System.Numerics.Vector.Sum(sums);
        for (var i = left.Length * Vector<float>.Count; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>Brings a vector to length 1; one of zeros, which has no direction, stays as it is.</summary>
    private static void Normalize(ReadOnlySpan<float> vector, Span<float> target)
    {
        var squares = 0.0;
        foreach (var value in vector)
        {
            squares += (double)value * value;
        }

        if (!double.IsFinite(squares))
        {
            throw new ArgumentException("An embedding must be finite.", nameof(vector));
        }

        var scale = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
        for (var i = 0; i < vector.Length; i++)
        {
            target[i] = (float)(vector[i] * scale);
        }
    }
}
