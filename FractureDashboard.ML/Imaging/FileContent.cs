namespace FractureDashboard.ML.Imaging;

/// <summary>Reads a whole image file within a byte limit; every failure is a typed error.</summary>
internal static class FileContent
{
    /// <summary>The content of a file that begins as an image does. Of any other file only the beginning is read.</summary>
    public static DecodeResult<byte[]> ReadImage(string path, long maxBytes)
    {
        try
        {
            // Pipes and devices have no length. They are not even opened: a pipe without a writer would block for ever.
            if (new FileInfo(path) is { Exists: true, Length: 0 })
            {
                return DecodeErrors.Empty;
            }

            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.SequentialScan);
            var length = stream.Length;
            if (length == 0)
            {
                return DecodeErrors.Empty;
            }

            Span<byte> head = stackalloc byte[ImageFormats.SniffLength];
            head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            if (ImageFormats.Sniff(head) == ImageFormat.Unknown)
            {
                return DecodeErrors.NotAnImage(head);
            }

            if (length > Math.Min(maxBytes, Array.MaxLength))
            {
                return DecodeErrors.TooManyBytes(length, maxBytes);
            }

            var content = GC.AllocateUninitializedArray<byte>((int)length);
            head.CopyTo(content);
            stream.ReadExactly(content.AsSpan(head.Length));
            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return DecodeErrors.Unreadable(e);
        }
    }
}
