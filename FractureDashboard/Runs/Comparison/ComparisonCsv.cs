using System.Text;

namespace FractureDashboard.Runs.Comparison;

/// <summary>Writes a comparison as comma-separated values (RFC 4180).</summary>
internal static class ComparisonCsv
{
    public static string Write(ComparedRuns compared)
    {
        var csv = new StringBuilder();
        Line(["", .. compared.Runs.Select(r => $"#{r.Id} {r.Name}"), "differs"]);
        foreach (var row in (ComparisonRow[])[.. RunComparison.Metrics(compared.Runs), .. RunComparison.Options(compared.Runs)])
        {
            Line([row.Title, .. row.Values, row.Differs ? "yes" : "no"]);
        }

        return csv.ToString();

        void Line(IEnumerable<string> cells) => csv.AppendJoin(',', cells.Select(Cell)).Append("\r\n");
    }

    // A cell that begins like a formula would be run by a spreadsheet.
    private static string Cell(string text)
    {
        var safe = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{safe.Replace("\"", "\"\"")}\"" : safe;
    }
}
