using System.Buffers.Binary;

namespace FractureDashboard.ML.Datasets;

/// <summary>
/// Reads how many entries an archive declares, before its directory is loaded: a directory of millions of entries
/// would fill the memory. The framework refuses an archive that holds more entries than it declares.
/// </summary>
internal static class ZipDirectory
{
    private const int EndBytes = 22;
    private const int MaxComment = ushort.MaxValue;
    private const int LocatorBytes = 20;

    /// <summary>The declared number of entries; null when the archive has no end record, which opening it will tell.</summary>
    public static ulong? DeclaredEntries(string zipPath)
    {
        using var stream = new FileStream(zipPath, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        var tail = new byte[(int)Math.Min(stream.Length, EndBytes + MaxComment + LocatorBytes)];
        stream.Seek(-tail.Length, SeekOrigin.End);
        stream.ReadExactly(tail);

        var end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || end + EndBytes > tail.Length)
        {
            return null;
        }

        // The largest number stands for "see the 64-bit record", which a locator just before points to.
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10));
        var locator = end - LocatorBytes;
        if (locator < 0 || !tail.AsSpan(locator).StartsWith("PK\x06\x07"u8))
        {
            return entries;
        }

        var record = new byte[40];
        var at = BinaryPrimitives.ReadUInt64LittleEndian(tail.AsSpan(locator + 8));
        if (at > (ulong)(stream.Length - record.Length))
        {
            return entries;
        }

        stream.Position = (long)at;
        stream.ReadExactly(record);
        return Math.Max(entries, BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(32)));
    }
}
