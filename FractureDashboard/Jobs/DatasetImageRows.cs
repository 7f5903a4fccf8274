using FractureDashboard.Storage;

namespace FractureDashboard.Jobs;

/// <summary>Writes many rows of the index.</summary>
internal static class DatasetImageRows
{
    private const string Insert = """
        INSERT INTO "Images" ("DatasetId", "RelativePath", "Split", "Label", "Format", "Bytes", "ModifiedUtc", "ContentHash", "Width", "Height")
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9)
        """;

    private const string Update = """
        UPDATE "Images" SET "DatasetId" = @p0, "RelativePath" = @p1, "Split" = @p2, "Label" = @p3, "Format" = @p4, "Bytes" = @p5,
            "ModifiedUtc" = @p6, "ContentHash" = @p7, "Width" = @p8, "Height" = @p9
        WHERE "Id" = @p10
        """;

    /// <summary>Adds rows within the context's transaction.</summary>
    public static Task InsertAsync(DashboardContext db, List<DatasetImage> rows, CancellationToken cancellationToken) =>
        PreparedRows.WriteAsync(db, Insert, rows, Values, cancellationToken);

    /// <summary>Overwrites rows by their id within the context's transaction.</summary>
    public static Task UpdateAsync(DashboardContext db, List<DatasetImage> rows, CancellationToken cancellationToken) =>
        PreparedRows.WriteAsync(db, Update, rows, r => [.. Values(r), r.Id], cancellationToken);

    private static object?[] Values(DatasetImage r) =>
        [r.DatasetId, r.RelativePath, (int)r.Split, (int)r.Label, (int)r.Format, r.Bytes, r.ModifiedUtc, r.ContentHash, r.Width, r.Height];
}

