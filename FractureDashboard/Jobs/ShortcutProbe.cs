using System.Text.Json;
using FractureDashboard.Live;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>
/// Asks whether a model reads burnt-in markers: its held-out images are scored as they are, with the markers painted over, and with
/// all but them painted over. Three evaluations, and a report from the scores of all.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="queue">Takes the evaluations.</param>
/// <param name="live">Wakes the pages.</param>
public sealed class ShortcutProbe(IDbContextFactory<DashboardContext> databases, EvaluationQueue queue, LiveEvents live)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The three ways of showing the images.</summary>
    public static IReadOnlyList<EvaluationKind> Kinds { get; } = [EvaluationKind.Plain, EvaluationKind.MarkersBlanked, EvaluationKind.OnlyMarkers];

    /// <summary>Reads a stored report.</summary>
    /// <param name="json">The value of <see cref="Run.ShortcutJson"/>.</param>
    /// <returns>The report, or null where there is none that can be read.</returns>
    public static ShortcutReport? Read(string? json) => StoredJson.Read<ShortcutReport>(json, Json);

    /// <summary>Begins a probe of a finished run on its own held-out images.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>Null when it has begun (or is at work already); otherwise why not.</returns>
    public async Task<string?> StartAsync(int runId, CancellationToken cancellationToken)
    {
        int? datasetId;
        int version;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            var run = await db.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.Id == runId, cancellationToken);
            if (run is null)
            {
                return "The run no longer exists.";
            }

            (datasetId, version) = (run.DatasetId, run.DatasetVersion);
        }

        if (datasetId is not { } dataset)
        {
            return "The data set of the run was removed, and its images with it. Without them the model cannot be asked.";
        }

        foreach (var kind in Kinds)
        {
            if ((await queue.StartAsync(runId, dataset, version, kind, cancellationToken)).Problem is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>Stops what is left of a probe.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>A task.</returns>
    public async Task CancelAsync(int runId, CancellationToken cancellationToken)
    {
        foreach (var evaluation in (await NewestAsync(runId, cancellationToken)).Where(e => e.IsActive))
        {
            await queue.CancelAsync(evaluation.Id, cancellationToken);
        }
    }

    /// <summary>The newest evaluation of each kind of a run on its own held-out images.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Three at most, in the order of <see cref="Kinds"/>.</returns>
    public async Task<IReadOnlyList<Evaluation>> NewestAsync(int runId, CancellationToken cancellationToken)
    {
        var heldOut = EvaluationQueue.JoinSplits(EvaluationQueue.HeldOut);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var all = await db.Evaluations.AsNoTracking()
            .Where(e => e.RunId == runId && e.Splits == heldOut && db.Runs.Any(r => r.Id == runId && r.DatasetId == e.DatasetId && r.DatasetVersion == e.DatasetVersion))
            .OrderByDescending(e => e.Id)
            .ToListAsync(cancellationToken);
        return [.. all.DistinctBy(e => e.Kind).OrderBy(e => e.Kind)];
    }

    /// <summary>Writes the report if the newest evaluations of all three kinds are complete.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public async Task ConcludeAsync(int runId, CancellationToken cancellationToken)
    {
        var newest = await NewestAsync(runId, cancellationToken);
        if (newest.Count < Kinds.Count || newest.Any(e => e.State != EvaluationState.Completed) || newest.Select(e => e.WeightsHash).Distinct().Count() > 1)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var scores = new List<Dictionary<string, EvaluationScore>>();
        foreach (var evaluation in newest)
        {
            scores.Add(await db.EvaluationScores.AsNoTracking().Where(s => s.EvaluationId == evaluation.Id)
                .ToDictionaryAsync(s => s.RelativePath, StringComparer.Ordinal, cancellationToken));
        }

        ProbedImage[] images = [.. scores[1].Values
            .Where(s => s.MarkerShare > 0 && scores[0].ContainsKey(s.RelativePath) && scores[2].ContainsKey(s.RelativePath))
            .OrderBy(s => s.RelativePath, StringComparer.Ordinal)
            .Select(s => new ProbedImage(s.Group, s.Label, scores[0][s.RelativePath].Score, s.Score, scores[2][s.RelativePath].Score))];

        // Some seconds of draws; no request waits for them.
        var json = JsonSerializer.Serialize(ShortcutReport.Of(scores[0].Count, images), Json);
        await db.Runs.Where(r => r.Id == runId).ExecuteUpdateAsync(s => s.SetProperty(r => r.ShortcutJson, json), cancellationToken);
        live.Signal(Topics.Evaluations(runId));
    }
}
