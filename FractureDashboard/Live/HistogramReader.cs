using System.Text.Json;
using FractureDashboard.ML.Training;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Live;

/// <summary>A distribution at the end of an epoch.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Histogram">The distribution.</param>
public sealed record EpochHistogram(int Epoch, Histogram Histogram);

/// <summary>An array of weights, or a layer's output, that a run has distributions of.</summary>
/// <param name="Name">Its name in the network.</param>
/// <param name="IsActivation">True for a layer's output.</param>
public sealed record HistogramSubject(string Name, bool IsActivation);

/// <summary>Reads a run's distributions of weights and activations.</summary>
/// <param name="databases">The database.</param>
public sealed class HistogramReader(IDbContextFactory<DashboardContext> databases)
{
    /// <summary>Of more epochs than this, evenly spaced ones are read, the first and the newest among them.</summary>
    public const int MaximumEpochs = 16;

    /// <summary>What there are distributions of.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>In the network's order; empty before the first epoch has ended.</returns>
    public async Task<IReadOnlyList<HistogramSubject>> SubjectsAsync(int runId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var json = await db.RunHistograms.Where(h => h.RunId == runId).OrderByDescending(h => h.Epoch).Select(h => h.Json).FirstOrDefaultAsync(cancellationToken);
        return [.. Read(json).Select(h => new HistogramSubject(h.Name, h.IsActivation))];
    }

    /// <summary>The newest epoch that there are distributions of.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Its number, or 0.</returns>
    public async Task<int> NewestEpochAsync(int runId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.RunHistograms.Where(h => h.RunId == runId).MaxAsync(h => (int?)h.Epoch, cancellationToken) ?? 0;
    }

    /// <summary>One subject's distributions over the epochs.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="subject">The array or layer.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Oldest first.</returns>
    public async Task<IReadOnlyList<EpochHistogram>> ReadAsync(int runId, HistogramSubject subject, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var epochs = await db.RunHistograms.Where(h => h.RunId == runId).OrderBy(h => h.Epoch).Select(h => h.Epoch).ToListAsync(cancellationToken);
        var chosen = epochs.Count <= MaximumEpochs
            ? epochs
            : [.. Enumerable.Range(0, MaximumEpochs).Select(i => epochs[(int)((long)i * (epochs.Count - 1) / (MaximumEpochs - 1))])];
        var rows = await db.RunHistograms.AsNoTracking().Where(h => h.RunId == runId && chosen.Contains(h.Epoch)).OrderBy(h => h.Epoch).ToListAsync(cancellationToken);
        return
        [
            .. from row in rows
               let histogram = Read(row.Json).FirstOrDefault(h => h.Name == subject.Name && h.IsActivation == subject.IsActivation)
               where histogram is not null
               select new EpochHistogram(row.Epoch, histogram),
        ];
    }

    // What another version of the program wrote may not be readable; the rest of the page is.
    private static IReadOnlyList<Histogram> Read(string? json)
    {
        try
        {
            return json is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<Histogram>>(json) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
