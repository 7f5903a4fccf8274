using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Predict;

/// <summary>Weights loaded for prediction, apart from any that is being trained.</summary>
public interface ILoadedModel : IDisposable
{
    /// <summary>Scores an image.</summary>
    /// <param name="image">Pixels of the size the model was trained on.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>P(fractured).</returns>
    Task<float> PredictAsync(PixelImage image, CancellationToken cancellationToken);
}

/// <summary>Loads the weights of a run.</summary>
public interface IModelLoader
{
    /// <summary>Loads them.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="ModelLoadException">They cannot be loaded.</exception>
    Task<ILoadedModel> LoadAsync(FinishedRun run, CancellationToken cancellationToken);
}

/// <summary>A model could not be loaded; the message is for a person.</summary>
/// <param name="message">What was wrong and what to do.</param>
/// <param name="inner">The cause.</param>
public sealed class ModelLoadException(string message, Exception? inner = null) : Exception(message, inner);

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
    /// <exception cref="ModelLoadException">The weights cannot be loaded.</exception>
    public async Task<ModelLease> RentAsync(FinishedRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        await leases.WaitAsync(cancellationToken);
        Entry entry;
        try
        {
            entry = await EnterAsync(run);
        }
        catch
        {
            leases.Release();
            throw;
        }

        try
        {
            return new ModelLease(await entry.Model.WaitAsync(cancellationToken), () => Leave(entry));
        }
        catch
        {
            if (entry.Model.IsFaulted || entry.Model.IsCanceled)
            {
                Forget(entry);
            }

            Leave(entry);
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        List<Entry> left;
        lock (gate)
        {
            if (disposed)
            {
                return;
            }

            disposed = true;
            left = [.. entries];
            entries.Clear();
        }

        await shutdown.CancelAsync();
        await Task.WhenAll(left.Select(DisposeModelAsync));
        shutdown.Dispose();
        leases.Dispose();
    }

    private async Task<Entry> EnterAsync(FinishedRun run)
    {
        Entry? evicted = null;
        Entry entry;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            var found = entries.Find(e => e.RunId == run.Id && string.Equals(e.WeightsHash, run.WeightsHash, StringComparison.Ordinal));
            if (found is not null)
            {
                entries.Remove(found);
            }
            else if (entries.Count >= Capacity)
            {
                // The list is in order of use. Fewer than Capacity others hold a lease, so an unused one is always there.
                evicted = entries.First(e => e.Users == 0);
                entries.Remove(evicted);
            }

            entry = found ?? new Entry(run.Id, run.WeightsHash, Task.Run(() => loader.LoadAsync(run, shutdown.Token)));
            entry.Users++;
            entries.Add(entry);
        }

        if (evicted is not null)
        {
            await DisposeModelAsync(evicted);
        }

        return entry;
    }

    private void Leave(Entry entry)
    {
        lock (gate)
        {
            entry.Users--;
            if (disposed)
            {
                return;
            }
        }

        leases.Release();
    }

    private void Forget(Entry entry)
    {
        lock (gate)
        {
            entries.Remove(entry);
        }
    }

    private static async Task DisposeModelAsync(Entry entry)
    {
        // A failed load was reported to those who asked for it and left nothing to dispose.
        await ((Task)entry.Model).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (entry.Model.IsCompletedSuccessfully)
        {
            (await entry.Model).Dispose();
        }
    }

    private sealed class Entry(int runId, string weightsHash, Task<ILoadedModel> model)
    {
        public int RunId { get; } = runId;

        public string WeightsHash { get; } = weightsHash;

        public Task<ILoadedModel> Model { get; } = model;

        public int Users { get; set; }
    }
}

/// <summary>The right to use a loaded model until disposed.</summary>
public sealed class ModelLease : IDisposable
{
    private Action? release;

    internal ModelLease(ILoadedModel model, Action release)
    {
        Model = model;
        this.release = release;
    }

    /// <summary>The model.</summary>
    public ILoadedModel Model { get; }

    /// <inheritdoc />
    public void Dispose() => Interlocked.Exchange(ref release, null)?.Invoke();
}
