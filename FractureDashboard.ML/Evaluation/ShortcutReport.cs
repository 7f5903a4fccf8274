using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Evaluation;

/// <summary>The scores of one image with markers.</summary>
/// <param name="Source">The radiograph it comes from.</param>
/// <param name="Label">Its class.</param>
/// <param name="Plain">P(fractured) of the image as it is.</param>
/// <param name="Blanked">The same with the markers painted over.</param>
/// <param name="OnlyMarkers">The same with all but the markers painted over.</param>
public sealed record ProbedImage(string Source, Label Label, double Plain, double Blanked, double OnlyMarkers);

/// <summary>How good the scores of one way of showing the images are.</summary>
/// <param name="ByImage">Over the images.</param>
/// <param name="AucBySource">Area under the ROC curve of the sources' mean scores; null unless both classes are there.</param>
/// <param name="AucLow">Lower end of the 95 % interval of the images' area, sources drawn; null unless both classes are there.</param>
/// <param name="AucHigh">Upper end.</param>
public sealed record ProbeView(ScoreSummary ByImage, double? AucBySource, double? AucLow, double? AucHigh);

/// <summary>What the probe says.</summary>
public enum ShortcutVerdict
{
    /// <summary>Too few images with markers, or of one class.</summary>
    TooFew = 0,

    /// <summary>The markers alone tell the classes apart no better than chance, and the score does without them.</summary>
    NotRead = 1,

    /// <summary>The markers alone tell the classes apart somewhat, but the score hardly changes without them.</summary>
    Readable = 2,

    /// <summary>The score is clearly lower without the markers, by more than the choice of sources explains.</summary>
    Relied = 3,
}

/// <summary>How much of a model's score rests on burnt-in markers. All of it over the images that have any.</summary>
/// <param name="HeldOut">Images scored, with and without markers.</param>
/// <param name="WithMarkers">Those that have markers.</param>
/// <param name="Sources">Radiographs they come from.</param>
/// <param name="Plain">The images as they are.</param>
/// <param name="Blanked">With the markers painted over.</param>
/// <param name="OnlyMarkers">With all but the markers painted over.</param>
/// <param name="LossLow">Lower end of the 95 % interval of <see cref="Loss"/>, sources drawn; null unless both classes are there.</param>
/// <param name="LossHigh">Upper end.</param>
/// <param name="Verdict">What it comes to.</param>
public sealed record ShortcutReport(
    int HeldOut, int WithMarkers, int Sources, ProbeView Plain, ProbeView Blanked, ProbeView OnlyMarkers, double? LossLow, double? LossHigh, ShortcutVerdict Verdict)
{
    /// <summary>Fewer images of either class say nothing.</summary>
    public const int LeastOfAClass = 10;

    /// <summary>A smaller loss of the area under the ROC curve is none to speak of.</summary>
    public const double LeastLoss = 0.02;

    private const int Draws = 1000;

    /// <summary>The part of the area under the ROC curve that rests on the markers: with them less without them. Null unless both classes are there.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double? Loss => Plain.ByImage.Auc - Blanked.ByImage.Auc;

    /// <summary>Weighs the scores.</summary>
    /// <param name="heldOut">Images scored, with and without markers.</param>
    /// <param name="images">Those with markers.</param>
    /// <param name="seed">Names the draws of the intervals.</param>
    /// <returns>The report.</returns>
    public static ShortcutReport Of(int heldOut, IReadOnlyList<ProbedImage> images, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(images);
        var (plain, blanked, only) = (View(images, i => i.Plain, seed), View(images, i => i.Blanked, seed), View(images, i => i.OnlyMarkers, seed));
        (double Low, double High)? loss = plain.AucLow is null ? null : SourceBootstrap.AucLossInterval(
            [.. images.Select(i => (new SourceScore(i.Source, i.Label, i.Plain), i.Blanked))], Draws, seed);
        var report = new ShortcutReport(
            heldOut,
            images.Count,
            images.Select(i => i.Source).Distinct(StringComparer.Ordinal).Count(),
            plain,
            blanked,
            only,
            loss?.Low,
            loss?.High,
            ShortcutVerdict.TooFew);
        var isEnough = Enum.GetValues<Label>().All(l => images.Count(i => i.Label == l) >= LeastOfAClass);
        return isEnough && loss is not null ? report with { Verdict = Judge(report) } : report;
    }

    private static ShortcutVerdict Judge(ShortcutReport report) => report switch
    {
        { Loss: >= LeastLoss, LossLow: > 0 } => ShortcutVerdict.Relied,
        { OnlyMarkers.AucLow: > 0.5 } or { OnlyMarkers.AucHigh: < 0.5 } => ShortcutVerdict.Readable,
        _ => ShortcutVerdict.NotRead,
    };

    private static ProbeView View(IReadOnlyList<ProbedImage> images, Func<ProbedImage, double> score, int seed)
    {
        var summary = ScoreSummary.Of(images.Select(i => (i.Label, score(i))));
        SourceScore[] scores = [.. images.Select(i => new SourceScore(i.Source, i.Label, score(i)))];
        var sources = SourceBootstrap.BySource(scores);

        // Sources are drawn class by class: both must be there.
        if (sources.Select(s => s.Label).Distinct().Count() < 2)
        {
            return new(summary, null, null, null);
        }

        var (low, high) = SourceBootstrap.MeanAucInterval([scores], Draws, seed);
        return new(summary, SourceBootstrap.Auc(sources), low, high);
    }
}
