using System.Collections.Concurrent;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Quality.Impact;

/// <summary>Reads what copies and shared radiographs do to the evaluation of a data set's runs.</summary>
/// <param name="databases">The database.</param>
/// <param name="paths">Where the runs' lists of images lie.</param>
public sealed class ImpactReader(IDbContextFactory<DashboardContext> databases, AppPaths paths)
{
    /// <summary>Most runs that are shown; of each the list of its images is read.</summary>
    public const int MostRuns = 20;

    // A complete run's scores stay as they are; only other sources divide them otherwise. So nothing is read again for an epoch of another run.
    private readonly ConcurrentDictionary<int, (int Sources, RunImpact Impact)> known = new();

    /// <summary>Reads it all but the evaluations on the honest split.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The impact.</returns>
    public async Task<Impact> ReadAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var sources = await SeenImages.SourcesAsync(db, datasetId, cancellationToken);
        var versions = await db.DatasetVersions
            .Where(v => v.DatasetId == datasetId && v.Kind == DatasetVersionKind.HonestSplit)
            .OrderByDescending(v => v.Number)
            .Select(v => new HonestVersion(v.Number, v.Name))
            .ToListAsync(cancellationToken);
        var complete = db.Runs.Where(r => r.DatasetId == datasetId && r.State == RunState.Completed && r.WeightsHash != null);
        var runs = await complete.OrderByDescending(r => r.Id).Take(MostRuns).Select(r => new { r.Id, r.Name, r.DatasetVersion }).ToListAsync(cancellationToken);
        var impacts = new List<RunImpact>();
        var stamp = sources.Aggregate(sources.Count, (all, s) => all ^ HashCode.Combine(s.Key, s.Value));
        foreach (var run in runs)
        {
            if (known.TryGetValue(run.Id, out var before) && before.Sources == stamp)
            {
                impacts.Add(before.Impact with { Name = run.Name });
                continue;
            }

            var scores = await db.RunScores.AsNoTracking().Where(s => s.RunId == run.Id).ToListAsync(cancellationToken);
            var manifest = await RunManifest.ReadAsync(paths.Run(run.Id), cancellationToken);
            if (scores.Count > 0 && manifest.Count > 0)
            {
                impacts.Add(Of(run.Id, run.Name, run.DatasetVersion, versions.Any(v => v.Number == run.DatasetVersion), scores, manifest, sources));
                known[run.Id] = (stamp, impacts[^1]);
            }
        }

        var older = Math.Max(0, await complete.CountAsync(cancellationToken) - runs.Count);
        return new(await CountAsync(db, datasetId, sources, cancellationToken), impacts, older, versions.Count > 0 ? versions[0] : null);
    }

    /// <summary>The newest evaluation of each run on a version, with what it came to.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="version">The version.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>By run.</returns>
    public async Task<IReadOnlyDictionary<int, HonestEvaluation>> EvaluationsAsync(int datasetId, int version, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var all = await db.Evaluations.AsNoTracking()
            .Where(e => e.DatasetId == datasetId && e.DatasetVersion == version && e.Kind == EvaluationKind.Plain)
            .OrderByDescending(e => e.Id)
            .ToListAsync(cancellationToken);
        return all.DistinctBy(e => e.RunId).ToDictionary(e => e.RunId, e =>
        {
            var summary = EvaluationSummary.Read(e.SummaryJson);
            return new HonestEvaluation(e.Id, e.State, e.StateReason, e.Done, e.Total, summary?.All, summary?.Unseen);
        });
    }

    private static RunImpact Of(
        int id, string name, int version, bool isHonest, List<RunScore> scores, IReadOnlyList<ImageRecord> manifest, Dictionary<string, string> sources)
    {
        var seen = new SeenImages(manifest, sources);
        var images = manifest.ToDictionary(i => i.RelativePath, StringComparer.Ordinal);
        var hasSources = sources.Count > 0 || manifest.Any(i => i.Group is not null);
        return new(
            id,
            name,
            version,
            isHonest,
            Sum(_ => true),
            Sum(s => !s.HasTwinInTrain),
            hasSources ? Sum(s => !s.HasTwinInTrain && !(images.TryGetValue(s.RelativePath, out var image) && seen.SharesSource(image))) : null);

        ScoreSummary Sum(Func<RunScore, bool> isIn) => ScoreSummary.Of(scores.Where(isIn).Select(s => (s.Label, s.Score)));
    }

    private static async Task<SeenCounts> CountAsync(DashboardContext db, int datasetId, Dictionary<string, string> sources, CancellationToken cancellationToken)
    {
        var images = await db.Images.Where(i => i.DatasetId == datasetId).Select(i => new { i.Split, i.ContentHash }).ToListAsync(cancellationToken);
        var trained = images.Where(i => i.Split == Split.Train).Select(i => i.ContentHash).ToHashSet(StringComparer.Ordinal);
        var groups = trained.Select(h => sources.GetValueOrDefault(h)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var held = images.Where(i => i.Split != Split.Train).ToList();
        return new(
            held.Count,
            held.Count(i => trained.Contains(i.ContentHash)),
            sources.Count == 0
                ? null
                : held.Count(i => trained.Contains(i.ContentHash) || (sources.TryGetValue(i.ContentHash, out var source) && groups.Contains(source))));
    }
}
