using System.Collections.Concurrent;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Predict;

/// <summary>What a model makes of the images that it was trained on.</summary>
/// <param name="Index">Their embeddings, one for each content.</param>
/// <param name="Reference">How far they lie from each other.</param>
/// <param name="DatasetId">Their data set.</param>
/// <param name="Images">One of the images of each content.</param>
/// <param name="Sources">The radiograph of each content.</param>
internal sealed record TrainingIndex(
    EmbeddingIndex Index, OutOfDistribution Reference, int DatasetId, IReadOnlyDictionary<string, ImageRecord> Images, IReadOnlyDictionary<string, string> Sources);

/// <summary>
/// Shows a run's training images to its own weights, once: the embeddings are kept in the run's folder and go with the run.
/// One index is made at a time.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="paths">Where runs lie.</param>
/// <param name="models">The loaded models.</param>
/// <param name="decoder">Decodes the images.</param>
public sealed class TrainingIndexes(IDbContextFactory<DashboardContext> databases, AppPaths paths, ModelCache models, ImageDecoder decoder) : IDisposable
{
    private const string FileName = "embeddings.safetensors";
    private const int Piece = 64;
    private const int MostKept = 3;

    private readonly SemaphoreSlim one = new(1, 1);
    private readonly ConcurrentDictionary<string, TrainingIndex> kept = new(StringComparer.Ordinal);

    /// <summary>True when a run's index is there already, so that a comparison takes no time.</summary>
    /// <param name="run">The run.</param>
    public bool IsThere(FinishedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return kept.ContainsKey(run.WeightsHash) || File.Exists(PathOf(run.Id));
    }

    /// <inheritdoc />
    public void Dispose() => one.Dispose();

    /// <summary>Opens a run's index, or makes it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="progress">Is told how many of how many images are done, from any thread.</param>
    /// <param name="cancellationToken">Stops it between two pieces.</param>
    /// <returns>The index, or a sentence that says why there is none.</returns>
    /// <exception cref="ModelUnavailableException">The model failed.</exception>
    internal async Task<(TrainingIndex? Index, string? Problem)> OpenAsync(FinishedRun run, Action<int, int> progress, CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            if (kept.TryGetValue(run.WeightsHash, out var known))
            {
                return (known, null);
            }

            var (made, problem) = await MakeAsync(run, progress, cancellationToken);
            if (made is not null)
            {
                while (kept.Count >= MostKept && kept.TryRemove(kept.Keys.First(), out _))
                {
                }

                kept[run.WeightsHash] = made;
            }

            return (made, problem);
        }
        finally
        {
            one.Release();
        }
    }

    private string PathOf(int runId) => Path.Combine(paths.Run(runId), FileName);

    private async Task<(TrainingIndex? Index, string? Problem)> MakeAsync(FinishedRun run, Action<int, int> progress, CancellationToken cancellationToken)
    {
        var manifest = await RunManifest.ReadAsync(paths.Run(run.Id), cancellationToken);
        Dictionary<string, ImageRecord[]> contents = manifest.Where(i => i.Split == Split.Train)
            .GroupBy(i => i.ContentHash, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var dataset = await db.Runs.Where(r => r.Id == run.Id).Join(db.Datasets, r => r.DatasetId, d => d.Id, (_, d) => d).AsNoTracking().FirstOrDefaultAsync(cancellationToken);
        if (contents.Count == 0 || dataset is null)
        {
            return (null, "The images that this model was trained on are not known any more.");
        }

        var seen = new SeenImages(manifest, await SeenImages.SourcesAsync(db, dataset.Id, cancellationToken));
        var sources = contents.ToDictionary(c => c.Key, c => seen.SourceOf(c.Value[0]), StringComparer.Ordinal);
        var (index, reference) = Load(run) ?? await EmbedAsync(run, dataset.Root, contents, sources, progress, cancellationToken);
        return index is null || reference is null
            ? (null, "Of the images that this model was trained on too few are still there to compare with.")
            : (new TrainingIndex(index, reference, dataset.Id, contents.ToDictionary(c => c.Key, c => c.Value[0], StringComparer.Ordinal), sources), null);
    }

    private (EmbeddingIndex? Index, OutOfDistribution? Reference)? Load(FinishedRun run)
    {
        var path = PathOf(run.Id);
        try
        {
            return File.Exists(path) && EmbeddingFile.Load(path) is var (index, reference) && index.WeightsHash == run.WeightsHash ? (index, reference) : null;
        }
        catch (InvalidDataException)
        {
            // A damaged file is made anew.
            return null;
        }
    }

    private async Task<(EmbeddingIndex? Index, OutOfDistribution? Reference)> EmbedAsync(
        FinishedRun run, string root, Dictionary<string, ImageRecord[]> contents, Dictionary<string, string> sources, Action<int, int> progress, CancellationToken cancellationToken)
    {
        var options = run.Options();
        var vectors = new List<(string Hash, float[] Vector)>(contents.Count);
        using (var lease = await models.RentAsync(run, cancellationToken))
        {
            var done = 0;
            foreach (var piece in contents.Chunk(Piece))
            {
                var decoded = await Task.Run(() => piece.AsParallel().AsOrdered().Select(c => (c.Key, Pixels: Decode(root, c.Value, options.Preprocessing.Decode(options.ImageSize)))).ToArray(), cancellationToken);
                var sound = decoded.Where(d => d.Pixels is not null).ToArray();
                if (sound.Length > 0)
                {
                    var embedded = await lease.Model.EmbedAsync([.. sound.Select(s => s.Pixels!)], cancellationToken);
                    vectors.AddRange(sound.Zip(embedded, (s, v) => (s.Key, v)));
                }

                progress(done += piece.Length, contents.Count);
            }
        }

        string[] found = [.. vectors.Select(v => sources[v.Hash])];
        if (found.Distinct(StringComparer.Ordinal).Count() < 2)
        {
            return (null, null);
        }

        return await Task.Run(
            () =>
            {
                var index = EmbeddingIndex.Create(run.WeightsHash, vectors);
                var reference = OutOfDistribution.Fit(index, found, OutOfDistribution.DefaultNeighbour, cancellationToken);
                EmbeddingFile.Save(PathOf(run.Id), index, reference);
                return (index, reference);
            },
            cancellationToken);
    }

    // A file that was changed since is another image.
    private PixelImage? Decode(string root, ImageRecord[] copies, DecodeOptions options) =>
        DatasetContent.Read(root, copies, out _) is { } bytes ? decoder.Decode(bytes, options).Value : null;
}
