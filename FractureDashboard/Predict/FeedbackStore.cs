using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Predict;

/// <summary>How often a model's decisions were judged right.</summary>
/// <param name="RunId">The run; null once it has been deleted.</param>
/// <param name="RunName">Its name.</param>
/// <param name="WeightsHash">The version of its weights.</param>
/// <param name="IsSynthetic">True when it was trained on synthetic images; null when that is no longer known.</param>
/// <param name="Answers">How many answers it gave.</param>
/// <param name="Judged">How many of them are judged, those that cannot be told included.</param>
/// <param name="Unsure">How many of those cannot be told.</param>
/// <param name="Matrix">Decisions against what the images show, where that could be told.</param>
public sealed record FeedbackSummary(
    int? RunId, string RunName, string WeightsHash, bool? IsSynthetic, int Answers, int Judged, int Unsure, ConfusionMatrix Matrix);

/// <summary>Keeps what people say of answers.</summary>
/// <param name="databases">The database.</param>
/// <param name="live">Wakes those who list answers.</param>
/// <param name="clock">The time.</param>
public sealed class FeedbackStore(IDbContextFactory<DashboardContext> databases, LiveEvents live, TimeProvider clock)
{
    /// <summary>What is said of an answer.</summary>
    /// <param name="predictionId">The answer.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The judgement, or null.</returns>
    public async Task<PredictionFeedback?> FindAsync(int predictionId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.PredictionFeedbacks.AsNoTracking().FirstOrDefaultAsync(f => f.PredictionId == predictionId, cancellationToken);
    }

    /// <summary>Keeps a judgement in the place of an earlier one.</summary>
    /// <param name="predictionId">The answer.</param>
    /// <param name="verdict">Whether its decision is right.</param>
    /// <param name="comment">Free words; cut at <see cref="PredictionFeedback.MaximumComment"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What is kept; null when the answer has been deleted.</returns>
    public async Task<PredictionFeedback?> SaveAsync(int predictionId, FeedbackVerdict verdict, string comment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(comment);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Predictions.AsNoTracking().FirstOrDefaultAsync(p => p.Id == predictionId, cancellationToken) is not { } prediction)
        {
            return null;
        }

        var kept = await db.PredictionFeedbacks.FirstOrDefaultAsync(f => f.PredictionId == predictionId, cancellationToken)
            ?? db.PredictionFeedbacks.Add(new PredictionFeedback { PredictionId = predictionId }).Entity;
        kept.Verdict = verdict;
        kept.CorrectLabel = Shown(prediction.IsFractured, verdict);
        kept.Comment = comment.Trim() is { Length: > PredictionFeedback.MaximumComment } text ? text[..PredictionFeedback.MaximumComment] : comment.Trim();
        kept.UpdatedUtc = clock.GetUtcNow().UtcDateTime;
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (PredictionArchive.IsForeignKeyFailure(e))
        {
            // Deleted in this moment.
            return null;
        }

        live.Signal(PredictionArchive.Topic);
        return kept;
    }

    /// <summary>Takes a judgement back.</summary>
    /// <param name="predictionId">The answer.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public async Task DeleteAsync(int predictionId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.PredictionFeedbacks.Where(f => f.PredictionId == predictionId).ExecuteDeleteAsync(cancellationToken);
        live.Signal(PredictionArchive.Topic);
    }

    /// <summary>How often each model was judged right.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Models with a judgement, those with the most first.</returns>
    public async Task<IReadOnlyList<FeedbackSummary>> SummariseAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var judged = await (
            from f in db.PredictionFeedbacks
            join p in db.Predictions on f.PredictionId equals p.Id
            group f by new { p.WeightsHash, Decided = p.Score >= p.Threshold, f.CorrectLabel } into g
            select new { g.Key.WeightsHash, g.Key.Decided, g.Key.CorrectLabel, Count = g.Count() }).ToListAsync(cancellationToken);
        var hashes = judged.Select(j => j.WeightsHash).Distinct().ToList();
        var models = await db.Predictions
            .Where(p => hashes.Contains(p.WeightsHash))
            .GroupBy(p => p.WeightsHash)
            .Select(g => new { Hash = g.Key, Answers = g.Count(), RunId = g.Max(p => p.RunId), RunName = g.Max(p => p.RunName) })
            .ToListAsync(cancellationToken);
        var kinds = await db.Runs.Where(r => models.Select(m => m.RunId).Contains(r.Id)).Select(r => new { r.Id, r.DatasetKind }).ToDictionaryAsync(r => r.Id, r => r.DatasetKind, cancellationToken);
        return [.. models
            .Select(m =>
            {
                var own = judged.FindAll(j => j.WeightsHash == m.Hash);
                int Count(bool decided, Label shown) => own.Where(j => j.Decided == decided && j.CorrectLabel == shown).Sum(j => j.Count);
                bool? isSynthetic = m.RunId is { } id && kinds.TryGetValue(id, out var kind) ? kind == DatasetKind.Synthetic : null;
                return new FeedbackSummary(
                    m.RunId, m.RunName!, m.Hash, isSynthetic, m.Answers, own.Sum(j => j.Count), own.Where(j => j.CorrectLabel is null).Sum(j => j.Count),
                    new ConfusionMatrix(Count(true, Label.Fractured), Count(true, Label.NotFractured), Count(false, Label.NotFractured), Count(false, Label.Fractured)));
            })
            .OrderByDescending(s => s.Judged).ThenBy(s => s.RunName, StringComparer.Ordinal)];
    }

    // With two classes a wrong decision says what the image shows.
    private static Label? Shown(bool isFractured, FeedbackVerdict verdict) => verdict switch
    {
        FeedbackVerdict.Agree => isFractured ? Label.Fractured : Label.NotFractured,
        FeedbackVerdict.Disagree => isFractured ? Label.NotFractured : Label.Fractured,
        _ => null,
    };
}
