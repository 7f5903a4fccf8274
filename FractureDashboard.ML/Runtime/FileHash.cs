using System.Security.Cryptography;

namespace FractureDashboard.ML.Runtime;

/// <summary>SHA-256 of files.</summary>
internal static class FileHash
{
    /// <summary>Hashes a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Of(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
