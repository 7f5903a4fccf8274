using FractureDashboard.Jobs;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Evaluations.Listing;

/// <summary>A version of a data set that a run can be evaluated on.</summary>
/// <param name="DatasetId">The data set.</param>
/// <param name="DatasetName">Its name.</param>
/// <param name="Version">The version's number.</param>
/// <param name="Title">What it is, in words.</param>
/// <param name="IsOwn">True when the run was trained on it.</param>
public sealed record EvaluationTarget(int DatasetId, string DatasetName, int Version, string Title, bool IsOwn);

/// <summary>An evaluation in the list of a run. Without figures: reading the list is no look at the test split.</summary>
/// <param name="Evaluation">The evaluation.</param>
/// <param name="DatasetName">The data set.</param>
/// <param name="VersionName">The version's name; null where it has none any more.</param>
/// <param name="LeftOut">Images that could not be decoded.</param>
public sealed record ListedEvaluation(Evaluation Evaluation, string DatasetName, string? VersionName, int LeftOut);

/// <summary>All that the page of a run's evaluations shows.</summary>
/// <param name="Run">The run.</param>
/// <param name="Problem">Why it cannot be evaluated; null when it can.</param>
/// <param name="Evaluations">Newest first, at most <see cref="EvaluationListReader.MostListed"/>.</param>
/// <param name="Older">Evaluations that are not listed.</param>
/// <param name="Targets">What it can be evaluated on, its own version first.</param>
public sealed record EvaluationList(Run Run, string? Problem, IReadOnlyList<ListedEvaluation> Evaluations, int Older, IReadOnlyList<EvaluationTarget> Targets);

/// <summary>Reads a run's evaluations and what it can be evaluated on.</summary>
/// <param name="databases">The database.</param>
public sealed class EvaluationListReader(IDbContextFactory<DashboardContext> databases)
{
    /// <summary>Most evaluations that are listed.</summary>
    public const int MostListed = 50;

    /// <summary>Reads it.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null when there is no such run.</returns>
    public async Task<EvaluationList?> ReadAsync(int runId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.Id == runId, cancellationToken) is not { } run)
        {
            return null;
        }

        var all = db.Evaluations.AsNoTracking().Where(e => e.RunId == runId);
        var rows = await (
            from e in all.OrderByDescending(e => e.Id).Take(MostListed)
            join d in db.Datasets on e.DatasetId equals d.Id
            join v in db.DatasetVersions on new { e.DatasetId, Number = e.DatasetVersion } equals new { v.DatasetId, v.Number } into versions
            from v in versions.DefaultIfEmpty()
            orderby e.Id descending
            select new { Evaluation = e, d.Name, VersionName = v == null ? null : v.Name }).ToListAsync(cancellationToken);
        var older = Math.Max(0, await all.CountAsync(cancellationToken) - rows.Count);
        return new(
            run,
            EvaluationQueue.Problem(run),
            [.. rows.Select(r => new ListedEvaluation(r.Evaluation, r.Name, r.VersionName, EvaluationSummary.Read(r.Evaluation.SummaryJson)?.LeftOut ?? 0))],
            older,
            await TargetsAsync(db, run, cancellationToken));
    }

    private static async Task<IReadOnlyList<EvaluationTarget>> TargetsAsync(DashboardContext db, Run run, CancellationToken cancellationToken)
    {
        var datasets = await db.Datasets.AsNoTracking().Where(d => d.Version > 0).OrderBy(d => d.Name).Select(d => new { d.Id, d.Name, d.Version }).ToListAsync(cancellationToken);
        var versions = await db.DatasetVersions.AsNoTracking()
            .Where(v => v.Kind == DatasetVersionKind.HonestSplit)
            .OrderByDescending(v => v.Number)
            .Select(v => new { v.DatasetId, v.Number, v.Name })
            .ToListAsync(cancellationToken);
        var targets = new List<EvaluationTarget>();
        foreach (var dataset in datasets.OrderByDescending(d => d.Id == run.DatasetId))
        {
            var isOwn = dataset.Id == run.DatasetId;
            if (isOwn && run.DatasetVersion != dataset.Version && !versions.Exists(v => v.DatasetId == dataset.Id && v.Number == run.DatasetVersion))
            {
                targets.Add(new(dataset.Id, dataset.Name, run.DatasetVersion, "the folders as they were in training", true));
            }

            targets.Add(new(dataset.Id, dataset.Name, dataset.Version, "the folders as they are", isOwn && run.DatasetVersion == dataset.Version));
            targets.AddRange(versions.Where(v => v.DatasetId == dataset.Id)
                .Select(v => new EvaluationTarget(dataset.Id, dataset.Name, v.Number, v.Name, isOwn && v.Number == run.DatasetVersion)));
        }

        return [.. targets.OrderByDescending(t => t.IsOwn)];
    }
}
