using System.Security.Cryptography;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>Reads a content of a data set, which may lie in several files.</summary>
public static class DatasetContent
{
    /// <summary>The bytes of the first file that still holds the content that was indexed.</summary>
    /// <param name="root">Root of the data set; only read.</param>
    /// <param name="copies">The files, all with the same content hash; at least one.</param>
    /// <param name="missing">Why none of them does; null where one did.</param>
    /// <returns>The bytes, or null.</returns>
    public static byte[]? Read(string root, IEnumerable<ImageRecord> copies, out string? missing)
    {
        missing = null;
        foreach (var copy in copies)
        {
            var file = FileContent.ReadImage(Path.Combine(root, copy.RelativePath), DecodeLimits.Dataset.MaxBytes);
            if (file.Value is not { } bytes)
            {
                missing ??= file.Error!.Message;
                continue;
            }

            if (string.Equals(Convert.ToHexStringLower(SHA256.HashData(bytes)), copy.ContentHash, StringComparison.Ordinal))
            {
                missing = null;
                return bytes;
            }

            missing ??= "The file has changed since the data set was indexed. Index the data set again.";
        }

        return null;
    }
}
