using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using FractureDashboard.Tests.ML.Imaging;
using NetVips;
using static FractureDashboard.Tests.ML.Quality.Corpus.Radiographs;
using static FractureDashboard.Tests.ML.Quality.Corpus.Rewriting;

namespace FractureDashboard.Tests.ML.Quality.Corpus;

/// <summary>Sound images that may hurt a training: a warning or a note, never an error.</summary>
internal static class OddFiles
{
    private const QualityRule Tf = QualityRule.NotForTensorFlow;

    public static IEnumerable<CorpusFile> All() => [.. Names(), .. Variants(), .. Frames(), .. Colours(), .. Turned(), .. Sizes(), .. Tones(), .. Blank()];

    private static IEnumerable<CorpusFile> Names()
    {
        (ImageFormat Format, string Name)[] misnamed =
        [
            (ImageFormat.Jpeg, "is-jpeg.png"), (ImageFormat.Png, "is-png.jpg"), (ImageFormat.Bmp, "is-bmp.jpg"), (ImageFormat.Gif, "is-gif.jpg"),
            (ImageFormat.WebP, "is-webp.jpg"), (ImageFormat.Tiff, "is-tiff.jpg"), (ImageFormat.Jpeg, "is-jpeg"), (ImageFormat.Png, "is-png.txt"), (ImageFormat.Jpeg, "is-jpeg.gif"),
        ];
        return misnamed.Select(m => CorpusFile.Odd(
            m.Name, Encode(Rgb(), m.Format), m.Format is ImageFormat.WebP or ImageFormat.Tiff ? [QualityRule.WrongExtension, Tf] : [QualityRule.WrongExtension]));
    }

    private static IEnumerable<CorpusFile> Variants()
    {
        var jpeg = Encode(Rgb(), ImageFormat.Jpeg);
        var frame = Frame(jpeg);
        yield return CorpusFile.Odd("webp.webp", Encode(Rgb(), ImageFormat.WebP), Tf);
        yield return CorpusFile.Odd("lossy.webp", Save(Rgb(), i => i.WebpsaveBuffer(q: 80)), Tf);
        yield return CorpusFile.Odd("tiff.tif", Encode(Rgb(), ImageFormat.Tiff), Tf);
        yield return CorpusFile.Odd("jpeg-inside.tiff", Save(Rgb(), i => i.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Jpeg)), Tf);
        yield return CorpusFile.Odd("555.bmp", Bitmaps.Info555(Rgb()), Tf);
        yield return CorpusFile.Odd("565.bmp", Bitmaps.Info565(Rgb()), Tf);
        yield return CorpusFile.Odd("os2.bmp", Bitmaps.Core24(Rgb()), Tf);
        yield return CorpusFile.Odd("four-bits.bmp", Indexed(4), Tf);
        yield return CorpusFile.Odd("one-bit.bmp", Indexed(1), Tf);

        // Sound, but an error all the same: nothing else reads it. Four tones make letters of the bone.
        yield return new("two-bits.bmp", Indexed(2), [Tf, QualityRule.BurntInMarkers], QualitySeverity.Error);
        yield return CorpusFile.Odd("run-lengths.bmp", RunLengths(), Tf);
        yield return CorpusFile.Odd("bytes-behind.bmp", [.. Bitmaps.Info24(Rgb()), 0, 0, 0, 0, 0], Tf);
        yield return CorpusFile.Odd("twelve-bits.jpg", Patched(jpeg, frame + 4, 12), Tf);
        yield return CorpusFile.Odd("lossless.jpg", Patched(jpeg, frame + 1, 0xC3), Tf);
        yield return CorpusFile.Odd("hierarchical.jpg", Patched(jpeg, frame + 1, 0xC5), Tf);
        yield return CorpusFile.Odd("height-at-the-end.jpg", Patched(jpeg, frame + 5, 0, 0), Tf);
    }

    private static IEnumerable<CorpusFile> Frames()
    {
        yield return CorpusFile.Odd("animated.gif", Save(Grey(), i => i.GifsaveBuffer(dither: 0), Radiographs.Frames), QualityRule.SeveralPages);
        yield return CorpusFile.Odd("animated.webp", Save(Rgb(), i => i.WebpsaveBuffer(lossless: true), Radiographs.Frames), QualityRule.SeveralPages, Tf);
        yield return CorpusFile.Odd("pages.tif", Save(Grey(), i => i.TiffsaveBuffer(), Radiographs.Frames), QualityRule.SeveralPages, Tf);
        yield return CorpusFile.Odd("animated.png", Animated(Encode(Grey(), ImageFormat.Png)), QualityRule.SeveralPages);
    }

    private static IEnumerable<CorpusFile> Colours()
    {
        yield return CorpusFile.Odd("cmyk.jpg", Save(Rgb(), i => i.JpegsaveBuffer(), Cmyk), QualityRule.Cmyk);
        yield return CorpusFile.Odd("cmyk.tif", Save(Rgb(), i => i.TiffsaveBuffer(), Cmyk), QualityRule.Cmyk, Tf);
        yield return CorpusFile.Noted("sixteen-bits.png", Save(Grey(), i => i.PngsaveBuffer(bitdepth: 16), Sixteen), QualityRule.DeepBits);
        yield return CorpusFile.Noted("sixteen-bits-rgb.png", Save(Rgb(), i => i.PngsaveBuffer(bitdepth: 16), Sixteen), QualityRule.DeepBits);
        yield return CorpusFile.Odd("sixteen-bits.tif", Save(Grey(), i => i.TiffsaveBuffer(), Sixteen), QualityRule.DeepBits, Tf);
        yield return CorpusFile.Odd("float.tif", Save(Grey(), i => i.TiffsaveBuffer(), i => i.Cast(Enums.BandFormat.Float)), QualityRule.DeepBits, Tf);
        yield return CorpusFile.Noted("alpha.png", Save(Rgb(), i => i.PngsaveBuffer(), WithAlpha), QualityRule.Alpha);
        yield return CorpusFile.Noted("grey-alpha.png", Save(Grey(), i => i.PngsaveBuffer(), WithAlpha), QualityRule.Alpha);
        yield return CorpusFile.Odd("alpha.webp", Save(Rgb(), i => i.WebpsaveBuffer(lossless: true), WithAlpha), QualityRule.Alpha, Tf);
        yield return CorpusFile.Odd("alpha.tif", Save(Rgb(), i => i.TiffsaveBuffer(), WithAlpha), QualityRule.Alpha, Tf);
        yield return CorpusFile.Noted("alpha.bmp", Bitmaps.V4Alpha(Rgb(), 200), QualityRule.Alpha);
        yield return CorpusFile.Noted("sixteen-bits-alpha.png", Save(Rgb(), i => i.PngsaveBuffer(bitdepth: 16), Sixteen, i => i.Bandjoin(50_000)), QualityRule.DeepBits, QualityRule.Alpha);
    }

    private static IEnumerable<CorpusFile> Turned()
    {
        for (var orientation = 2; orientation <= 8; orientation++)
        {
            var by = orientation;
            yield return CorpusFile.Odd($"exif-{by}.jpg", Save(Rgb(), i => i.JpegsaveBuffer(q: 92), i => Radiographs.Turned(i, by)), QualityRule.Orientation);
        }

        yield return CorpusFile.Odd("exif-6.png", Save(Rgb(), i => i.PngsaveBuffer(), i => Radiographs.Turned(i, 6)), QualityRule.Orientation);
        yield return CorpusFile.Odd("exif-3.tif", Save(Rgb(), i => i.TiffsaveBuffer(), i => Radiographs.Turned(i, 3)), QualityRule.Orientation, Tf);
        yield return CorpusFile.Odd("exif-8.webp", Save(Rgb(), i => i.WebpsaveBuffer(lossless: true), i => Radiographs.Turned(i, 8)), QualityRule.Orientation, Tf);
    }

    private static IEnumerable<CorpusFile> Sizes()
    {
        foreach (var format in (ImageFormat[])[ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.Bmp, ImageFormat.Gif])
        {
            yield return CorpusFile.Odd($"small{Extension(format)}", Encode(Rgb(48, 40), format), QualityRule.TooSmall);
            yield return CorpusFile.Odd($"narrow{Extension(format)}", Encode(Rgb(70, 320), format), QualityRule.ExtremeAspect);
        }

        yield return CorpusFile.Odd("small-and-long.png", Encode(Grey(400, 20), ImageFormat.Png), QualityRule.TooSmall, QualityRule.ExtremeAspect);
        yield return CorpusFile.Odd("one-pixel.png", Encode(Draw(1, 1, (_, _, _) => 90), ImageFormat.Png), QualityRule.TooSmall, QualityRule.Blank);
    }

    private static IEnumerable<CorpusFile> Tones()
    {
        foreach (var format in (ImageFormat[])[ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.Bmp])
        {
            var suffix = Extension(format);
            yield return CorpusFile.Odd($"dark{suffix}", Encode(Draw(Width, Height, (u, _, noise) => 5 + (50 * u) + (6 * noise)), format), QualityRule.VeryDark);
            yield return CorpusFile.Odd($"bright{suffix}", Encode(Draw(Width, Height, (u, _, noise) => 180 + (60 * u) + (6 * noise)), format), QualityRule.VeryBright);
            yield return CorpusFile.Odd($"burnt-out{suffix}", Encode(Draw(Width, Height, (u, v, noise) => Math.Pow(u - 0.5, 2) + Math.Pow(v - 0.5, 2) < 0.2 ? 255 : 90 + (60 * u) + (20 * noise)), format), QualityRule.VeryBright);
            yield return CorpusFile.Odd($"flat{suffix}", Encode(Draw(Width, Height, (u, _, noise) => 110 + (30 * u) + (4 * noise)), format), QualityRule.LowContrast);
            yield return CorpusFile.Odd($"smooth{suffix}", Encode(Draw(Width, Height, (u, v, _) => 128 + (100 * Math.Sin(3 * u) * Math.Cos(3 * v))), format), QualityRule.Blurred);
            yield return CorpusFile.Odd($"wide-borders{suffix}", Encode(Framed(0.25), format), QualityRule.Borders);
            yield return CorpusFile.Noted($"borders{suffix}", Encode(Framed(0.1), format), QualityRule.Borders);
            yield return CorpusFile.Odd($"letters{suffix}", Encode(WithLetters(), format), QualityRule.BurntInMarkers);
        }
    }

    private static IEnumerable<CorpusFile> Blank()
    {
        foreach (var (name, level) in ((string, byte)[])[("black", 0), ("grey", 128), ("white", 255)])
        {
            yield return CorpusFile.Odd($"{name}.jpg", Encode(Draw(Width, Height, (_, _, _) => level), ImageFormat.Jpeg), QualityRule.Blank);
            yield return CorpusFile.Odd($"{name}.png", Encode(Draw(Width, Height, (_, _, _) => level), ImageFormat.Png), QualityRule.Blank);
        }

        yield return CorpusFile.Odd("black.gif", Encode(Draw(Width, Height, (_, _, _) => 0), ImageFormat.Gif), QualityRule.Blank);
        yield return CorpusFile.Odd("grey-with-noise.jpg", Encode(Draw(Width, Height, (_, _, noise) => 120 + (1.5 * noise)), ImageFormat.Jpeg), QualityRule.Blank);
        yield return CorpusFile.Odd("black-with-a-speck.png", Encode(Draw(Width, Height, (u, v, _) => u < 0.05 && v < 0.05 ? 255 : 0), ImageFormat.Png), QualityRule.Blank);
    }

    private static PixelImage Framed(double margin)
    {
        var inner = Grey();
        return Draw(Width, Height, (u, v, _) =>
            u < margin || u >= 1 - margin || v < margin || v >= 1 - margin ? 0 : inner.Pixels[((int)Math.Round(v * Height) * Width) + (int)Math.Round(u * Width)]);
    }

    /// <summary>Three white letters L on dark ground in a corner of a larger picture.</summary>
    private static PixelImage WithLetters()
    {
        const int Letter = 34, Stroke = 8, Gap = 8, Margin = 14, Tall = 52;
        var picture = Grey(2 * Width, 2 * Height);
        var pixels = (byte[])picture.Pixels.Clone();
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = ((i % picture.Width) - Margin, (i / picture.Width) - Margin);
            var within = x % (Letter + Gap);
            if (x < 3 * (Letter + Gap) && y < Tall + Margin)
            {
                pixels[i] = (byte)(x >= 0 && y is >= 0 and < Tall && within < Letter && (within < Stroke || y >= Tall - Stroke) ? 250 : 30);
            }
        }

        return picture with { Pixels = pixels };
    }

    private static byte[] Indexed(int bits)
    {
        var picture = Grey();
        return Bitmaps.Indexed(Width, Height, bits, (x, y) => picture.Pixels[(y * Width) + x] >> (8 - bits));
    }

    private static byte[] RunLengths()
    {
        var picture = Grey();

        // Rows from the bottom, each pixel a run of one, an end of line (0, 0) behind each row and an end of picture (0, 1).
        byte[] data = [.. Enumerable.Range(0, Height).SelectMany(y => Enumerable.Range(0, Width)
            .SelectMany(x => (byte[])[1, picture.Pixels[((Height - 1 - y) * Width) + x]])
            .Concat((byte[])[0, 0])), 0, 1];
        return Bitmaps.RunLengths(Width, Height, 8, data);
    }
}
