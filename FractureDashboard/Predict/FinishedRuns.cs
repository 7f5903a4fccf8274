using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Predict;

/// <summary>A run whose weights can answer.</summary>
/// <param name="Id">The run.</param>
/// <param name="Name">Its name.</param>
/// <param name="Model">Its architecture.</param>
/// <param name="DatasetName">What it was trained on.</param>
/// <param name="IsSynthetic">True when those images were drawn by the program: its answers mean nothing for patients.</param>
/// <param name="ValidationAccuracy">Best accuracy on the validation split.</param>
/// <param name="WeightsHash">SHA-256 of the weights file.</param>
/// <param name="OptionsJson">The training options, which decide the size of the input.</param>
/// <param name="ChosenThreshold">The threshold that was chosen for these weights on an evaluation's page; null where none was.</param>
/// <param name="ThresholdRule">How it was chosen, in words.</param>
public sealed record FinishedRun(
    int Id, string Name, string Model, string DatasetName, bool IsSynthetic, double? ValidationAccuracy, string WeightsHash, string OptionsJson,
    double? ChosenThreshold = null, string? ThresholdRule = null)
{
    /// <summary>The threshold of a model for which none was chosen.</summary>
    public const double UsualThreshold = 0.5;

    /// <summary>Scores at or above it are called fractured, unless who asks names another; 0 to 1.</summary>
    public double Threshold => ChosenThreshold ?? UsualThreshold;
}

/// <summary>Finds the runs that can answer, the best first.</summary>
/// <param name="databases">The database.</param>
public sealed class FinishedRuns(IDbContextFactory<DashboardContext> databases)
{
    /// <summary>The most runs offered in a choice.</summary>
    public const int MaximumListed = 200;

    /// <summary>The best runs.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>By validation accuracy, then by lower validation loss, then the newest first.</returns>
    public async Task<IReadOnlyList<FinishedRun>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Of(db, Usable(db)
            .OrderByDescending(r => r.BestValidationAccuracy)
            .ThenBy(r => r.BestValidationLoss == null)
            .ThenBy(r => r.BestValidationLoss)
            .ThenByDescending(r => r.Id)
            .Take(MaximumListed))
            .ToListAsync(cancellationToken);
    }

    /// <summary>One run, when it can answer.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The run, or null.</returns>
    public async Task<FinishedRun?> FindAsync(int runId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Of(db, Usable(db).Where(r => r.Id == runId)).FirstOrDefaultAsync(cancellationToken);
    }

    // A threshold that was chosen for other weights is none.
    private static IQueryable<FinishedRun> Of(DashboardContext db, IQueryable<Run> runs) => runs
        .Select(r => new { Run = r, Chosen = db.ChosenThresholds.FirstOrDefault(t => t.RunId == r.Id && t.WeightsHash == r.WeightsHash) })
        .Select(r => new FinishedRun(
            r.Run.Id, r.Run.Name, r.Run.Model, r.Run.DatasetName, r.Run.DatasetKind == DatasetKind.Synthetic, r.Run.BestValidationAccuracy, r.Run.WeightsHash!, r.Run.OptionsJson,
            r.Chosen == null ? null : r.Chosen.Threshold, r.Chosen == null ? null : r.Chosen.Rule));

    // A cancelled run keeps what it learned; a running one still rewrites its weights.
    private static IQueryable<Run> Usable(DashboardContext db) => db.Runs.AsNoTracking()
        .Where(r => r.WeightsHash != null && (r.State == RunState.Completed || r.State == RunState.Canceled));
}
