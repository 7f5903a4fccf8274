using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Training;
using FractureDashboard.Storage;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>The outcome of a request: an id, or why not.</summary>
/// <param name="EvaluationId">The evaluation, when it was accepted.</param>
/// <param name="Problem">Why not, for a person.</param>
public sealed record EvaluationRequestResult(int? EvaluationId, string? Problem);

/// <summary>
/// Accepts and cancels evaluations of finished runs. The <c>Evaluations</c> table is the truth; Hangfire only carries the order to work on one.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="jobs">The queue.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
public sealed class EvaluationQueue(IDbContextFactory<DashboardContext> databases, IBackgroundJobClient jobs, LiveEvents live, TimeProvider clock)
{
    /// <summary>The Hangfire queue of evaluations; one worker takes from it.</summary>
    public const string QueueName = "evaluate";

    /// <summary>What is scored unless somebody asks for something else.</summary>
    public static IReadOnlyList<Split> HeldOut { get; } = [Split.Validation, Split.Test];

    /// <summary>The evaluations at work in this process.</summary>
    internal RunCancellations Running { get; } = new();

    /// <summary>Stores an evaluation and queues it.</summary>
    /// <param name="runId">A run that has ended and kept weights.</param>
    /// <param name="datasetId">The data set whose images are scored.</param>
    /// <param name="version">Its version: the run's own, the folders as they are now, or one that was made from them.</param>
    /// <param name="kind">What is done to the images first.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <param name="splits">What is scored; <see cref="HeldOut"/> when null.</param>
    /// <returns>The evaluation's id (that of the same one, if it waits or works already), or why it was refused.</returns>
    public async Task<EvaluationRequestResult> StartAsync(
        int runId, int datasetId, int version, EvaluationKind kind, CancellationToken cancellationToken, IReadOnlyList<Split>? splits = null)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var run = await db.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.Id == runId, cancellationToken);
        if (Problem(run) is { } problem)
        {
            return new(null, problem);
        }

        if (await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == datasetId, cancellationToken) is not { } dataset)
        {
            return new(null, "The data set no longer exists. Choose another.");
        }

        var isOwn = run!.DatasetId == datasetId && run.DatasetVersion == version;
        var named = await db.DatasetVersions.AsNoTracking().FirstOrDefaultAsync(v => v.DatasetId == datasetId && v.Number == version, cancellationToken);
        if (!isOwn && (named is null || (named.Kind == DatasetVersionKind.Folders && version != dataset.Version)))
        {
            return new(null, $"The images of version {version} of '{dataset.Name}' are not known any more. Choose the folders as they are now, or a split that was made from them.");
        }

        var chosen = JoinSplits(splits ?? HeldOut);
        var known = await db.Evaluations
            .Where(e => e.RunId == runId && e.DatasetId == datasetId && e.DatasetVersion == version && e.Kind == kind && e.Splits == chosen
                && (e.State == EvaluationState.Queued || e.State == EvaluationState.Running))
            .Select(e => (int?)e.Id)
            .FirstOrDefaultAsync(cancellationToken);
        if (known is not null)
        {
            return new(known, null);
        }

        var evaluation = new Evaluation
        {
            RunId = runId,
            DatasetId = datasetId,
            DatasetVersion = version,
            Fingerprint = isOwn ? run.Fingerprint : named!.Fingerprint,
            Kind = kind,
            Splits = chosen,
            State = EvaluationState.Queued,
            CreatedUtc = clock.GetUtcNow().UtcDateTime,
        };
        db.Evaluations.Add(evaluation);
        await db.SaveChangesAsync(cancellationToken);
        Enqueue(evaluation.Id, runId);
        return new(evaluation.Id, null);
    }

    /// <summary>Stops an evaluation within one batch, or takes it out of the queue.</summary>
    /// <param name="evaluationId">The evaluation.</param>
    /// <param name="cancellationToken">Stops the request, not the evaluation.</param>
    /// <returns>False when it had ended before.</returns>
    public async Task<bool> CancelAsync(int evaluationId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var waiting = await db.Evaluations.Where(e => e.Id == evaluationId && e.State == EvaluationState.Queued).ExecuteUpdateAsync(
            s => s.SetProperty(e => e.State, EvaluationState.Canceled)
                .SetProperty(e => e.StateReason, "Cancelled before it started.")
                .SetProperty(e => e.FinishedUtc, now),
            cancellationToken);
        var running = await db.Evaluations.CountAsync(e => e.Id == evaluationId && e.State == EvaluationState.Running, cancellationToken);
        Running.Cancel(evaluationId);
        if (await db.Evaluations.Where(e => e.Id == evaluationId).Select(e => (int?)e.RunId).FirstOrDefaultAsync(cancellationToken) is { } runId)
        {
            live.Signal(Topics.Evaluations(runId));
        }

        return waiting + running > 0;
    }

    /// <summary>Puts an evaluation whose row says <see cref="EvaluationState.Queued"/> before the worker.</summary>
    /// <param name="evaluationId">The evaluation.</param>
    /// <param name="runId">Its run.</param>
    public void Enqueue(int evaluationId, int runId)
    {
        jobs.Enqueue<EvaluationWorker>(QueueName, w => w.ExecuteAsync(evaluationId, CancellationToken.None));
        live.Signal(Topics.Evaluations(runId));
    }

    /// <summary>Why a run cannot be asked; null when it can.</summary>
    internal static string? Problem(Run? run) => run switch
    {
        null => "The run no longer exists.",
        { IsActive: true } => "The run is not finished yet. Wait until it has ended.",
        { WeightsHash: null } => "The run kept no weights, so there is nothing to evaluate.",
        _ => RunQueue.ReadOptions(run.OptionsJson) switch
        {
            null => "The run was made by another version of the program, whose options cannot be read here.",
            { Purpose: not TrainingPurpose.Train } => "The run was a search for a learning rate; it has no model.",
            _ => null,
        },
    };

    internal static string JoinSplits(IReadOnlyList<Split> splits) => string.Join(',', splits.Distinct().Order().Select(FolderNames.For));

    internal static IReadOnlyList<Split> ReadSplits(string joined) =>
        [.. Enum.GetValues<Split>().Where(s => joined.Split(',').Contains(FolderNames.For(s), StringComparer.Ordinal))];
}
