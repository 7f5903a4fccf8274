namespace FractureDashboard.ML.Imaging;

/// <summary>Reads a whole file within a byte limit; every failure is a typed error.</summary>
internal static class FileContent
{
    public static DecodeResult<byte[]> Read(string path, long maxBytes)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.SequentialScan);
            var length = stream.Length;
            if (length == 0)
            {
                return DecodeErrors.Empty;
            }

            if (length > Math.Min(maxBytes, Array.MaxLength))
            {
                return DecodeErrors.TooManyBytes(length, maxBytes);
            }

            var content = GC.AllocateUninitializedArray<byte>((int)length);
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return DecodeErrors.Unreadable(e);
        }
    }
}
