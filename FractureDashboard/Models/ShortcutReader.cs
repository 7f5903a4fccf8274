using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Models;

/// <summary>An image whose score changed much without its markers.</summary>
/// <param name="ContentHash">The image.</param>
/// <param name="RelativePath">Where it lies.</param>
/// <param name="Label">Its class.</param>
/// <param name="Plain">P(fractured) as it is.</param>
/// <param name="Blanked">P(fractured) with the markers painted over.</param>
public sealed record ShortcutExample(string ContentHash, string RelativePath, Label Label, double Plain, double Blanked);

/// <summary>Where the probe of a run stands.</summary>
/// <param name="Report">The newest report; null until there is one.</param>
/// <param name="Evaluations">The newest evaluation of each kind.</param>
/// <param name="Examples">The images whose score changed most; none until there is a report.</param>
public sealed record ShortcutState(ShortcutReport? Report, IReadOnlyList<Evaluation> Evaluations, IReadOnlyList<ShortcutExample> Examples)
{
    /// <summary>True while it waits or works.</summary>
    public bool IsActive => Evaluations.Any(e => e.IsActive);

    /// <summary>How far it has come, 0 to 1.</summary>
    public double Progress => Evaluations.Count == 0
        ? 0
        : Evaluations.Sum(e => e.State == EvaluationState.Completed ? 1 : e.Total > 0 ? (double)e.Done / e.Total : 0) / ShortcutProbe.Kinds.Count;

    /// <summary>Why it ended without a report; null where nothing went wrong.</summary>
    public string? Problem => IsActive ? null : Evaluations.FirstOrDefault(e => e.State is EvaluationState.Failed or EvaluationState.Canceled)?.StateReason;
}

/// <summary>Reads where the probe of a run stands.</summary>
/// <param name="databases">The database.</param>
/// <param name="probe">Knows its evaluations.</param>
public sealed class ShortcutReader(IDbContextFactory<DashboardContext> databases, ShortcutProbe probe)
{
    /// <summary>Most examples.</summary>
    public const int MostExamples = 4;

    /// <summary>Reads it.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The state.</returns>
    public async Task<ShortcutState> FindAsync(int runId, CancellationToken cancellationToken)
    {
        var evaluations = await probe.NewestAsync(runId, cancellationToken);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var report = ShortcutProbe.Read(await db.Runs.Where(r => r.Id == runId).Select(r => r.ShortcutJson).FirstOrDefaultAsync(cancellationToken));
        var plain = evaluations.FirstOrDefault(e => e.Kind == EvaluationKind.Plain && e.State == EvaluationState.Completed);
        var blanked = evaluations.FirstOrDefault(e => e.Kind == EvaluationKind.MarkersBlanked && e.State == EvaluationState.Completed);
        return new(report, evaluations, report is null || plain is null || blanked is null ? [] : await ExamplesAsync(db, plain.Id, blanked.Id, cancellationToken));
    }

    // Copies of one image, and images of one radiograph, would fill the row with the same picture.
    private static async Task<IReadOnlyList<ShortcutExample>> ExamplesAsync(DashboardContext db, int plain, int blanked, CancellationToken cancellationToken)
    {
        var changed = await (
            from first in db.EvaluationScores
            where first.EvaluationId == plain
            join second in db.EvaluationScores on first.RelativePath equals second.RelativePath
            where second.EvaluationId == blanked && second.MarkerShare > 0
            orderby Math.Abs(first.Score - second.Score) descending, first.RelativePath
            select new { second.Group, Example = new ShortcutExample(first.ContentHash, first.RelativePath, first.Label, first.Score, second.Score) })
            .Take(200)
            .ToListAsync(cancellationToken);
        return [.. changed.DistinctBy(c => c.Group).Select(c => c.Example).Take(MostExamples)];
    }
}
