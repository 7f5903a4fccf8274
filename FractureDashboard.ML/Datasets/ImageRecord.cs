using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Datasets;

/// <summary>One image of a data set: where it is, what it is, and the facts read from its header.</summary>
/// <param name="RelativePath">Path below the data set's root, with forward slashes.</param>
/// <param name="Split">The split it belongs to.</param>
/// <param name="Label">Its class.</param>
/// <param name="Bytes">File size in bytes.</param>
/// <param name="ModifiedUtc">Last write time of the file, UTC.</param>
/// <param name="ContentHash">SHA-256 of the file's bytes, 64 lower-case hexadecimal digits.</param>
/// <param name="Width">Width in pixels as stored (before EXIF orientation).</param>
/// <param name="Height">Height in pixels as stored (before EXIF orientation).</param>
/// <param name="Format">Format by content.</param>
/// <param name="Group">Names the radiograph (or patient) it comes from, where that is known; images of one group are no independent evidence.</param>
public sealed record ImageRecord(
    string RelativePath,
    Split Split,
    Label Label,
    long Bytes,
    DateTime ModifiedUtc,
    string ContentHash,
    int Width,
    int Height,
    ImageFormat Format,
    string? Group = null);

/// <summary>A file below the root that the catalog could not use, and why.</summary>
/// <param name="RelativePath">Path below the data set's root, with forward slashes.</param>
/// <param name="Reason">A sentence that says what is wrong.</param>
public sealed record SkippedFile(string RelativePath, string Reason);

/// <summary>How far an indexing has come.</summary>
/// <param name="Done">Files handled so far.</param>
/// <param name="Total">Files found.</param>
/// <param name="Read">Of those handled, how many had to be read because they were new or changed.</param>
public readonly record struct IndexProgress(int Done, int Total, int Read);

/// <summary>What an indexing found.</summary>
/// <param name="Images">Usable images, ordered by relative path (ordinal).</param>
/// <param name="Skipped">Files that could not be used, ordered by relative path.</param>
/// <param name="Fingerprint">Names this version of the data set.</param>
/// <param name="FilesRead">How many files were opened; unchanged files are not.</param>
public sealed record CatalogResult(
    IReadOnlyList<ImageRecord> Images,
    IReadOnlyList<SkippedFile> Skipped,
    string Fingerprint,
    int FilesRead);
