using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.ML.Evaluation;

/// <summary>
/// What the shortcut probe does to images. Markers are looked for on the original, where they are sharp, and painted over on what
/// would go into the network: so every pixel outside the rectangles is the one of a plain evaluation to the bit, whatever way
/// of decoding is the fastest for the format, and the difference in score comes from the markers alone.
/// </summary>
public static class MarkerEdit
{
    // As far as scaling may carry a marker's light beyond its rectangle.
    private const int Spread = 2;

    /// <summary>Paints the markers over with the tone about them.</summary>
    /// <param name="found">Is told each content's hash and the part of its area that markers take; from several threads.</param>
    /// <returns>The change.</returns>
    public static InputEdit Blank(Action<string, double> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        return view =>
        {
            var boxes = Find(view, found);
            return boxes.Count == 0 ? view.Input : MarkerBlanking.Blank(view.Input, boxes);
        };
    }

    /// <summary>Paints all but the markers over with one tone; an image without markers becomes that tone.</summary>
    /// <param name="found">Is told each content's hash and the part of its area that markers take; from several threads.</param>
    /// <returns>The change.</returns>
    public static InputEdit KeepOnly(Action<string, double> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        return view => MarkerBlanking.KeepOnly(view.Input, Find(view, found));
    }

    /// <summary>Where rectangles of an original lie in a network's input, with a margin.</summary>
    /// <param name="boxes">In the original.</param>
    /// <param name="original">The original.</param>
    /// <param name="input">The input.</param>
    /// <param name="fit">How the one was fitted into the other.</param>
    /// <returns>As many rectangles, in the same order.</returns>
    public static IReadOnlyList<PixelBox> ToInput(IReadOnlyList<PixelBox> boxes, PixelImage original, PixelImage input, FitMode fit)
    {
        ArgumentNullException.ThrowIfNull(boxes);
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(input);
        double x = (double)input.Width / original.Width, y = (double)input.Height / original.Height;
        var (left, top) = (0, 0);
        if (fit == FitMode.Letterbox)
        {
            x = y = Math.Min(x, y);

            // As libvips centres: whole pixels, the odd one at the end.
            left = (input.Width - Math.Max(1, (int)Math.Round(original.Width * x))) / 2;
            top = (input.Height - Math.Max(1, (int)Math.Round(original.Height * y))) / 2;
        }

        return [.. boxes.Select(b => PixelBox
            .Between(left + (int)Math.Floor(b.X * x), top + (int)Math.Floor(b.Y * y), left + (int)Math.Ceiling(b.Right * x), top + (int)Math.Ceiling(b.Bottom * y))
            .Grown(Spread, input.Width, input.Height))];
    }

    private static IReadOnlyList<PixelBox> Find(InputView view, Action<string, double> found)
    {
        var boxes = MarkerLocator.Find(view.Original);
        found(view.ContentHash, MarkerLocator.Share(boxes, view.Original.Width, view.Original.Height));
        return ToInput(boxes, view.Original, view.Input, view.Fit);
    }
}
