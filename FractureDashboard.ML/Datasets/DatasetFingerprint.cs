using System.Security.Cryptography;
using System.Text;

namespace FractureDashboard.ML.Datasets;

/// <summary>Names a version of a data set by what is in it: contents, splits and labels.</summary>
public static class DatasetFingerprint
{
    /// <summary>
    /// SHA-256 over the sorted lines "content hash, split, label". The order of the images and the names of their
    /// files make no difference; a changed pixel, split or label, or one copy more or less, does.
    /// </summary>
    /// <param name="images">The images.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Compute(IEnumerable<ImageRecord> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var lines = images
            .Select(i => $"{i.ContentHash} {FolderNames.For(i.Split)} {FolderNames.For(i.Label)}\n")
            .ToArray();
        Array.Sort(lines, StringComparer.Ordinal);

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in lines)
        {
            hash.AppendData(Encoding.ASCII.GetBytes(line));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
