using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;

namespace FractureDashboard.Quality.Sources;

/// <summary>Which sources to list. Travels in the address.</summary>
/// <param name="Least">Only sources with this many images.</param>
/// <param name="AcrossSplits">Only sources in several splits.</param>
/// <param name="UnsureFirst">Least sure first; otherwise largest first.</param>
/// <param name="Text">Part of the path of an image.</param>
/// <param name="Page">Counts from 1.</param>
public sealed record SourcesQuery(int Least = 2, bool AcrossSplits = false, bool UnsureFirst = false, string Text = "", int Page = 1)
{
    /// <summary>More images than any source needs to have to be listed.</summary>
    public const int MostLeast = 1000;

    private const string Unsure = "unsure";

    /// <summary>True when sources of two images or more may be left out.</summary>
    public bool IsNarrowed => Least > 2 || AcrossSplits || Text.Length > 0;

    /// <summary>Reads the parts of an address; what cannot be read counts as absent.</summary>
    public static SourcesQuery Parse(int? least, bool? across, string? sort, string? text, int? page) => new(
        Math.Clamp(least ?? 2, 1, MostLeast), across ?? false, string.Equals(sort, Unsure, StringComparison.OrdinalIgnoreCase), QualityText.Clip(text), Math.Max(1, page ?? 1));

    /// <summary>The page that lists this.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <returns>An address below the server's root.</returns>
    public string ToUrl(int datasetId)
    {
        var query = new QueryBuilder();
        Add("min", Least == 2 ? "" : Least.ToString(CultureInfo.InvariantCulture));
        Add("across", AcrossSplits ? "true" : "");
        Add("sort", UnsureFirst ? Unsure : "");
        Add("q", Text);
        Add("page", Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : "");
        return QualityAddresses.Of(datasetId, QualityView.Sources) + query;

        void Add(string name, string value)
        {
            if (value.Length > 0)
            {
                query.Add(name, value);
            }
        }
    }
}
