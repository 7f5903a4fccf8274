using System.Globalization;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Http.Extensions;

namespace FractureDashboard.Runs.History;

/// <summary>What the history can be sorted by.</summary>
public enum RunSort
{
    Created,
    Name,
    State,
    Model,
    Augmentation,
    Dataset,
    Accuracy,
    Auc,
    Loss,
    Test,
    Duration,
}

/// <summary>What the history shows, as it stands in the address.</summary>
/// <param name="Text">Part of a name, a tag or the notes.</param>
/// <param name="State">Only this state.</param>
/// <param name="Dataset">Only runs on the data set of this name.</param>
/// <param name="Tag">Only runs with this tag.</param>
/// <param name="Sort">The order.</param>
/// <param name="Descending">Highest or newest first. Runs without a value come last either way.</param>
/// <param name="Page">Counts from 1.</param>
public sealed record RunFilter(
    string Text = "", RunState? State = null, string Dataset = "", string Tag = "", RunSort Sort = RunSort.Created, bool Descending = true, int Page = 1)
{
    /// <summary>Runs on a page.</summary>
    public const int PageSize = 25;

    private const int MostTextCharacters = 200;

    /// <summary>True when some runs may be left out.</summary>
    public bool IsNarrowed => Text.Length > 0 || State is not null || Dataset.Length > 0 || Tag.Length > 0;

    /// <summary>Reads the parts of an address; what cannot be read counts as absent.</summary>
    public static RunFilter Parse(string? text, string? state, string? dataset, string? tag, string? sort, int? page)
    {
        var filter = new RunFilter(
            Clip(text),
            Enum.TryParse<RunState>(state, ignoreCase: true, out var s) && Enum.IsDefined(s) && !char.IsDigit(state![0]) ? s : null,
            Clip(dataset),
            Clip(tag).ToLowerInvariant(),
            Page: Math.Max(1, page ?? 1));
        var key = sort?.TrimStart('-');
        return Enum.TryParse<RunSort>(key, ignoreCase: true, out var by) && Enum.IsDefined(by)
            ? filter with { Sort = by, Descending = sort!.StartsWith('-') }
            : filter;
    }

    /// <summary>The same filter, sorted by a column: a second click on it turns the order round.</summary>
    public RunFilter SortedBy(RunSort sort) =>
        this with { Sort = sort, Descending = sort == Sort ? !Descending : StartsDescending(sort), Page = 1 };

    /// <summary>The address that shows this.</summary>
    public string ToUrl()
    {
        var query = new QueryBuilder();
        Add("q", Text);
        Add("state", State is { } s ? s.ToString().ToLowerInvariant() : "");
        Add("dataset", Dataset);
        Add("tag", Tag);
        Add("sort", (Sort, Descending) == (RunSort.Created, true) ? "" : (Descending ? "-" : "") + Sort.ToString().ToLowerInvariant());
        Add("page", Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : "");
        return "/runs" + query;

        void Add(string name, string value)
        {
            if (value.Length > 0)
            {
                query.Add(name, value);
            }
        }
    }

    private static bool StartsDescending(RunSort sort) => sort is RunSort.Created or RunSort.Accuracy or RunSort.Auc or RunSort.Test or RunSort.Duration;

    private static string Clip(string? text)
    {
        var trimmed = text?.Trim() ?? "";
        return trimmed.Length > MostTextCharacters ? trimmed[..MostTextCharacters] : trimmed;
    }
}
