using CsCheck;
using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Runtime;

namespace FractureDashboard.Tests.ML.Explanation;

public sealed class EmbeddingIndexTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Nearest_are_those_of_the_smallest_angle()
    {
        var index = EmbeddingIndex.Create("w", [("east", [2, 0]), ("north", [0, 5]), ("northeast", [1, 1]), ("west", [-1, 0])]);

        var near = index.Nearest([10, 1], 3);

        Assert.Equal(["east", "northeast", "north"], near.Select(n => n.Hash));
        Assert.Equal(10 / Math.Sqrt(101), near[0].Similarity, 1e-6);
        Assert.Equal(11 / Math.Sqrt(202), near[1].Similarity, 1e-6);
        Assert.Equal(["northeast", "north"], index.Nearest([10, 1], 2, except: "east").Select(n => n.Hash));
        Assert.Equal(4, index.Nearest([10, 1], 100).Count);
    }

    [Fact]
    public void Any_search_finds_what_looking_at_all_finds() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 40], Gen.Int[1, 12], Gen.Int[0, 1000]).Sample((count, dimensions, k, seed) =>
        {
            var contents = Contents(count, dimensions, seed);
            var query = Contents(1, dimensions, seed + 1)[0].Vector;
            var expected = contents.Select(c => Cosine(c.Vector, query)).OrderDescending().Take(k);

            var found = EmbeddingIndex.Create("w", contents).Nearest(query, k);

            Assert.All(expected.Zip(found, (e, f) => (e, f.Similarity)), pair => Assert.Equal(pair.e, pair.Similarity, 1e-5));
            Assert.Equal(Math.Min(k, count), found.Select(f => f.Hash).Distinct().Count());
        });

    [Fact]
    public void What_was_saved_comes_back_bit_by_bit()
    {
        var index = EmbeddingIndex.Create("weights", Contents(300, 33, 4));
        var reference = OutOfDistribution.Fit(index, null, 5, TestContext.Current.CancellationToken);
        var path = folder.Sub("index.safetensors");

        EmbeddingFile.Save(path, index, reference);
        var (loaded, measured) = EmbeddingFile.Load(path);

        Assert.Equal(["index.safetensors"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
        Assert.Equal(("weights", 33, 300), (loaded.WeightsHash, loaded.Dimensions, loaded.Count));
        Assert.Equal(index.Hashes, loaded.Hashes);
        Assert.Equal(index.Vectors.ToArray(), loaded.Vectors.ToArray());
        Assert.Equal(reference.Neighbour, measured.Neighbour);
        Assert.Equal(reference.Distances, measured.Distances);
    }

    [Fact]
    public void A_damaged_file_or_another_kind_of_file_is_refused()
    {
        var index = EmbeddingIndex.Create("weights", Contents(20, 8, 4));
        var path = folder.Sub("index.safetensors");
        EmbeddingFile.Save(path, index, OutOfDistribution.Fit(index, null, 5, TestContext.Current.CancellationToken));
        var bytes = File.ReadAllBytes(path);
        bytes[^5] ^= 1;
        File.WriteAllBytes(path, bytes);
        NetworkImages.Save("baseline-cnn", new(32), folder.Sub("weights.safetensors"));

        Assert.Throws<InvalidDataException>(() => EmbeddingFile.Load(path));
        Assert.Contains("not an index", Assert.Throws<InvalidDataException>(() => EmbeddingFile.Load(folder.Sub("weights.safetensors"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vectors_that_cannot_be_compared_are_refused()
    {
        var index = EmbeddingIndex.Create("w", [("a", [1, 0]), ("zero", [0, 0])]);

        Assert.Equal(0, index.Nearest([0, 1], 2).Single(n => n.Hash == "zero").Similarity);
        Assert.Throws<ArgumentException>(() => index.Nearest([1, 0, 0], 1));
        Assert.Throws<ArgumentException>(() => index.Nearest([float.NaN, 0], 1));
        Assert.Throws<ArgumentException>(() => EmbeddingIndex.Create("w", []));
        Assert.Throws<ArgumentException>(() => EmbeddingIndex.Create("w", [("a", [1]), ("b", [1, 2])]));
        Assert.Throws<ArgumentException>(() => EmbeddingIndex.Create("w", [("a", [1]), ("a", [2])]));
    }

    internal static (string Hash, float[] Vector)[] Contents(int count, int dimensions, int seed)
    {
        var random = SplitMix64.For(seed);
        var contents = new (string, float[])[count];
        for (var i = 0; i < count; i++)
        {
            var vector = new float[dimensions];
            for (var d = 0; d < dimensions; d++)
            {
                vector[d] = (float)random.Between(-1, 1);
            }

            contents[i] = ($"{i:x8}", vector);
        }

        return contents;
    }

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (p, q) => (double)p * q).Sum() / Math.Sqrt(a.Sum(p => (double)p * p) * b.Sum(q => (double)q * q));
}
