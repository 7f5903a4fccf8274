using System.Text;

namespace FractureDashboard.Predict;

/// <summary>In which order the files chosen together are listed.</summary>
public enum BatchOrder
{
    /// <summary>As they came.</summary>
    AsChosen,

    /// <summary>By probability, the highest first; those without an answer last.</summary>
    MostLikelyFirst,

    /// <summary>Those without an answer first.</summary>
    ProblemsFirst,
}

/// <summary>What became of files chosen together, in an order and as a table.</summary>
internal static class BatchResults
{
    private static readonly string[] Columns = ["file", "probability_fractured", "threshold", "decision", "address", "problem"];

    /// <summary>The files in an order; equal ones stay as chosen.</summary>
    public static IEnumerable<UploadItem> Ordered(IReadOnlyList<UploadItem> items, BatchOrder order) => order switch
    {
        BatchOrder.MostLikelyFirst => items.OrderByDescending(i => i.PredictionId is null ? -1 : i.Score),
        BatchOrder.ProblemsFirst => items.OrderBy(i => i.Error is null),
        _ => items,
    };

    /// <summary>A line for each file, with its answer or the reason why there is none.</summary>
    /// <param name="items">The files.</param>
    /// <param name="threshold">Scores at or above it are called fractured.</param>
    /// <param name="address">The address of an answer.</param>
    public static string Csv(IEnumerable<UploadItem> items, double threshold, Func<int, string> address)
    {
        var csv = new StringBuilder();
        Line(Columns);
        foreach (var item in items)
        {
            Line(item.PredictionId is { } id
                ? [item.Name, item.Score.ToString("R"), threshold.ToString("R"), PredictText.Decision(item.Score >= threshold), address(id), ""]
                : [item.Name, "", "", "", "", item.Error ?? "Not answered."]);
        }

        return csv.ToString();

        void Line(IEnumerable<string> cells) => csv.Append(Shell.Csv.Line(cells)).Append("\r\n");
    }
}
