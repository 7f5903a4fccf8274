using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>Which images a run has seen in training: by its own manifest, so that no later change of the data set changes the answer.</summary>
internal sealed class SeenImages
{
    private readonly IReadOnlyDictionary<string, string> sources;
    private readonly HashSet<string> contents;
    private readonly HashSet<string> groups;

    /// <summary>Of a manifest and the sources that a data set's scans have found.</summary>
    /// <param name="manifest">All images of the run.</param>
    /// <param name="sources">Source by content hash; may be empty.</param>
    public SeenImages(IReadOnlyList<ImageRecord> manifest, IReadOnlyDictionary<string, string> sources)
    {
        this.sources = sources;
        var trained = manifest.Where(i => i.Split == Split.Train).ToList();
        contents = trained.Select(i => i.ContentHash).ToHashSet(StringComparer.Ordinal);
        groups = trained.Select(SourceOf).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Source by content hash, as the newest scan or a user says.</summary>
    public static Task<Dictionary<string, string>> SourcesAsync(DashboardContext db, int datasetId, CancellationToken cancellationToken) => db.ImageSources
        .Where(s => s.DatasetId == datasetId)
        .Select(s => new { s.ContentHash, s.Source })
        .ToDictionaryAsync(s => s.ContentHash, s => s.Source, StringComparer.Ordinal, cancellationToken);

    /// <summary>The radiograph that an image comes from; its content where nothing is known.</summary>
    public string SourceOf(ImageRecord image) => sources.TryGetValue(image.ContentHash, out var source) ? source : image.Group ?? image.ContentHash;

    /// <summary>Whether the run was trained on these very bytes.</summary>
    public bool HasTwin(ImageRecord image) => contents.Contains(image.ContentHash);

    /// <summary>Whether the run was trained on an image of the same radiograph, these bytes included.</summary>
    public bool SharesSource(ImageRecord image) => HasTwin(image) || groups.Contains(SourceOf(image));
}
