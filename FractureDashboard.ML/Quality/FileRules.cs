using System.Globalization;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Quality;

/// <summary>What is wrong with a file by itself, whatever the others are like.</summary>
internal static class FileRules
{
    /// <summary>The findings, ordered by rule.</summary>
    public static IEnumerable<QualityFinding> Of(PlacedFile file, FileFacts facts) => facts.Failure is { } failure
        ? [Failed(file, facts, failure)]
        : Stored(file, facts).Concat(facts.Pixels is { } pixels ? PictureRules.Of(file, facts, pixels) : []).OrderBy(f => f.Rule);

    /// <summary>A finding of a rule with the severity that it usually has.</summary>
    public static QualityFinding Finding(QualityRule rule, PlacedFile file, FileFacts facts, FormattableString evidence, double? score = null, QualitySeverity? severity = null) =>
        new(rule, severity ?? QualityRules.Of(rule).DefaultSeverity, file, facts.ContentHash, evidence.ToString(CultureInfo.InvariantCulture), Score: score);

    private static QualityFinding Failed(PlacedFile file, FileFacts facts, DecodeFailure failure)
    {
        var rule = failure switch
        {
            DecodeFailure.Empty => QualityRule.Empty,
            DecodeFailure.NotAnImage => QualityRule.NotAnImage,
            DecodeFailure.Truncated => QualityRule.Truncated,
            DecodeFailure.Damaged => QualityRule.Damaged,
            DecodeFailure.TooManyBytes or DecodeFailure.TooManyPixels => QualityRule.TooLarge,
            DecodeFailure.Unsupported => QualityRule.NotForTensorFlow,
            _ => QualityRule.Unreadable,
        };
        return Finding(rule, file, facts, $"{facts.Problem}");
    }

    private static IEnumerable<QualityFinding> Stored(PlacedFile file, FileFacts facts)
    {
        if (FileExtensions.Contradiction(file.RelativePath, facts.Format) is { } contradiction)
        {
            yield return Finding(QualityRule.WrongExtension, file, facts, $"{contradiction}");
        }

        if (facts.IsRare)
        {
            yield return Finding(
                QualityRule.NotForTensorFlow, file, facts,
                $"The content is a {FileExtensions.Name(facts.Format)} of a kind that hardly any program but this one reads, TensorFlow, Pillow and libvips included. Save it as PNG.",
                severity: QualitySeverity.Error);
        }
        else if (!facts.IsForTensorFlow)
        {
            var what = facts.Format is ImageFormat.WebP or ImageFormat.Tiff ? "format" : "variant of the format";
            yield return Finding(QualityRule.NotForTensorFlow, file, facts, $"The content is {FileExtensions.Name(facts.Format)}; tf.io.decode_image does not read this {what}.");
        }

        if (facts.Pages > 1)
        {
            yield return Finding(QualityRule.SeveralPages, file, facts, $"The file holds {facts.Pages} frames or pages; only the first is used.", facts.Pages);
        }

        if (facts.IsCmyk)
        {
            yield return Finding(QualityRule.Cmyk, file, facts, $"The image is stored as CMYK with {facts.Channels} channels.");
        }

        if (facts.BitsPerChannel > 8)
        {
            yield return Finding(QualityRule.DeepBits, file, facts, $"The image is stored with {facts.BitsPerChannel} bits a channel.", facts.BitsPerChannel);
        }

        if (facts.HasAlpha)
        {
            yield return Finding(QualityRule.Alpha, file, facts, $"Some pixels are transparent; the image is stored with {facts.Channels} channels.");
        }

        if (facts.Orientation != 1)
        {
            yield return Finding(QualityRule.Orientation, file, facts, $"EXIF orientation {facts.Orientation}: {Turned(facts.Orientation)}.");
        }
    }

    // EXIF 2.3, tag 0112: where row 0 and column 0 of the picture lie; said as what a program does that passes over it.
    private static string Turned(int orientation) => orientation switch
    {
        2 => "the stored pixels are mirrored",
        3 => "the stored pixels are upside down",
        4 => "the stored pixels are upside down and mirrored",
        5 => "the stored pixels are turned by a quarter and mirrored",
        6 => "the stored pixels are turned by a quarter to the left",
        7 => "the stored pixels are turned by a quarter and mirrored",
        _ => "the stored pixels are turned by a quarter to the right",
    };
}
