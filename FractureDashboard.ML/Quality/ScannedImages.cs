using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Quality;

/// <summary>An image that decodes, in its place.</summary>
/// <param name="File">The file.</param>
/// <param name="Facts">What was seen of it.</param>
/// <param name="Hash">SHA-256 of its bytes.</param>
/// <param name="Pixels">What its pixels look like.</param>
internal sealed record ScannedImage(PlacedFile File, FileFacts Facts, string Hash, PixelStatistics Pixels)
{
    /// <summary>Validation and test are held out from training.</summary>
    public bool IsHeldOut => File.Split is Split.Validation or Split.Test;
}

/// <summary>Files with the same bytes.</summary>
/// <param name="Hash">SHA-256 of the bytes.</param>
/// <param name="Images">The files, ordered by path; at least one.</param>
internal sealed record ScannedContent(string Hash, IReadOnlyList<ScannedImage> Images)
{
    /// <summary>What its pixels look like.</summary>
    public PixelStatistics Pixels => Images[0].Pixels;
}

/// <summary>
/// What the rules about sets look at: the images that decode. Files that do not have a finding of their own, and no training
/// uses them. Ordered, so that the order of the files makes no difference to any finding.
/// </summary>
internal sealed class ScannedImages
{
    /// <summary>Takes the images out of what was seen.</summary>
    /// <param name="files">The files, in any order.</param>
    /// <param name="facts">What was seen of each, by relative path.</param>
    public ScannedImages(IEnumerable<PlacedFile> files, IReadOnlyDictionary<string, FileFacts> facts)
    {
        All = [.. files
            .Select(f => (File: f, Facts: facts[f.RelativePath]))
            .Where(f => f.Facts is { Failure: null, ContentHash: not null, Pixels: not null })
            .Select(f => new ScannedImage(f.File, f.Facts, f.Facts.ContentHash!, f.Facts.Pixels!))
            .OrderBy(i => i.File.RelativePath, StringComparer.Ordinal)];
        Contents = [.. All.GroupBy(i => i.Hash, StringComparer.Ordinal).Select(g => new ScannedContent(g.Key, [.. g])).OrderBy(c => c.Hash, StringComparer.Ordinal)];
    }

    /// <summary>Every image, ordered by path.</summary>
    public IReadOnlyList<ScannedImage> All { get; }

    /// <summary>Distinct contents, ordered by hash.</summary>
    public IReadOnlyList<ScannedContent> Contents { get; }
}
