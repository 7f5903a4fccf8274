using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Predict;

/// <summary>Weights loaded for prediction, apart from any that is being trained.</summary>
public interface ILoadedModel : IDisposable
{
    /// <summary>Scores an image.</summary>
    /// <param name="image">Pixels of the size the model was trained on.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>P(fractured).</returns>
    /// <exception cref="ModelUnavailableException">It failed.</exception>
    Task<float> PredictAsync(PixelImage image, CancellationToken cancellationToken);

    /// <summary>Draws what speaks for a fracture in an image.</summary>
    /// <param name="image">As above.</param>
    /// <param name="method">How.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ModelUnavailableException">It failed.</exception>
    Task<HeatMap> ExplainAsync(PixelImage image, ExplanationMethod method, CancellationToken cancellationToken);

    /// <summary>What the network's last layer reads of images.</summary>
    /// <param name="images">As above.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A vector for each.</returns>
    /// <exception cref="ModelUnavailableException">It failed.</exception>
    Task<float[][]> EmbedAsync(IReadOnlyList<PixelImage> images, CancellationToken cancellationToken);
}

/// <summary>Loads the weights of a run.</summary>
public interface IModelLoader
{
    /// <summary>Loads them.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="ModelUnavailableException">They cannot be loaded.</exception>
    Task<ILoadedModel> LoadAsync(FinishedRun run, CancellationToken cancellationToken);
}

/// <summary>A model could not be loaded, or could not answer; the message is for a person.</summary>
/// <param name="message">What was wrong and what to do.</param>
/// <param name="inner">The cause.</param>
public sealed class ModelUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Keeps the models used last in memory. A model is loaded once however many ask for it at the same time, and is
/// disposed only when nobody uses it: at most <see cref="Capacity"/> are lent out, so at most that many are loaded.
/// </summary>
/// <param name="loader">Loads weights.</param>
public sealed class ModelCache(IModelLoader loader) : IAsyncDisposable
{
    /// <summary>The most models in memory.</summary>
    public const int Capacity = 3;

    private readonly Lock gate = new();
    private readonly SemaphoreSlim leases = new(Capacity);
    private readonly CancellationTokenSource shutdown = new();

    // In order of use, the latest last. Whoever leaves an entry that is no longer listed as its last user disposes it.
    private readonly List<Entry> entries = [];
    private bool disposed;

    /// <summary>How many models are loaded or being loaded.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return entries.Count;
            }
        }
    }

    /// <summary>Lends a run's model.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Stops the wait; a load that others wait for goes on.</param>
    /// <returns>The lease; dispose it soon.</returns>
    /// <exception cref="ModelUnavailableException">The weights cannot be loaded; the next one who asks tries again.</exception>
    public async Task<ModelLease> RentAsync(FinishedRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, shutdown.Token);
        await leases.WaitAsync(stopping.Token);
        var entry = Enter(run);
        try
        {
            return new ModelLease(await entry.Model.WaitAsync(stopping.Token), this, entry);
        }
        catch
        {
            if (Leave(entry))
            {
                await entry.DisposeModelAsync();
            }

            throw;
        }
    }

    /// <summary>Disposes the models that nobody uses; a lent one goes when it comes back.</summary>
    /// <returns>A task.</returns>
    public async ValueTask DisposeAsync()
    {
        List<Entry> unused;
        lock (gate)
        {
            if (disposed)
            {
                return;
            }

            disposed = true;
            unused = entries.FindAll(e => e.Users == 0);
            entries.Clear();
        }

        await shutdown.CancelAsync();
        await Task.WhenAll(unused.Select(e => e.DisposeModelAsync()));
        shutdown.Dispose();
        leases.Dispose();
    }

    private Entry Enter(FinishedRun run)
    {
        lock (gate)
        {
            // The lease just taken need not be given back: nobody waits for one any more.
            ObjectDisposedException.ThrowIf(disposed, this);
            var entry = entries.Find(e => e.RunId == run.Id && string.Equals(e.WeightsHash, run.WeightsHash, StringComparison.OrdinalIgnoreCase));
            if (entry is not null)
            {
                entries.Remove(entry);
            }
            else
            {
                // Fewer than Capacity others hold a lease, so of Capacity entries one is unused.
                var evicted = entries.Count >= Capacity ? entries.Find(e => e.Users == 0) : null;
                if (evicted is not null)
                {
                    entries.Remove(evicted);
                }

                entry = new Entry(run.Id, run.WeightsHash);
                var added = entry;
                var token = shutdown.Token;
                entry.Model = Task.Run(() => LoadAsync(run, added, evicted, token), CancellationToken.None);
            }

            entry.Users++;
            entries.Add(entry);
            return entry;
        }
    }

    // The evicted model goes before the new one comes, so that their memory is never needed together.
    private async Task<ILoadedModel> LoadAsync(FinishedRun run, Entry entry, Entry? evicted, CancellationToken cancellationToken)
    {
        try
        {
            if (evicted is not null)
            {
                await evicted.DisposeModelAsync();
            }

            return await loader.LoadAsync(run, cancellationToken);
        }
        catch
        {
            lock (gate)
            {
                entries.Remove(entry);
            }

            throw;
        }
    }

    /// <summary>Gives a lease back.</summary>
    /// <returns>True when the caller has to dispose the entry's model.</returns>
    private bool Leave(Entry entry)
    {
        lock (gate)
        {
            entry.Users--;
            if (!disposed)
            {
                leases.Release();
            }

            return entry.Users == 0 && !entries.Contains(entry);
        }
    }

    /// <summary>A model and how many use it; guarded by the cache's lock.</summary>
    internal sealed class Entry(int runId, string weightsHash)
    {
        public int RunId { get; } = runId;

        public string WeightsHash { get; } = weightsHash;

        public Task<ILoadedModel> Model { get; set; } = null!;

        public int Users { get; set; }

        public async Task DisposeModelAsync()
        {
            // A failed load was reported to those who asked for it and left nothing to dispose.
            await ((Task)Model).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (Model.IsCompletedSuccessfully)
            {
                (await Model).Dispose();
            }
        }
    }

    internal void Return(Entry entry, ILoadedModel model)
    {
        if (Leave(entry))
        {
            model.Dispose();
        }
    }
}

/// <summary>The right to use a loaded model until disposed.</summary>
public sealed class ModelLease : IDisposable
{
    private readonly ModelCache.Entry entry;
    private ModelCache? cache;

    internal ModelLease(ILoadedModel model, ModelCache cache, ModelCache.Entry entry)
    {
        Model = model;
        this.cache = cache;
        this.entry = entry;
    }

    /// <summary>The model.</summary>
    public ILoadedModel Model { get; }

    /// <inheritdoc />
    public void Dispose() => Interlocked.Exchange(ref cache, null)?.Return(entry, Model);
}
