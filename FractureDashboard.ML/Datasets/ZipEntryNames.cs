using System.IO.Compression;

namespace FractureDashboard.ML.Datasets;

/// <summary>Judges the names in an archive before anything is unpacked.</summary>
internal static class ZipEntryNames
{
    private const int UnixTypeMask = 0xF000;
    private const int UnixLink = 0xA000;

    /// <summary>Why an entry makes the archive unacceptable, or null.</summary>
    public static string? Refusal(ZipArchiveEntry entry)
    {
        var name = entry.FullName;
        if (((entry.ExternalAttributes >> 16) & UnixTypeMask) == UnixLink)
        {
            return $"The archive holds a symbolic link ('{Shown(name)}'), which could lead anywhere. Pack the images themselves.";
        }

        if (entry.IsEncrypted)
        {
            return "The archive is protected by a password. Unpack it and pack it again without one.";
        }

        return IsSafe(name) ? null : $"The archive holds the name '{Shown(name)}', which leads out of the target folder. Nothing was unpacked.";
    }

    /// <summary>A relative path with forward slashes; null for entries that are never data.</summary>
    public static string? RelativePath(ZipArchiveEntry entry)
    {
        var parts = entry.FullName.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".").ToArray();
        return parts.Length == 0 || Array.Exists(parts, DatasetWalk.IsSystemName) ? null : string.Join('/', parts);
    }

    private static bool IsSafe(string name)
    {
        // Judged alike on every system, so that an archive that one accepts is accepted by all: Windows drops dots and
        // spaces at the end of a step, so ".. " is ".." there.
        var path = name.Replace('\\', '/');
        return path.Length is > 0 and <= 4096
            && !path.StartsWith('/')
            && !(path.Length >= 2 && path[1] == ':' && char.IsAsciiLetter(path[0]))
            && !path.Split('/').Any(step => step.StartsWith("..", StringComparison.Ordinal) && step.TrimEnd(' ', '.').Length == 0)
            && !path.Any(char.IsControl);
    }

    private static string Shown(string name)
    {
        var text = new string([.. name.Select(c => char.IsControl(c) ? '?' : c)]);
        return text.Length <= 120 ? text : text[..120] + "…";
    }
}
