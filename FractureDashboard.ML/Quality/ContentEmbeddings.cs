using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Quality;

/// <summary>The embeddings by which outliers are told.</summary>
/// <param name="Index">Of the contents that the model could be shown.</param>
/// <param name="Model">What the model is called.</param>
internal sealed record JudgedEmbeddings(EmbeddingIndex Index, string Model);

/// <summary>
/// Shows each content of a data set to a trained network and keeps what its last layer reads. Embeddings of an earlier scan
/// are taken over as long as the weights are the same.
/// </summary>
/// <param name="decoder">Decodes the files.</param>
/// <param name="root">The data set's root.</param>
/// <param name="cacheFolder">Where embeddings are kept; null keeps none.</param>
internal sealed class ContentEmbeddings(ImageDecoder decoder, string root, string? cacheFolder)
{
    private const string CacheName = "embeddings.safetensors";

    /// <summary>Embeds them. Tensors stay on the calling thread.</summary>
    /// <param name="model">The network.</param>
    /// <param name="images">The images.</param>
    /// <param name="sources">The source of each content.</param>
    /// <param name="progress">Is told how many contents are done.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>The embeddings; null where there are none of two sources, so that nothing can be compared.</returns>
    /// <exception cref="IOException">The weights or the cache cannot be read or written.</exception>
    /// <exception cref="InvalidDataException">The weights are damaged or belong to another model.</exception>
    /// <exception cref="FractureDashboard.ML.Runtime.EngineException">The device or the engine failed.</exception>
    public EmbeddingIndex? Of(ScanModel model, ScannedImages images, IReadOnlyList<SourceAssignment> sources, Action<int> progress, CancellationToken cancellationToken)
    {
        var known = Known(model.WeightsHash);
        var unknown = images.Contents.Where(c => !known.ContainsKey(c.Hash)).ToArray();
        if (unknown.Length > 0)
        {
            Add(known, model, unknown, done => progress(images.Contents.Count - unknown.Length + done), cancellationToken);
        }

        (string Hash, float[] Vector)[] contents = [.. images.Contents.Where(c => known.ContainsKey(c.Hash)).Select(c => (c.Hash, known[c.Hash]))];
        var sourceOf = SourcesOf([.. contents.Select(c => c.Hash)], sources);
        if (sourceOf.Distinct(StringComparer.Ordinal).Count() < 2)
        {
            return null;
        }

        var index = EmbeddingIndex.Create(model.WeightsHash, contents);
        if (cacheFolder is not null && unknown.Length > 0)
        {
            EmbeddingFile.Save(Path.Combine(cacheFolder, CacheName), index, OutOfDistribution.Fit(index, sourceOf, OutOfDistribution.DefaultNeighbour, cancellationToken));
        }

        return index;
    }

    /// <summary>The source of each content; its own hash where none is known.</summary>
    public static string[] SourcesOf(IReadOnlyList<string> contents, IReadOnlyList<SourceAssignment> sources)
    {
        var sourceOf = sources.ToDictionary(s => s.ContentHash, s => s.Source, StringComparer.Ordinal);
        return [.. contents.Select(c => sourceOf.GetValueOrDefault(c, c))];
    }

    private Dictionary<string, float[]> Known(string weightsHash)
    {
        if (cacheFolder is null || Path.Combine(cacheFolder, CacheName) is not { } path || !File.Exists(path))
        {
            return new(StringComparer.Ordinal);
        }

        try
        {
            var (index, _) = EmbeddingFile.Load(path);
            return index.WeightsHash == weightsHash
                ? Enumerable.Range(0, index.Count).ToDictionary(i => index.Hashes[i], i => index.Vector(i).ToArray(), StringComparer.Ordinal)
                : new(StringComparer.Ordinal);
        }
        catch (InvalidDataException)
        {
            // A damaged cache is made anew.
            return new(StringComparer.Ordinal);
        }
    }

    private void Add(Dictionary<string, float[]> known, ScanModel model, ScannedContent[] contents, Action<int> progress, CancellationToken cancellationToken)
    {
        using var network = LoadedNetwork.Load(model.Options.Model, model.WeightsPath, model.Options.Input, model.Options.Device);
        var options = model.Options.Preprocessing.Decode(model.Options.ImageSize);
        var parallel = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        var done = 0;
        foreach (var batch in contents.Chunk(network.BatchSize))
        {
            var decoded = new PixelImage?[batch.Length];
            Parallel.For(0, batch.Length, parallel, i => decoded[i] = decoder.DecodeFile(Path.Combine(root, batch[i].Images[0].File.RelativePath), options).Value);
            int[] sound = [.. Enumerable.Range(0, batch.Length).Where(i => decoded[i] is not null)];
            if (sound.Length > 0)
            {
                var vectors = network.Embed([.. sound.Select(i => decoded[i]!)]);
                for (var i = 0; i < sound.Length; i++)
                {
                    known[batch[sound[i]].Hash] = vectors[i];
                }
            }

            progress(done += batch.Length);
        }
    }
}
