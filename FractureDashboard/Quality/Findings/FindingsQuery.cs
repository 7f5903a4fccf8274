using System.Globalization;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using Microsoft.AspNetCore.Http.Extensions;

namespace FractureDashboard.Quality.Findings;

/// <summary>Which findings to list with regard to those that somebody chose to ignore.</summary>
public enum IgnoredChoice
{
    /// <summary>Those that are not ignored.</summary>
    Without = 0,

    /// <summary>Only those.</summary>
    Only = 1,

    /// <summary>All.</summary>
    With = 2,
}

/// <summary>Which findings to list. Travels in the address.</summary>
/// <param name="Rule">One rule, or all.</param>
/// <param name="Severity">One severity, or all.</param>
/// <param name="Split">One split, or all.</param>
/// <param name="Label">One class, or both.</param>
/// <param name="Text">Part of the path, any case; empty for all.</param>
/// <param name="Ignored">What of the ignored ones.</param>
/// <param name="Page">Counts from 1.</param>
public sealed record FindingsQuery(
    QualityRule? Rule = null,
    QualitySeverity? Severity = null,
    Split? Split = null,
    Label? Label = null,
    string Text = "",
    IgnoredChoice Ignored = IgnoredChoice.Without,
    int Page = 1)
{
    private static readonly (IgnoredChoice Choice, string Token)[] IgnoredTokens = [(IgnoredChoice.Only, "only"), (IgnoredChoice.With, "all")];

    /// <summary>True when something but the rule narrows the list.</summary>
    public bool IsNarrowed => Severity is not null || Split is not null || Label is not null || Text.Length > 0 || Ignored != IgnoredChoice.Without;

    /// <summary>Reads the parts of an address; what cannot be read counts as absent.</summary>
    /// <param name="rule">A rule's code.</param>
    /// <param name="severity">E.g. <c>error</c>.</param>
    /// <param name="split">E.g. <c>train</c>.</param>
    /// <param name="label"><c>fractured</c> or <c>not-fractured</c>.</param>
    /// <param name="text">Part of the path.</param>
    /// <param name="ignored"><c>only</c> or <c>all</c>.</param>
    /// <param name="page">Counts from 1.</param>
    /// <returns>The query.</returns>
    public static FindingsQuery Parse(string? rule, string? severity, string? split, string? label, string? text, string? ignored, int? page = null) => new(
        QualityRules.Parse(rule),
        QualityText.ParseSeverity(severity),
        QualityText.ParseSplit(split),
        QualityText.ParseLabel(label),
        QualityText.Clip(text),
        IgnoredTokens.FirstOrDefault(t => string.Equals(t.Token, ignored, StringComparison.OrdinalIgnoreCase)).Choice,
        Math.Max(1, page ?? 1));

    /// <summary>The page that lists this.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <returns>An address below the server's root.</returns>
    public string ToUrl(int datasetId) => QualityAddresses.Of(datasetId, QualityView.Findings) + ToQueryString(withPage: true);

    /// <summary>The file that holds all of this, on whatever page.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="suffix"><c>csv</c> or <c>json</c>.</param>
    /// <returns>An address below the server's root.</returns>
    public string ToExportUrl(int datasetId, string suffix) => $"{QualityAddresses.Of(datasetId, QualityView.Findings)}.{suffix}{ToQueryString(withPage: false)}";

    private string ToQueryString(bool withPage)
    {
        var query = new QueryBuilder();
        Add("rule", Rule is { } r ? QualityRules.Of(r).Code : "");
        Add("severity", Severity is { } v ? QualityText.Of(v) : "");
        Add("split", Split is { } s ? QualityText.Of(s) : "");
        Add("label", Label is { } l ? QualityText.Token(l) : "");
        Add("q", Text);
        Add("ignored", IgnoredTokens.FirstOrDefault(t => t.Choice == Ignored).Token ?? "");
        Add("page", withPage && Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : "");
        return query.ToString();

        void Add(string name, string value)
        {
            if (value.Length > 0)
            {
                query.Add(name, value);
            }
        }
    }
}
