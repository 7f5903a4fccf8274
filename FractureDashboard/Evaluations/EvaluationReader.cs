using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Evaluations;

/// <summary>What an address leads to.</summary>
/// <param name="Evaluation">The evaluation; null when there is none of this number and run.</param>
/// <param name="Run">Its run; null when there is none.</param>
/// <param name="DatasetName">The data set evaluated on; empty where there is no evaluation.</param>
public sealed record EvaluationLookup(Evaluation? Evaluation, Run? Run, string DatasetName);

/// <summary>Reads evaluations with their scores.</summary>
/// <param name="databases">The database.</param>
public sealed class EvaluationReader(IDbContextFactory<DashboardContext> databases)
{
    /// <summary>Finds an evaluation without its scores.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="evaluationId">The evaluation.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What there is.</returns>
    public async Task<EvaluationLookup> FindAsync(int runId, int evaluationId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var run = await db.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.Id == runId, cancellationToken);
        var evaluation = await db.Evaluations.AsNoTracking().FirstOrDefaultAsync(e => e.Id == evaluationId && e.RunId == runId, cancellationToken);
        var name = evaluation is null ? "" : await db.Datasets.Where(d => d.Id == evaluation.DatasetId).Select(d => d.Name).FirstAsync(cancellationToken);
        return new(evaluation, run, name);
    }

    /// <summary>Reads a completed evaluation with all scores.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="evaluationId">The evaluation.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null when there is none of this number and run, or it is not complete.</returns>
    public async Task<LoadedEvaluation?> LoadAsync(int runId, int evaluationId, CancellationToken cancellationToken)
    {
        if (await FindAsync(runId, evaluationId, cancellationToken) is not { Run: { } run, Evaluation: { State: EvaluationState.Completed } evaluation } found)
        {
            return null;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var version = await db.DatasetVersions
            .Where(v => v.DatasetId == evaluation.DatasetId && v.Number == evaluation.DatasetVersion)
            .Select(v => v.Name)
            .FirstOrDefaultAsync(cancellationToken);
        var images = await ImagesAsync(db, evaluation, cancellationToken);
        var isOwn = run.DatasetId == evaluation.DatasetId && run.DatasetVersion == evaluation.DatasetVersion;
        return new(evaluation, run, found.DatasetName, version, isOwn, images, await ValidationAsync(db, evaluation, run, isOwn, images, cancellationToken));
    }

    private static async Task<IReadOnlyList<ScoredImage>> ImagesAsync(DashboardContext db, Evaluation evaluation, CancellationToken cancellationToken)
    {
        var scores = await db.EvaluationScores.AsNoTracking().Where(s => s.EvaluationId == evaluation.Id).ToListAsync(cancellationToken);
        var indexed = await db.Images.AsNoTracking()
            .Where(i => i.DatasetId == evaluation.DatasetId && db.EvaluationScores.Any(s => s.EvaluationId == evaluation.Id && s.RelativePath == i.RelativePath && s.ContentHash == i.ContentHash))
            .ToDictionaryAsync(i => i.RelativePath, StringComparer.Ordinal, cancellationToken);
        var findings = await FindingsAsync(db, evaluation.DatasetId, cancellationToken);
        return
        [
            .. scores.OrderBy(s => s.RelativePath, StringComparer.Ordinal).Select(s => indexed.TryGetValue(s.RelativePath, out var image)
                ? ScoredImage.Of(s) with { ImageId = image.Id, Format = image.Format, Width = image.Width, Height = image.Height, Findings = findings.GetValueOrDefault(s.RelativePath) ?? [] }
                : ScoredImage.Of(s)),
        ];
    }

    // What a scan says of an image by itself. Copies and shared radiographs are told by the scores already.
    private static async Task<Dictionary<string, IReadOnlyList<string>>> FindingsAsync(DashboardContext db, int datasetId, CancellationToken cancellationToken)
    {
        var scan = await db.QualityScans.AsNoTracking()
            .Where(s => s.DatasetId == datasetId && s.State == ScanState.Completed)
            .OrderByDescending(s => s.Id)
            .Select(s => (int?)s.Id)
            .FirstOrDefaultAsync(cancellationToken);
        var rules = QualityRules.All.Where(r => r.Category is not QualityCategory.Copies && r.Rule != QualityRule.LabelError).Select(r => r.Rule).ToArray();
        var rows = await db.QualityFindings.Where(f => f.ScanId == scan && rules.Contains(f.Rule)).Select(f => new { f.RelativePath, f.Rule }).Distinct().ToListAsync(cancellationToken);
        return rows.GroupBy(r => r.RelativePath, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, IReadOnlyList<string> (g) => [.. g.Select(r => QualityRules.Of(r.Rule).Code)], StringComparer.Ordinal);
    }

    // The run's own validation images: neither trained on nor, for this choice, judged by. Of the same weights, or they say nothing.
    private static async Task<ValidationScores> ValidationAsync(
        DashboardContext db, Evaluation evaluation, Run run, bool isOwn, IReadOnlyList<ScoredImage> images, CancellationToken cancellationToken)
    {
        if (isOwn && evaluation.Kind == EvaluationKind.Plain && images.Any(i => i.Split == Split.Validation))
        {
            return new([.. images.Where(i => i.Split == Split.Validation)], evaluation.Id, "the validation images of this evaluation");
        }

        var other = await db.Evaluations
            .Where(e => e.RunId == run.Id && e.DatasetId == run.DatasetId && e.DatasetVersion == run.DatasetVersion && e.Kind == EvaluationKind.Plain
                && e.State == EvaluationState.Completed && e.WeightsHash == evaluation.WeightsHash
                && db.EvaluationScores.Any(s => s.EvaluationId == e.Id && s.Split == Split.Validation))
            .OrderByDescending(e => e.Id)
            .Select(e => (int?)e.Id)
            .FirstOrDefaultAsync(cancellationToken);
        if (other is { } id)
        {
            var scores = await db.EvaluationScores.AsNoTracking().Where(s => s.EvaluationId == id && s.Split == Split.Validation).ToListAsync(cancellationToken);
            return new([.. scores.Select(ScoredImage.Of)], id, $"the validation images of evaluation {id}, which the run was validated on");
        }

        if (!string.Equals(run.WeightsHash, evaluation.WeightsHash, StringComparison.OrdinalIgnoreCase))
        {
            return new([], null, "no images: the run was trained further since");
        }

        // The run's own final scores know twins only.
        var own = await db.RunScores.AsNoTracking().Where(s => s.RunId == run.Id && s.Split == Split.Validation).ToListAsync(cancellationToken);
        return new(
            [.. own.Select(s => new ScoredImage(s.RelativePath, s.Split, s.Label, s.Score, s.RelativePath, s.HasTwinInTrain, s.HasTwinInTrain, s.RelativePath))],
            null,
            own.Count == 0 ? "no images: none of the run's validation images were scored" : "the validation images of the run's own final evaluation");
    }
}
