using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Explanation;

namespace FractureDashboard.Evaluations;

/// <summary>The parts of the page of an evaluation.</summary>
public enum EvaluationView
{
    /// <summary>Matrix, figures and curves at a threshold.</summary>
    Performance = 0,

    /// <summary>Whether scores are probabilities.</summary>
    Calibration = 1,

    /// <summary>Thresholds chosen on validation.</summary>
    Thresholds = 2,

    /// <summary>Figures by group of images.</summary>
    Subgroups = 3,

    /// <summary>The images that the model gets wrong, or nearly so.</summary>
    Errors = 4,
}

/// <summary>Which images of an evaluation count, by what the run has seen of them in training.</summary>
public enum SeenChoice
{
    /// <summary>All.</summary>
    All = 0,

    /// <summary>Without those whose very bytes it was trained on.</summary>
    WithoutTwin = 1,

    /// <summary>Only those of whose radiograph it was trained on no image.</summary>
    Unseen = 2,
}

/// <summary>The order of the error gallery.</summary>
public enum ErrorOrder
{
    /// <summary>On the wrong side of the threshold, the worst first.</summary>
    Misclassified = 0,

    /// <summary>Nearest to the threshold.</summary>
    LeastCertain = 1,

    /// <summary>Highest loss, right or wrong.</summary>
    HighestLoss = 2,
}

/// <summary>What of an evaluation is shown. Travels in the address.</summary>
/// <param name="View">The part of the page.</param>
/// <param name="Split">One split; null for <see cref="AllSplits"/> or for the one shown at first.</param>
/// <param name="AllSplits">All scored splits together.</param>
/// <param name="Seen">Which images count.</param>
/// <param name="Order">The order of the error gallery.</param>
/// <param name="Page">The page of the error gallery, from 1.</param>
/// <param name="Path">Part of the path that makes a group of its own, any case; empty for none.</param>
/// <param name="HeatMap">How heat maps are drawn over the errors; null for none.</param>
public sealed record EvaluationQuery(
    EvaluationView View = EvaluationView.Performance,
    Split? Split = null,
    bool AllSplits = false,
    SeenChoice Seen = SeenChoice.All,
    ErrorOrder Order = ErrorOrder.Misclassified,
    int Page = 1,
    string Path = "",
    ExplanationMethod? HeatMap = null)
{
    /// <summary>Longer texts are cut.</summary>
    public const int MostPathCharacters = 200;

    private const string All = "all";

    private static readonly (SeenChoice Choice, string Token)[] SeenTokens = [(SeenChoice.WithoutTwin, "no-twin"), (SeenChoice.Unseen, "unseen")];

    private static readonly (ErrorOrder Order, string Token)[] OrderTokens = [(ErrorOrder.LeastCertain, "uncertain"), (ErrorOrder.HighestLoss, "loss")];

    private static readonly (ExplanationMethod Method, string Token)[] MethodTokens =
    [
        (ExplanationMethod.GradCam, "grad-cam"), (ExplanationMethod.GradCamPlusPlus, "grad-cam-plus-plus"),
        (ExplanationMethod.Occlusion, "occlusion"), (ExplanationMethod.IntegratedGradients, "integrated-gradients"),
    ];

    /// <summary>Reads a query from an address; what it does not know it leaves out.</summary>
    /// <param name="view">E.g. <c>errors</c>.</param>
    /// <param name="split"><c>train</c>, <c>validation</c>, <c>test</c> or <c>all</c>.</param>
    /// <param name="seen"><c>no-twin</c> or <c>unseen</c>.</param>
    /// <param name="order"><c>uncertain</c> or <c>loss</c>.</param>
    /// <param name="page">From 1.</param>
    /// <param name="path">Part of a path.</param>
    /// <param name="heat">E.g. <c>grad-cam</c>.</param>
    /// <returns>The query.</returns>
    public static EvaluationQuery Parse(string? view, string? split, string? seen, string? order = null, int? page = null, string? path = null, string? heat = null)
    {
        var text = path?.Trim() ?? "";
        return new(
            Enum.GetValues<EvaluationView>().FirstOrDefault(v => Is(view, Token(v))),
            Enum.GetValues<Split>().Cast<Split?>().FirstOrDefault(s => Is(split, EvaluationText.Of(s!.Value))),
            Is(split, All),
            SeenTokens.FirstOrDefault(t => Is(seen, t.Token)).Choice,
            OrderTokens.FirstOrDefault(t => Is(order, t.Token)).Order,
            Math.Max(1, page ?? 1),
            text.Length > MostPathCharacters ? text[..MostPathCharacters] : text,
            ParseMethod(heat));
    }

    /// <summary>How a method stands in an address.</summary>
    /// <param name="method">The method.</param>
    /// <returns>E.g. <c>grad-cam</c>.</returns>
    public static string Token(ExplanationMethod method) => MethodTokens.First(t => t.Method == method).Token;

    /// <summary>Reads a method.</summary>
    /// <param name="token">E.g. <c>grad-cam</c>.</param>
    /// <returns>Null when there is no such method.</returns>
    public static ExplanationMethod? ParseMethod(string? token) => MethodTokens.Where(t => Is(token, t.Token)).Select(t => (ExplanationMethod?)t.Method).FirstOrDefault();

    /// <summary>How a view stands in an address.</summary>
    /// <param name="view">The view.</param>
    /// <returns>E.g. <c>errors</c>.</returns>
    public static string Token(EvaluationView view) => view.ToString().ToLowerInvariant();

    /// <summary>The same without what only concerns a part of the page.</summary>
    /// <returns>The query of a file.</returns>
    public EvaluationQuery ImagesOnly() => new(Split: Split, AllSplits: AllSplits, Seen: Seen);

    /// <summary>The query as it stands in an address.</summary>
    /// <returns>With the question mark; empty for the default.</returns>
    public string ToQueryString()
    {
        var parts = new (string Name, string? Value)[]
        {
            ("view", View == EvaluationView.Performance ? null : Token(View)),
            ("split", AllSplits ? All : Split is { } s ? EvaluationText.Of(s) : null),
            ("seen", SeenTokens.FirstOrDefault(t => t.Choice == Seen).Token),
            ("order", OrderTokens.FirstOrDefault(t => t.Order == Order).Token),
            ("page", Page == 1 ? null : Page.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("path", Path.Length == 0 ? null : Uri.EscapeDataString(Path)),
            ("heat", HeatMap is { } method ? Token(method) : null),
        };
        var text = string.Join('&', parts.Where(p => p.Value is not null).Select(p => $"{p.Name}={p.Value}"));
        return text.Length == 0 ? "" : $"?{text}";
    }

    private static bool Is(string? given, string token) => string.Equals(given, token, StringComparison.OrdinalIgnoreCase);
}
