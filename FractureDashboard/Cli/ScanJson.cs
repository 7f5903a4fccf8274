using System.Text.Encodings.Web;
using System.Text.Json;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Cli;

/// <summary>
/// The findings of a scan as JSON. Programs read it, so what is there keeps its name and meaning; a change that is none of an
/// addition raises <see cref="Version"/>. Described in <c>docs/operations.md</c>.
/// </summary>
internal static class ScanJson
{
    /// <summary>Version of the form.</summary>
    public const int Version = 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes it. The same files give the same text.</summary>
    /// <param name="target">What was scanned.</param>
    /// <param name="result">What was found.</param>
    /// <param name="foundSources">Whether sources were looked for.</param>
    /// <returns>JSON.</returns>
    public static string Of(ScanTarget target, ScanResult result, bool foundSources) => JsonSerializer.Serialize(
        new
        {
            Version,
            Path = target.Root,
            target.IsDataset,
            Files = target.Files.Count,
            Counts = Enum.GetValues<QualitySeverity>().OrderDescending().ToDictionary(ScanWords.Of, s => result.Findings.Count(f => f.Severity == s)),
            Leakage = Leakage(target, result.Leakage, foundSources),
            Rules = Rules(result),
            Findings = result.Findings.Select(f => new
            {
                QualityRules.Of(f.Rule).Code,
                Severity = ScanWords.Of(f.Severity),
                Path = f.File.RelativePath,
                Split = ScanWords.Of(f.File.Split),
                Label = ScanWords.Of(f.File.Label),
                Hash = f.ContentHash,
                f.Evidence,
                f.Group,
                f.Score,
            }),
        },
        Options);

    private static object Leakage(ScanTarget target, LeakageCount leakage, bool foundSources) => new
    {
        HeldOut = target.IsDataset ? leakage.HeldOut : (int?)null,
        WithTwin = target.IsDataset ? leakage.WithTwin : (int?)null,
        WithNearTwin = target.IsDataset ? leakage.WithNearTwin : (int?)null,
        WithSource = target.IsDataset && foundSources ? leakage.WithSource : (int?)null,
        leakage.IdenticalGroups,
        leakage.IdenticalFiles,
        leakage.DistinctFiles,
        Sources = foundSources ? leakage.Sources : (int?)null,
        SourcesAcrossSplits = target.IsDataset && foundSources ? leakage.SourcesAcrossSplits : (int?)null,
    };

    private static IEnumerable<object> Rules(ScanResult result) =>
        from finding in result.Findings
        group finding by (finding.Rule, finding.Severity) into found
        orderby found.Key.Severity descending, found.Key.Rule
        let rule = QualityRules.Of(found.Key.Rule)
        select new
        {
            rule.Code,
            Severity = ScanWords.Of(found.Key.Severity),
            rule.Title,
            rule.Explanation,
            rule.Remedy,
            Findings = found.Count(),
        };
}
