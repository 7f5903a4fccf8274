using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FractureDashboard.Tests.Gallery;

/// <summary>A real SQLite database in a folder of its own, with rows but without files unless a test writes them.</summary>
internal sealed class GalleryDatabase : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private GalleryDatabase(string folder)
    {
        Folder = folder;
        Paths = new AppPaths(Path.Combine(folder, "app"));
        services = new ServiceCollection().AddStorage(Paths).BuildServiceProvider();
    }

    public string Folder { get; }

    public AppPaths Paths { get; }

    public string ImageRoot => Path.Combine(Folder, "images");

    public IDbContextFactory<DashboardContext> Factory => services.GetRequiredService<IDbContextFactory<DashboardContext>>();

    public static async Task<GalleryDatabase> CreateAsync()
    {
        var database = new GalleryDatabase(Directory.CreateTempSubdirectory("fd-gallery-").FullName);
        Directory.CreateDirectory(database.ImageRoot);
        await database.services.MigrateDatabaseAsync();
        return database;
    }

    public async Task<Dataset> AddDatasetAsync(IEnumerable<DatasetImage> images, string name = "set", Action<Dataset>? change = null)
    {
        await using var db = await Factory.CreateDbContextAsync();
        var dataset = new Dataset { Name = name, Root = ImageRoot, State = DatasetState.Ready, IndexedUtc = new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc) };
        change?.Invoke(dataset);
        db.Datasets.Add(dataset);
        await db.SaveChangesAsync();
        var rows = images.ToList();
        rows.ForEach(i => i.DatasetId = dataset.Id);
        dataset.ImageCount = rows.Count;
        db.Images.AddRange(rows);
        await db.SaveChangesAsync();
        return dataset;
    }

    public static DatasetImage Image(
        string path, Split split = Split.Train, Label label = Label.NotFractured, long bytes = 100, int width = 8, int height = 8,
        string content = "", ImageFormat format = ImageFormat.Png) => new()
        {
            RelativePath = path,
            Split = split,
            Label = label,
            Bytes = bytes,
            Width = width,
            Height = height,
            Format = format,
            ModifiedUtc = DateTime.UnixEpoch,
            ContentHash = Hash(content.Length == 0 ? path : content),
        };

    public static string Hash(string content) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content)));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }
}
