using System.Globalization;
using System.Text;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Cli;

/// <summary>The findings of a scan as a CSV file (RFC 4180, UTF-8), one a line.</summary>
internal static class ScanCsv
{
    private const string Header = "code,severity,path,split,label,hash,group,score,evidence";
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Whether a file can be written. Only an earlier list of findings is ever replaced.</summary>
    /// <param name="file">The file.</param>
    /// <returns>What is in the way; null when nothing is.</returns>
    public static string? Problem(string file)
    {
        var full = Path.GetFullPath(file);
        if (Directory.Exists(full))
        {
            return $"'{full}' is a folder. Give --csv the name of a file.";
        }

        if (!Directory.Exists(Path.GetDirectoryName(full)))
        {
            return $"The folder of '{full}' does not exist. Create it, or give --csv another name.";
        }

        return File.Exists(full) && new FileInfo(full).Length > 0 && File.ReadLines(full).FirstOrDefault() != Header
            ? $"'{full}' exists and is no list of findings, so it is not replaced. Give --csv another name."
            : null;
    }

    /// <summary>Writes it, all or nothing.</summary>
    /// <param name="file">The file.</param>
    /// <param name="findings">The findings.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task.</returns>
    public static async Task WriteAsync(string file, IReadOnlyList<QualityFinding> findings, CancellationToken cancellationToken)
    {
        var text = new StringBuilder().Append(Header).Append("\r\n");
        foreach (var f in findings)
        {
            text.AppendJoin(',', ((string?[])
            [
                QualityRules.Of(f.Rule).Code, ScanWords.Of(f.Severity), Harmless(f.File.RelativePath), ScanWords.Of(f.File.Split), ScanWords.Of(f.File.Label),
                f.ContentHash, f.Group, f.Score?.ToString("R", CultureInfo.InvariantCulture), f.Evidence,
            ]).Select(Cell)).Append("\r\n");
        }

        var full = Path.GetFullPath(file);
        var temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            await File.WriteAllTextAsync(temporary, text.ToString(), Utf8, cancellationToken);
            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    // A spreadsheet takes what begins like this for a formula, and names of files come from anybody.
    private static string Harmless(string path) => path[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + path : path;

    private static string Cell(string? value) => value is null ? ""
        : value.AsSpan().ContainsAny(",\"\r\n") ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : value;
}
