using System.Text;
using FractureDashboard.Shell;

namespace FractureDashboard.Runs.Comparison;

/// <summary>Writes a comparison as comma-separated values (RFC 4180).</summary>
internal static class ComparisonCsv
{
    public static string Write(ComparedRuns compared)
    {
        var csv = new StringBuilder();
        Line(["", .. compared.Runs.Select(r => $"#{r.Id} {r.Name}"), "differs"]);
        foreach (var row in (ComparisonRow[])[.. RunComparison.Metrics(compared.Runs), .. RunComparison.Options(compared.Runs, compared.VersionNames)])
        {
            Line([row.Title, .. row.Values, row.Differs ? "yes" : "no"]);
        }

        return csv.ToString();

        void Line(IEnumerable<string> cells) => csv.Append(Csv.Line(cells)).Append("\r\n");
    }
}
