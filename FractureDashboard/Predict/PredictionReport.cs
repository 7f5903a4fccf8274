using System.Globalization;
using System.Text;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace FractureDashboard.Predict;

/// <summary>
/// Writes an answer on one A4 page. It names no patient: the file's name is the only thing on it that a user chose, besides the
/// comment. The fonts are those that every reader of PDF has, so no font file is needed on the server.
/// </summary>
internal static class PredictionReport
{
    private const double Margin = 50;
    private const double LineHeight = 16;
    private const double ValueColumn = 150;
    private const double LargestPicture = 360;
    private const int LongestLine = 84;
    private const int MostCommentLines = 5;

    /// <summary>Writes the page.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="jpeg">The picture of its image, in three channels.</param>
    /// <param name="size">The picture's header.</param>
    /// <param name="feedback">What was said of it; null when nothing was.</param>
    /// <returns>A PDF file.</returns>
    public static byte[] Write(PredictionResult answer, byte[] jpeg, ImageHeader size, PredictionFeedback? feedback)
    {
        using var builder = new PdfDocumentBuilder();
        builder.DocumentInformation.Title = $"Prediction {answer.Stored.Id}";
        builder.DocumentInformation.Producer = "FractureDashboard";
        var page = new Sheet(
            builder.AddPage(PageSize.A4),
            builder.AddStandard14Font(Standard14Font.Helvetica),
            builder.AddStandard14Font(Standard14Font.HelveticaBold));
        var stored = answer.Stored;

        page.Line("Fracture prediction", 20, bold: true);
        page.Line($"{PredictText.ResearchOnly}.", 11, bold: true);
        if (answer.IsSynthetic == true)
        {
            page.Line("The model was trained on synthetic images. This answer says nothing about a patient.", 10, bold: true);
        }

        page.Picture(jpeg, size.Width, size.Height, LargestPicture);
        page.Line($"{PredictText.Probability(stored.Score)} probability of a fracture: {PredictText.Decision(stored.IsFractured).ToLowerInvariant()}", 15, bold: true);
        page.Fact("Decision", $"{PredictText.Decision(stored.IsFractured)} (called fractured at {stored.Threshold.ToString("0.00##", CultureInfo.InvariantCulture)} or above)");
        page.Fact("Model", stored.RunName);
        page.Fact("Version (SHA-256)", stored.WeightsHash);
        page.Fact("Image", $"{stored.FileName}");
        page.Fact("", $"{stored.Width} x {stored.Height} pixels, {PredictText.Of(stored.Format)}, {Humane.Bytes(stored.Bytes)}");
        page.Fact("Asked", $"{stored.CreatedUtc.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC, answered in {PredictText.Milliseconds(stored.Milliseconds)}");
        page.Fact("Feedback", feedback is null ? "None" : HistoryFilter.Words(feedback.Verdict) + (feedback.CorrectLabel is { } label ? $": the image shows {PredictText.Of(label)}" : ""));
        foreach (var line in Wrap(feedback?.Comment ?? "").Take(MostCommentLines))
        {
            page.Fact("", line);
        }

        page.Foot($"FractureDashboard, prediction {stored.Id}. The number is a model's score, not a diagnosis. {PredictText.ResearchOnly}.");
        return builder.Build();
    }

    private static IEnumerable<string> Wrap(string text)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + word.Length >= LongestLine)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        if (line.Length > 0)
        {
            yield return line.ToString();
        }
    }

    /// <summary>A page that is filled from its top.</summary>
    private sealed class Sheet(PdfPageBuilder page, PdfDocumentBuilder.AddedFont plain, PdfDocumentBuilder.AddedFont strong)
    {
        private double y = page.PageSize.Height - Margin - LineHeight;

        private double Inside => page.PageSize.Width - (2 * Margin);

        public void Line(string text, double size, bool bold)
        {
            Put(text, size, Margin, Inside, bold ? strong : plain);
            y -= size + 8;
        }

        public void Fact(string name, string value)
        {
            Put(name, 10, Margin, ValueColumn, strong);
            Put(value, 10, Margin + ValueColumn - 30, Inside - ValueColumn + 30, plain);
            y -= LineHeight;
        }

        public void Foot(string text)
        {
            y = Margin;
            Put(text, 8, Margin, Inside, plain);
        }

        /// <summary>In its own proportions, at most this high and as wide as the text.</summary>
        public void Picture(byte[] jpeg, int width, int height, double largest)
        {
            var scale = Math.Min(Inside / Math.Max(1, width), largest / Math.Max(1, height));
            var (w, h) = (width * scale, height * scale);
            page.AddJpeg(jpeg, new PdfRectangle(Margin, y - h, Margin + w, y));
            y -= h + 26;
        }

        // Shortened rather than running off the paper.
        private void Put(string text, double size, double x, double room, PdfDocumentBuilder.AddedFont font)
        {
            var shown = Writable(text);
            while (shown.Length > 1 && WidthOf(shown, size, font) > room)
            {
                shown = shown[..^4].TrimEnd('.') + "...";
            }

            if (shown.Length > 0)
            {
                page.AddText(shown, size, new PdfPoint(x, y), font);
            }
        }

        private double WidthOf(string text, double size, PdfDocumentBuilder.AddedFont font)
        {
            var letters = page.MeasureText(text, size, new PdfPoint(0, 0), font);
            return letters.Count == 0 ? 0 : letters[^1].EndBaseLine.X;
        }

        // The built-in fonts have Latin letters only.
        private static string Writable(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c : '?'));
    }
}
