using System.Data.Common;
using FractureDashboard.Gallery;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FractureDashboard.Tests.Gallery;

/// <summary>What SQLite does for a query does not depend on the rows, as it has no statistics of them: a few suffice.</summary>
public sealed class GalleryQueryPlanTests : IAsyncLifetime
{
    private GalleryDatabase database = null!;
    private Recorder recorder = null!;
    private Dataset set = null!;
    private int image;

    public static TheoryData<GalleryQuery> InIndexOrder { get; } =
    [
        new GalleryQuery(),
        new GalleryQuery(Split.Test),
        new GalleryQuery(Split.Test, Label.Fractured),
        new GalleryQuery(Label: Label.Fractured),
        new GalleryQuery(Format: ImageFormat.Png),
        new GalleryQuery(Text: "wrist"),
        new GalleryQuery(Split.Train, Label.NotFractured, ImageFormat.Jpeg, "wrist"),
        new GalleryQuery(Sort: GallerySort.Path),
        new GalleryQuery(Sort: GallerySort.PathDescending),
    ];

    public async ValueTask InitializeAsync()
    {
        database = await GalleryDatabase.CreateAsync();
        set = await database.AddDatasetAsync([GalleryDatabase.Image("train/a.png"), GalleryDatabase.Image("test/b.png", Split.Test, content: "train/a.png")]);
        recorder = new Recorder(database.Paths.Database);
        image = (await new GalleryService(recorder).ListAsync(set.Id, new GalleryQuery(), 0, 1, default))[0].Id;
        recorder.Clear();
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Theory]
    [MemberData(nameof(InIndexOrder))]
    public async Task A_page_is_read_from_an_index_without_sorting(GalleryQuery query)
    {
        await new GalleryService(recorder).ListAsync(set.Id, query, 60, 60, default);

        var plan = Assert.Single(await recorder.PlansAsync());
        Assert.Contains("USING INDEX", plan);
        Assert.DoesNotContain("SCAN", plan);
        Assert.DoesNotContain("TEMP B-TREE", plan);
    }

    [Theory]
    [MemberData(nameof(InIndexOrder))]
    public async Task A_count_searches_an_index(GalleryQuery query)
    {
        await new GalleryService(recorder).CountAsync(set.Id, query, default);

        var plan = Assert.Single(await recorder.PlansAsync());
        Assert.Contains("INDEX", plan);
        Assert.DoesNotContain("SCAN", plan);
    }

    [Fact]
    public async Task The_viewer_sorts_nothing_but_the_few_twins_and_finds_those_by_hash()
    {
        await new GalleryService(recorder).FindAsync(set.Id, image, new GalleryQuery(), default);

        var plans = await recorder.PlansAsync();
        Assert.DoesNotContain(plans, p => p.Contains("SCAN i", StringComparison.Ordinal));
        Assert.Equal(2, plans.Count(p => p.Contains("IX_Images_DatasetId_ContentHash (DatasetId=? AND ContentHash=?)", StringComparison.Ordinal)));
        Assert.All(plans, p => Assert.True(!p.Contains("TEMP B-TREE", StringComparison.Ordinal) || p.Contains("ContentHash=?", StringComparison.Ordinal), p));
    }

    /// <summary>Hands out contexts that keep every query, and explains them.</summary>
    private sealed class Recorder(string path) : DbCommandInterceptor, IDbContextFactory<DashboardContext>
    {
        private readonly List<(string Sql, List<(string Name, object? Value)> Parameters)> queries = [];

        public DashboardContext CreateDbContext() =>
            new(new DbContextOptionsBuilder<DashboardContext>().UseSqlite($"Data Source={path}").AddInterceptors(this).Options);

        public void Clear() => queries.Clear();

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            queries.Add((command.CommandText, [.. command.Parameters.Cast<DbParameter>().Select(p => (p.ParameterName, p.Value))]));
            return ValueTask.FromResult(result);
        }

        public async Task<IReadOnlyList<string>> PlansAsync()
        {
            var plans = new List<string>();
            await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path}");
            await connection.OpenAsync();
            foreach (var (sql, parameters) in queries)
            {
                await using var command = connection.CreateCommand();
                command.CommandText = "EXPLAIN QUERY PLAN " + sql;
                parameters.ForEach(p => command.Parameters.AddWithValue(p.Name, p.Value ?? DBNull.Value));
                await using var reader = await command.ExecuteReaderAsync();
                var steps = new List<string>();
                while (await reader.ReadAsync())
                {
                    steps.Add(reader.GetString(3));
                }

                plans.Add(string.Join("; ", steps));
            }

            return plans;
        }
    }
}
