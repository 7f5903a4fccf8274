namespace FractureDashboard.ML.Datasets;

/// <summary>What an archive may hold at most. Sizes are counted while unpacking; headers are not trusted.</summary>
/// <param name="MaxEntries">Files and folders.</param>
/// <param name="MaxTotalBytes">Unpacked bytes of all entries.</param>
/// <param name="MaxEntryBytes">Unpacked bytes of one entry.</param>
/// <param name="MaxRatio">Unpacked over packed size, checked beyond <paramref name="RatioFreeBytes"/>.</param>
/// <param name="RatioFreeBytes">Unpacked bytes of an entry below which its ratio does not matter.</param>
public sealed record ZipLimits(
    int MaxEntries = 200_000,
    long MaxTotalBytes = 20_000_000_000,
    long MaxEntryBytes = 256L << 20,
    int MaxRatio = 200,
    long RatioFreeBytes = 1 << 20)
{
    /// <summary>The usual limits.</summary>
    public static ZipLimits Default { get; } = new();
}

/// <summary>What an archive's directory says; none of it can be trusted before unpacking.</summary>
/// <param name="Failure">Why the archive would be refused, and what to do; null when it looks acceptable.</param>
/// <param name="Entries">Files and folders.</param>
/// <param name="DeclaredBytes">Unpacked size as claimed.</param>
/// <param name="HoldsPhantomManifest">True when it packs a synthetic data set; only images are unpacked, so this must be remembered.</param>
public sealed record ZipInspection(string? Failure, int Entries, long DeclaredBytes, bool HoldsPhantomManifest);

/// <summary>How an import ended.</summary>
/// <param name="Failure">Why nothing was imported, and what to do; null when it succeeded.</param>
/// <param name="Files">Images unpacked.</param>
/// <param name="Bytes">Their size in bytes.</param>
/// <param name="SkippedCount">Entries left out because they are no images.</param>
/// <param name="Skipped">The first of those, with reasons; at most 1,000.</param>
public sealed record ZipImportResult(string? Failure, int Files, long Bytes, int SkippedCount, IReadOnlyList<SkippedFile> Skipped)
{
    /// <summary>True when the target folder now holds the images.</summary>
    public bool Succeeded => Failure is null;

    internal static ZipImportResult Failed(string failure) => new(failure, 0, 0, 0, []);
}
