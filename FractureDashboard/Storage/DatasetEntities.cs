using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Storage;

/// <summary>Where a data set comes from.</summary>
public enum DatasetKind
{
    /// <summary>A folder tree on the server, or one unpacked from a zip.</summary>
    Folder = 0,

    /// <summary>Drawn by the program; never to be mistaken for patients' images.</summary>
    Synthetic = 1,
}

/// <summary>What is being done to a data set.</summary>
public enum DatasetState
{
    /// <summary>Waiting for the indexer.</summary>
    Pending = 0,

    /// <summary>Being drawn, unpacked or indexed.</summary>
    Working = 1,

    /// <summary>Can be browsed and trained on.</summary>
    Ready = 2,

    /// <summary>The last attempt failed; <see cref="Dataset.StateReason"/> says why.</summary>
    Failed = 3,
}

/// <summary>A registered data set.</summary>
public sealed class Dataset
{
    public int Id { get; set; }

    public required string Name { get; set; }

    /// <summary>Absolute path of the folder that holds the split folders.</summary>
    public required string Root { get; set; }

    public DatasetKind Kind { get; set; }

    /// <summary>True when the files lie under our own data root and go when the data set is removed.</summary>
    public bool OwnsFiles { get; set; }

    public DatasetState State { get; set; }

    /// <summary>What is being done, or why it failed.</summary>
    public string? StateReason { get; set; }

    /// <summary>The fingerprint of the newest version; empty until indexed.</summary>
    public string Fingerprint { get; set; } = "";

    /// <summary>The number of the newest version; 0 until indexed.</summary>
    public int Version { get; set; }

    public int ImageCount { get; set; }

    public int SkippedCount { get; set; }

    public long TotalBytes { get; set; }

    public DateTime CreatedUtc { get; set; }

    public DateTime? IndexedUtc { get; set; }

    /// <summary>What the files still have to be made from (a zip, or a drawing order), as JSON; null once they are in place.</summary>
    public string? SourceJson { get; set; }
}

/// <summary>How a version of a data set came about.</summary>
public enum DatasetVersionKind
{
    /// <summary>The folders as they lie, with the corrections made by then; its images are the index.</summary>
    Folders = 0,

    /// <summary>Split anew so that no source lies in two splits; its images are in <see cref="DatasetVersion.Manifest"/>.</summary>
    HonestSplit = 1,
}

/// <summary>A version of a data set: what a run's fingerprint refers to.</summary>
public sealed class DatasetVersion
{
    public int Id { get; set; }

    public int DatasetId { get; set; }

    /// <summary>Counts from 1 within the data set.</summary>
    public int Number { get; set; }

    public required string Name { get; set; }

    public required string Fingerprint { get; set; }

    public int ImageCount { get; set; }

    public DateTime CreatedUtc { get; set; }

    public DatasetVersionKind Kind { get; set; }

    /// <summary>How it was made, in words: the seed, the shares.</summary>
    public string? Description { get; set; }

    /// <summary>Its images as compressed JSON; null for <see cref="DatasetVersionKind.Folders"/>.</summary>
    public byte[]? Manifest { get; set; }
}

/// <summary>An indexed image.</summary>
public sealed class DatasetImage
{
    public int Id { get; set; }

    public int DatasetId { get; set; }

    /// <summary>Path below the root, forward slashes.</summary>
    public required string RelativePath { get; set; }

    public Split Split { get; set; }

    public Label Label { get; set; }

    public ImageFormat Format { get; set; }

    public long Bytes { get; set; }

    public DateTime ModifiedUtc { get; set; }

    /// <summary>SHA-256 of the bytes, lower-case hexadecimal.</summary>
    public required string ContentHash { get; set; }

    public int Width { get; set; }

    public int Height { get; set; }

    /// <summary>The same facts as the engine's record.</summary>
    /// <returns>A record.</returns>
    public ImageRecord ToRecord() => new(RelativePath, Split, Label, Bytes, ModifiedUtc, ContentHash, Width, Height, Format);
}

/// <summary>A file below the root that could not be used.</summary>
public sealed class DatasetSkippedFile
{
    public int Id { get; set; }

    public int DatasetId { get; set; }

    public required string RelativePath { get; set; }

    public required string Reason { get; set; }
}
