namespace FractureDashboard.Shell;

/// <summary>Comma-separated values (RFC 4180), safe to open in a spreadsheet.</summary>
internal static class Csv
{
    /// <summary>One line, without its end.</summary>
    /// <param name="cells">The cells.</param>
    public static string Line(IEnumerable<string> cells) => string.Join(',', cells.Select(Cell));

    // A cell that begins like a formula would be run by a spreadsheet.
    private static string Cell(string text)
    {
        var safe = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{safe.Replace("\"", "\"\"")}\"" : safe;
    }
}
