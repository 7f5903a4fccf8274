using System.Globalization;
using System.Text;
using FractureDashboard.ML.Quality;
using FractureDashboard.Shell;

namespace FractureDashboard.Cli;

/// <summary>The findings of a scan for people: a table by rule, leakage, and the first errors.</summary>
internal static class ScanTable
{
    private const int MostErrors = 20;

    /// <summary>Writes it.</summary>
    /// <param name="target">What was scanned.</param>
    /// <param name="result">What was found.</param>
    /// <param name="foundSources">Whether sources were looked for.</param>
    /// <param name="duration">How long it took.</param>
    /// <returns>Several lines.</returns>
    public static string Of(ScanTarget target, ScanResult result, bool foundSources, string duration)
    {
        var text = new StringBuilder();
        text.AppendLine(ScanWords.Printable(target.Root));
        text.AppendLine(CultureInfo.InvariantCulture, $"{(target.IsDataset ? "Data set" : "Folder without splits and classes")}, files: {Humane.Count(target.Files.Count)}, different contents: {Humane.Count(result.Leakage.DistinctFiles)}, scanned in {duration}.");
        text.AppendLine();
        if (result.Findings.Count == 0)
        {
            text.AppendLine("Nothing was found.");
        }
        else
        {
            Rules(text, result);
            Leakage(text, target, result.Leakage, foundSources);
            Errors(text, result);
        }

        return text.ToString().TrimEnd();
    }

    private static void Rules(StringBuilder text, ScanResult result)
    {
        var rows = result.Findings
            .GroupBy(f => (f.Rule, f.Severity))
            .OrderByDescending(g => g.Key.Severity)
            .ThenBy(g => g.Key.Rule)
            .Select(g => (Severity: ScanWords.Of(g.Key.Severity), Rule: QualityRules.Of(g.Key.Rule), Count: Humane.Count(g.Count())))
            .ToList();
        var code = rows.Max(r => r.Rule.Code.Length);
        text.AppendLine(CultureInfo.InvariantCulture, $"{"severity",-8}  {"findings",8}  {"code".PadRight(code)}  rule");
        foreach (var row in rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{row.Severity,-8}  {row.Count,8}  {row.Rule.Code.PadRight(code)}  {row.Rule.Title}");
        }

        var totals = Enum.GetValues<QualitySeverity>().OrderDescending().Select(s => $"{ScanWords.Of(s)} {Humane.Count(result.Findings.Count(f => f.Severity == s))}");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Findings in all: {string.Join(", ", totals)}.");
    }

    private static void Leakage(StringBuilder text, ScanTarget target, LeakageCount leakage, bool foundSources)
    {
        if (leakage.IdenticalGroups > 0)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Groups of identical files: {Humane.Count(leakage.IdenticalGroups)}, with {Humane.Count(leakage.IdenticalFiles)} files.");
        }

        if (target.IsDataset && leakage.HeldOut > 0)
        {
            var sources = foundSources ? $"; their radiograph in any form for {Humane.Count(leakage.WithSource)}" : "";
            text.AppendLine(CultureInfo.InvariantCulture, $"Of {Humane.Count(leakage.HeldOut)} validation and test images, train holds an identical copy of {Humane.Count(leakage.WithTwin)}; an identical or near copy of {Humane.Count(leakage.WithNearTwin)}{sources}.");
        }

        if (foundSources)
        {
            var across = target.IsDataset ? $", {Humane.Count(leakage.SourcesAcrossSplits)} of them in more than one split" : "";
            text.AppendLine(CultureInfo.InvariantCulture, $"Radiographs that the images come from: {Humane.Count(leakage.Sources)}{across}.");
        }
    }

    private static void Errors(StringBuilder text, ScanResult result)
    {
        var errors = result.Findings.Where(f => f.Severity == QualitySeverity.Error).ToList();
        if (errors.Count == 0)
        {
            return;
        }

        text.AppendLine();
        text.AppendLine(errors.Count > MostErrors ? $"The first {MostErrors} errors (--csv FILE or --json lists all findings):" : "The errors:");
        foreach (var finding in errors.Take(MostErrors))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {ScanWords.Printable(finding.File.RelativePath)}: {QualityRules.Of(finding.Rule).Code}. {ScanWords.Printable(finding.Evidence)}");
        }
    }
}
