using System.Globalization;
using System.IO.Compression;

namespace FractureDashboard.ML.Datasets;

/// <summary>Counts what really comes out of an archive against its limits.</summary>
/// <param name="limits">The limits.</param>
/// <param name="archiveBytes">Size of the archive itself.</param>
internal sealed class UnpackBudget(ZipLimits limits, long archiveBytes)
{
    /// <summary>Bytes unpacked so far.</summary>
    public long Total { get; private set; }

    /// <summary>Counts a piece of an entry; returns the reason to give up, or null.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="entryBytes">Unpacked bytes of the entry so far, with this piece.</param>
    /// <param name="piece">Bytes of this piece.</param>
    public string? Spend(ZipArchiveEntry entry, long entryBytes, int piece)
    {
        Total += piece;
        if (entryBytes > limits.MaxEntryBytes)
        {
            return $"'{entry.FullName}' unpacks to more than {Megabytes(limits.MaxEntryBytes)}, the limit for one file. Nothing was imported.";
        }

        if (Total > limits.MaxTotalBytes)
        {
            return $"The archive unpacks to more than {Megabytes(limits.MaxTotalBytes)}, the limit for one import. Split it. Nothing was imported.";
        }

        // An entry's packed size is only a claim, and entries may share their packed bytes: the whole archive counts too.
        return IsBomb(entryBytes, entry.CompressedLength) || IsBomb(Total, archiveBytes)
            ? $"'{entry.FullName}' unpacks to more than {limits.MaxRatio} times its packed size, as an archive bomb does. Nothing was imported."
            : null;
    }

    private bool IsBomb(long unpacked, long packed) => unpacked > limits.RatioFreeBytes && unpacked / Math.Max(1, packed) >= limits.MaxRatio;

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N0} MB");
}
