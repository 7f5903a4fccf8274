using System.Globalization;
using System.Text;

namespace FractureDashboard.Predict;

/// <summary>Makes the name a browser claims fit to be shown and stored. It is never used as a path.</summary>
public static class UploadNames
{
    /// <summary>Longest name kept, in UTF-16 units.</summary>
    public const int MaximumLength = 200;

    /// <summary>Drops folders, control and direction-changing characters, and shortens the rest.</summary>
    /// <param name="claimed">What the browser said.</param>
    /// <returns>A name of 1 to <see cref="MaximumLength"/> characters.</returns>
    public static string Sanitise(string? claimed)
    {
        var name = claimed ?? "";
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var kept = new StringBuilder(Math.Min(name.Length, MaximumLength));
        foreach (var rune in name.EnumerateRunes())
        {
            if (kept.Length + rune.Utf16SequenceLength > MaximumLength)
            {
                break;
            }

            // Format covers the marks that turn "gpj.exe" around on the screen; a lone surrogate arrives as U+FFFD.
            if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator))
            {
                kept.Append(rune);
            }
        }

        var result = kept.ToString().Trim();
        return result.Length == 0 ? "unnamed" : result;
    }
}
