using FractureDashboard.Gallery;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FractureDashboard.Tests.Gallery;

/// <summary>The image endpoints over a real database and real files.</summary>
internal sealed class ImageServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private int renderings;

    private ImageServer(GalleryDatabase database)
    {
        Database = database;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddStorage(database.Paths);
        builder.Services.AddGallery();
        builder.Services.AddSingleton<ThumbnailRenderer>(s => (path, size) =>
        {
            Interlocked.Increment(ref renderings);
            Delay?.Invoke();
            return s.GetRequiredService<Thumbnails>().Render(path, size);
        });
        app = builder.Build();
        app.UseStatusCodePages("text/html", "<html>not found page</html>");
        app.MapGallery();
    }

    public GalleryDatabase Database { get; }

    public HttpClient Http { get; private set; } = null!;

    public IServiceProvider Services => app.Services;

    /// <summary>How many thumbnails were rendered rather than found.</summary>
    public int Renderings => renderings;

    /// <summary>Runs inside each rendering.</summary>
    public Action? Delay { get; set; }

    public static async Task<ImageServer> StartAsync()
    {
        var server = new ImageServer(await GalleryDatabase.CreateAsync());
        await server.app.StartAsync();
        server.Http = server.app.GetTestClient();
        return server;
    }

    /// <summary>Writes a file and indexes it as the catalog would.</summary>
    public async Task<DatasetImage> AddAsync(byte[] content, string path = "train/fractured/a.png", string? name = null, ImageFormat? format = null)
    {
        var file = Path.Combine(Database.ImageRoot, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync(file, content);
        var image = GalleryDatabase.Image(path, Split.Train, Label.Fractured, content.Length, format: format ?? ImageFormats.Sniff(content));
        image.ContentHash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        image.ModifiedUtc = File.GetLastWriteTimeUtc(file);
        await Database.AddDatasetAsync([image], name ?? Guid.NewGuid().ToString("N"));
        return image;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        await Database.DisposeAsync();
    }
}
