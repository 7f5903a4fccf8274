using System.Diagnostics;
using FractureDashboard.Gallery;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FractureDashboard.Bench;

/// <summary>
/// The gallery's queries on 100,000 indexed images (one in three a copy of another, three formats, some hundred sizes):
/// the issue asks for the first page in less than 300 ms on the server.
/// </summary>
internal static class GalleryBenchmark
{
    private const int Images = 100_000;
    private const int FirstRows = 60;
    private const int Rounds = 7;

    /// <summary>Builds the database in a temporary folder, measures, prints a table.</summary>
    /// <param name="output">Where the table goes.</param>
    /// <returns>A task.</returns>
    public static async Task RunAsync(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("fd-gallery-bench-").FullName;
        try
        {
            await using var services = new ServiceCollection().AddStorage(new AppPaths(folder)).BuildServiceProvider();
            await services.MigrateDatabaseAsync();
            var factory = services.GetRequiredService<IDbContextFactory<DashboardContext>>();
            var (dataset, middle) = await FillAsync(factory);
            await MeasureAsync(output, factory, dataset, middle);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(TextWriter output, IDbContextFactory<DashboardContext> factory, Dataset dataset, int middle)
    {
        var gallery = new GalleryService(factory);
        await output.WriteLineAsync($"{Images:N0} images, milliseconds: first call, median of {Rounds}, and the processor time of that many a piece (on a busy machine the honest one)");
        foreach (var (name, query) in Queries())
        {
            await TimeAsync(output, $"{name}: count + first {FirstRows}", async () =>
            {
                await gallery.CountAsync(dataset.Id, query, default);
                await gallery.ListAsync(dataset.Id, query, 0, FirstRows, default);
            });
            await TimeAsync(output, $"{name}: {FirstRows} in the middle", () => gallery.ListAsync(dataset.Id, query, Images / 2, FirstRows, default));
            await TimeAsync(output, $"{name}: viewer (neighbours, position, twins)", () => gallery.FindAsync(dataset.Id, middle, query, default));
        }

        await TimeAsync(output, "statistics, not yet cached", () => new GalleryStatistics(factory).ReadAsync(dataset, default));
        await TimeAsync(output, "random 4 per class", () => gallery.SampleAsync(dataset.Id, null, 4, 42, default));
    }

    private static IEnumerable<(string Name, GalleryQuery Query)> Queries() =>
    [
        ("no filter", new GalleryQuery()),
        ("test, fractured", new GalleryQuery(Split.Test, Label.Fractured)),
        ("fractured", new GalleryQuery(Label: Label.Fractured)),
        ("PNG", new GalleryQuery(Format: ImageFormat.Png)),
        ("name contains 777", new GalleryQuery(Text: "777")),
        .. Enum.GetValues<GallerySort>().Where(s => s != GallerySort.Folder).Select(s => ($"sorted by {s}", new GalleryQuery(Sort: s))),
    ];

    private static async Task TimeAsync(TextWriter output, string name, Func<Task> action)
    {
        var times = new List<double>();
        var processor = TimeSpan.Zero;
        for (var i = 0; i <= Rounds; i++)
        {
            if (i == 1)
            {
                processor = Environment.CpuUsage.TotalTime;
            }

            var clock = Stopwatch.StartNew();
            await action();
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        processor = Environment.CpuUsage.TotalTime - processor;
        await output.WriteLineAsync($"{name,-62} {times[0],8:0.0} {times.Skip(1).Order().ElementAt(Rounds / 2),8:0.0} {processor.TotalMilliseconds / Rounds,8:0.0}");
    }

    private static async Task<(Dataset Dataset, int Middle)> FillAsync(IDbContextFactory<DashboardContext> factory)
    {
        await using var db = await factory.CreateDbContextAsync();
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        var dataset = new Dataset { Name = "bench", Root = "/", State = DatasetState.Ready, ImageCount = Images, IndexedUtc = DateTime.UtcNow };
        db.Datasets.Add(dataset);
        await db.SaveChangesAsync();

        var random = new Random(1);
        // In the order of the catalog, as an indexing stores them.
        var images = Enumerable.Range(0, Images).Select(i => Draw(random, dataset.Id, i)).OrderBy(i => i.RelativePath, StringComparer.Ordinal);
        foreach (var chunk in images.Chunk(5_000))
        {
            db.Images.AddRange(chunk);
            await db.SaveChangesAsync();
            db.ChangeTracker.Clear();
        }

        var middle = await db.Images.Where(i => i.DatasetId == dataset.Id).OrderBy(i => i.Id).Skip(Images / 2).Select(i => i.Id).FirstAsync();
        return (dataset, middle);
    }

    private static DatasetImage Draw(Random random, int datasetId, int number)
    {
        var split = random.NextDouble() switch { < 0.7 => Split.Train, < 0.85 => Split.Validation, _ => Split.Test };
        var label = random.NextDouble() < 0.45 ? Label.Fractured : Label.NotFractured;
        var content = random.NextDouble() < 0.33 ? random.Next(number + 1) : number;
        return new DatasetImage
        {
            DatasetId = datasetId,
            RelativePath = $"{GalleryText.Of(split)}/{GalleryText.Of(label)}/radiograph-{random.Next():x8}-{number:D6}.jpg",
            Split = split,
            Label = label,
            Format = random.Next(10) switch { 0 => ImageFormat.Png, 1 => ImageFormat.Tiff, _ => ImageFormat.Jpeg },
            Bytes = random.Next(4_000, 900_000),
            ModifiedUtc = DateTime.UnixEpoch.AddSeconds(number),
            ContentHash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(content))),
            Width = 224 + (32 * random.Next(12)),
            Height = 224 + (32 * random.Next(12)),
        };
    }
}
