using System.Buffers.Binary;

namespace FractureDashboard.ML.Imaging;

/// <summary>Tells DICOM files from others by their first bytes.</summary>
public static class DicomFiles
{
    private const int Preamble = 128;
    private const int HeadLength = Preamble + 4;

    /// <summary>Whether a file is DICOM. One that wears another format's head in its preamble is DICOM all the same.</summary>
    /// <param name="path">The file.</param>
    /// <returns>False as well when it cannot be read.</returns>
    public static bool IsDicom(string path)
    {
        try
        {
            Span<byte> head = stackalloc byte[HeadLength];
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return IsDicom(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether content that begins like this is DICOM.</summary>
    /// <param name="head">The first 132 bytes, or all of a shorter file.</param>
    /// <returns>True for files with the mark, and for bare data sets as older devices write them.</returns>
    public static bool IsDicom(ReadOnlySpan<byte> head) =>
        (head.Length >= HeadLength && head[Preamble..HeadLength].SequenceEqual("DICM"u8)) || IsBareDataSet(head);

    // A data set without a file header begins with group 2 or 8: an element below 0x100, then a type of two letters or a short length.
    private static bool IsBareDataSet(ReadOnlySpan<byte> head)
    {
        if (head.Length < 12 || head[0] is not (0x02 or 0x08) || head[1] != 0 || head[3] != 0)
        {
            return false;
        }

        return (char.IsAsciiLetterUpper((char)head[4]) && char.IsAsciiLetterUpper((char)head[5]))
            || BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) <= 64;
    }
}
