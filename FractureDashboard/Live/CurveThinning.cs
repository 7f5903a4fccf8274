using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Live;

/// <summary>Reduces a long curve to what a screen can show without losing its spikes. The database does it: a hundred thousand steps never leave it.</summary>
internal static class CurveThinning
{
    /// <summary>
    /// Reads a run's steps in a range of sequence numbers. Of more than <paramref name="maximum"/> it keeps both ends and,
    /// of each of equally wide stretches between them, the steps with the lowest loss, the highest loss and the largest gradient.
    /// </summary>
    /// <param name="db">The database.</param>
    /// <param name="runId">The run.</param>
    /// <param name="after">Steps up to this number are left out.</param>
    /// <param name="last">Steps beyond this number are left out.</param>
    /// <param name="maximum">The most steps to return, at least 5.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Steps in order.</returns>
    public static async Task<List<RunStep>> ReadAsync(DashboardContext db, int runId, long after, long last, int maximum, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 5);
        var all = db.RunSteps.AsNoTracking().Where(s => s.RunId == runId && s.Sequence > after && s.Sequence <= last);
        if (await all.OrderBy(s => s.Sequence).Select(s => s.Sequence).Take(maximum + 1).CountAsync(cancellationToken) <= maximum)
        {
            return await all.OrderBy(s => s.Sequence).ToListAsync(cancellationToken);
        }

        // The first point is where a resumed run's new points replace the old ones; it must not be thinned away.
        var first = await all.MinAsync(s => s.Sequence, cancellationToken);
        var final = await all.MaxAsync(s => s.Sequence, cancellationToken);
        var buckets = (maximum - 2) / 3;
        var width = ((final - first) / buckets) + 1;
        return await db.RunSteps
            .FromSql($"""
                WITH "Placed" AS (
                    SELECT "Sequence", "Loss", "GradientNorm", ("Sequence" - {first}) / {width} AS "Bucket"
                    FROM "RunSteps" WHERE "RunId" = {runId} AND "Sequence" >= {first} AND "Sequence" <= {final}
                ), "Ranked" AS (
                    SELECT "Sequence",
                        ROW_NUMBER() OVER (PARTITION BY "Bucket" ORDER BY "Loss", "Sequence") AS "Low",
                        ROW_NUMBER() OVER (PARTITION BY "Bucket" ORDER BY "Loss" DESC, "Sequence") AS "High",
                        ROW_NUMBER() OVER (PARTITION BY "Bucket" ORDER BY "GradientNorm" DESC, "Sequence") AS "Steep"
                    FROM "Placed"
                )
                SELECT s.* FROM "RunSteps" AS s WHERE s."RunId" = {runId} AND s."Sequence" IN (
                    SELECT "Sequence" FROM "Ranked" WHERE "Low" = 1 OR "High" = 1 OR "Steep" = 1 OR "Sequence" = {first} OR "Sequence" = {final})
                """)
            .AsNoTracking()
            .OrderBy(s => s.Sequence)
            .ToListAsync(cancellationToken);
    }
}
