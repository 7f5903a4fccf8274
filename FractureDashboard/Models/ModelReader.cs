using FractureDashboard.Jobs;
using FractureDashboard.ML.Models;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Models;

/// <summary>Finds what a run's weights are.</summary>
/// <param name="databases">The database.</param>
/// <param name="paths">Where the weights lie.</param>
public sealed class ModelReader(IDbContextFactory<DashboardContext> databases, AppPaths paths)
{
    /// <summary>Finds a run's model.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The model, or why there is none.</returns>
    public async Task<ModelLookup> FindAsync(int runId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.Id == runId, cancellationToken) is not { } run)
        {
            return new ModelLookup(null, $"There is no run {runId}; it may have been deleted.", RunExists: false);
        }

        var weights = new FileInfo(WeightsPath(runId));
        return run.WeightsHash is null || !weights.Exists
            ? new ModelLookup(null, run.IsActive ? "The run keeps weights when it ends." : "The run kept no weights.", RunExists: true)
            : RunQueue.ReadOptions(run.OptionsJson) is { } options && ModelRegistry.Contains(options.Model)
            ? new ModelLookup(new TrainedModel(run, options, ModelRegistry.Get(options.Model), weights.Length), null, RunExists: true)
            : new ModelLookup(null, "The run was made by another version of the program, whose options cannot be read here.", RunExists: true);
    }

    /// <summary>The hash of a run's weights and the architecture's name, for a download.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null when there are none.</returns>
    public async Task<(string Hash, string Model)?> FindWeightsAsync(int runId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var run = await db.Runs.AsNoTracking().Where(r => r.Id == runId && r.WeightsHash != null).Select(r => new { r.WeightsHash, r.Model }).FirstOrDefaultAsync(cancellationToken);
        return run is null ? null : (run.WeightsHash!, run.Model);
    }

    /// <summary>Where a run's weights lie.</summary>
    /// <param name="runId">The run.</param>
    /// <returns>An absolute path; the file may be absent.</returns>
    public string WeightsPath(int runId) => Path.Combine(paths.Run(runId), "weights.safetensors");
}
