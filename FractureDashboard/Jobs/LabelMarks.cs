using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>What a user doubts, and why.</summary>
/// <param name="DatasetId">The data set.</param>
/// <param name="RelativePath">The image.</param>
/// <param name="ContentHash">Its content.</param>
/// <param name="Label">The label that is doubted.</param>
/// <param name="Score">P(fractured) that a model gave, 0 to 1.</param>
/// <param name="Model">The model's name for people.</param>
public sealed record LabelDoubt(int DatasetId, string RelativePath, string ContentHash, Label Label, double Score, string Model);

/// <summary>
/// Keeps which labels users doubt. Each mark is a finding of the rule <see cref="QualityRule.LabelError"/>, at once in the newest
/// scan and in all that follow, until it is taken back or the image counts with another label.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
public sealed class LabelMarks(IDbContextFactory<DashboardContext> databases, LiveEvents live, TimeProvider clock)
{
    /// <summary>Marks an image; marking it again changes nothing.</summary>
    /// <param name="doubt">The doubt.</param>
    /// <param name="cancellationToken">Stops it; nothing is changed then.</param>
    /// <returns>Null when done; otherwise what was in the way.</returns>
    public async Task<string?> MarkAsync(LabelDoubt doubt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(doubt);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var image = await db.Images.AsNoTracking().FirstOrDefaultAsync(i => i.DatasetId == doubt.DatasetId && i.RelativePath == doubt.RelativePath, cancellationToken);
        if (image is null || !string.Equals(image.ContentHash, doubt.ContentHash, StringComparison.Ordinal))
        {
            return "The image is not in the index of its data set any more, or its file was replaced. Evaluate again.";
        }

        if (image.Label != doubt.Label)
        {
            return $"The image counts as {FolderNames.For(image.Label)} by now. Evaluate again.";
        }

        if (await db.LabelMarks.AnyAsync(m => m.DatasetId == doubt.DatasetId && m.RelativePath == doubt.RelativePath, cancellationToken))
        {
            return null;
        }

        var other = doubt.Label == Label.Fractured ? 1 - doubt.Score : doubt.Score;
        var mark = new LabelMark
        {
            DatasetId = doubt.DatasetId,
            RelativePath = doubt.RelativePath,
            ContentHash = doubt.ContentHash,
            Label = doubt.Label,
            Evidence = $"Marked by hand among the errors of '{doubt.Model}': labelled {FolderNames.For(doubt.Label)}, the model says {FolderNames.For(Opposite(doubt.Label))} with {other * 100:0} %.",
            Score = other,
            CreatedUtc = clock.GetUtcNow().UtcDateTime,
        };
        db.LabelMarks.Add(mark);
        if (await NewestScan.FindAsync(db, doubt.DatasetId, cancellationToken) is { } scan
            && !await db.QualityFindings.AnyAsync(f => f.ScanId == scan.Id && f.Rule == QualityRule.LabelError && f.RelativePath == mark.RelativePath, cancellationToken))
        {
            db.QualityFindings.Add(new QualityFindingRow
            {
                ScanId = scan.Id,
                Rule = QualityRule.LabelError,
                Severity = QualityRules.Of(QualityRule.LabelError).DefaultSeverity,
                RelativePath = mark.RelativePath,
                Split = image.Split,
                Label = image.Label,
                ContentHash = mark.ContentHash,
                Evidence = mark.Evidence,
                Score = mark.Score,
            });
        }

        await db.SaveChangesAsync(cancellationToken);
        await NewestScan.RecountAsync(db, doubt.DatasetId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Signal(doubt.DatasetId);
        return null;
    }

    /// <summary>Takes a mark back. What a scan itself found of the image stays.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="relativePath">The image.</param>
    /// <param name="cancellationToken">Stops it; nothing is changed then.</param>
    /// <returns>False when there was no mark.</returns>
    public async Task<bool> TakeBackAsync(int datasetId, string relativePath, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.LabelMarks.FirstOrDefaultAsync(m => m.DatasetId == datasetId && m.RelativePath == relativePath, cancellationToken) is not { } mark)
        {
            return false;
        }

        db.LabelMarks.Remove(mark);
        await db.SaveChangesAsync(cancellationToken);
        if (await NewestScan.FindAsync(db, datasetId, cancellationToken) is { } scan)
        {
            await db.QualityFindings
                .Where(f => f.ScanId == scan.Id && f.Rule == QualityRule.LabelError && f.RelativePath == relativePath && f.Evidence == mark.Evidence)
                .ExecuteDeleteAsync(cancellationToken);
            await NewestScan.RecountAsync(db, datasetId, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        Signal(datasetId);
        return true;
    }

    /// <summary>The images of a data set that are marked.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Their relative paths.</returns>
    public async Task<IReadOnlySet<string>> OfAsync(int datasetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return (await db.LabelMarks.Where(m => m.DatasetId == datasetId).Select(m => m.RelativePath).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The findings of a scan, and those of the marks that still hold and that the scan has not made itself.</summary>
    internal static async Task<IReadOnlyList<QualityFinding>> WithMarksAsync(DashboardContext db, int datasetId, ScanResult result)
    {
        var marked = await (
            from mark in db.LabelMarks
            where mark.DatasetId == datasetId
            join image in db.Images on new { mark.DatasetId, mark.RelativePath } equals new { image.DatasetId, image.RelativePath }
            where image.ContentHash == mark.ContentHash && image.Label == mark.Label
            orderby mark.RelativePath
            select new { Mark = mark, image.Split, image.Bytes, image.ModifiedUtc }).AsNoTracking().ToListAsync();
        var found = result.Findings.Where(f => f.Rule == QualityRule.LabelError).Select(f => f.File.RelativePath).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. result.Findings,
            .. marked.Where(m => !found.Contains(m.Mark.RelativePath) && result.Facts.ContainsKey(m.Mark.RelativePath)).Select(m => new QualityFinding(
                QualityRule.LabelError,
                QualityRules.Of(QualityRule.LabelError).DefaultSeverity,
                new PlacedFile(m.Mark.RelativePath, m.Split, m.Mark.Label, m.Bytes, m.ModifiedUtc),
                m.Mark.ContentHash,
                m.Mark.Evidence,
                Score: m.Mark.Score)),
        ];
    }

    private static Label Opposite(Label label) => label == Label.Fractured ? Label.NotFractured : Label.Fractured;

    private void Signal(int datasetId)
    {
        live.Signal(Topics.Datasets);
        live.Signal(Topics.Quality(datasetId));
    }
}
