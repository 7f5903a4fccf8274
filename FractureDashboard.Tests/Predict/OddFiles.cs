using FractureDashboard.ML.Imaging;
using FractureDashboard.Predict;
using FractureDashboard.Tests.ML.Imaging;
using NetVips;

namespace FractureDashboard.Tests.Predict;

/// <summary>Files as they come from hospitals, archives, editors and mischief, by what they are.</summary>
internal static class OddFiles
{
    /// <summary>What all good ones show.</summary>
    public static readonly PixelImage Picture = Pictures.Grey(160, 120);

    private const string EncapsulatedPdf = "1.2.840.10008.5.1.4.1.1.104.1";

    /// <summary>Those that must be answered.</summary>
    public static IReadOnlyDictionary<string, Func<byte[]>> Good { get; } = new Dictionary<string, Func<byte[]>>(StringComparer.Ordinal)
    {
        ["a PNG of 16 bits"] = () => Wide(i => i.PngsaveBuffer(bitdepth: 16)),
        ["a PNG of 16 bits in colour"] = () => Wide(i => i.PngsaveBuffer(bitdepth: 16), colour: true),
        ["a PNG with a palette"] = () => Save(i => i.PngsaveBuffer(palette: true, dither: 0)),
        ["an interlaced PNG"] = () => Save(i => i.PngsaveBuffer(interlace: true)),
        ["a PNG with an opaque alpha channel"] = () => Save(i => i.PngsaveBuffer(), i => i.Bandjoin(255)),
        ["a TIFF of 8 bits"] = () => Save(i => i.TiffsaveBuffer()),
        ["a TIFF of 16 bits"] = () => Wide(i => i.TiffsaveBuffer()),
        ["a TIFF of 16 bits, compressed by LZW"] = () => Wide(i => i.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw)),
        ["a TIFF of 16 bits, in tiles"] = () => Wide(i => i.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate, tile: true, tileWidth: 64, tileHeight: 64)),
        ["a TIFF compressed as JPEG"] = () => Save(i => i.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Jpeg, q: 95)),
        ["a BigTIFF"] = () => Save(i => i.TiffsaveBuffer(bigtiff: true)),
        ["a TIFF of several pages"] = () => Save(Pages(i => i.TiffsaveBuffer())),
        ["a TIFF where zero is white"] = () => Save(i => i.TiffsaveBuffer(miniswhite: true)),
        ["a grey JPEG"] = () => Save(i => i.JpegsaveBuffer(q: 95)),
        ["a progressive JPEG"] = () => Save(i => i.JpegsaveBuffer(q: 95, interlace: true)),
        ["a CMYK JPEG"] = () => Save(i => i.JpegsaveBuffer(q: 95), i => i.Colourspace(Enums.Interpretation.Srgb).Colourspace(Enums.Interpretation.Cmyk)),
        ["a JPEG turned by its EXIF tag"] = () => Turned(6, Enums.Angle.D270),
        ["a JPEG on its head by its EXIF tag"] = () => Turned(3, Enums.Angle.D180),
        ["a JPEG with words after its end"] = () => [.. Save(i => i.JpegsaveBuffer(q: 95)), .. "trailing words"u8],
        ["an animated GIF"] = () => Save(Pages(i => i.GifsaveBuffer(dither: 0))),
        ["an animated WebP"] = () => Save(Pages(i => i.WebpsaveBuffer(lossless: true))),
        ["a lossy WebP"] = () => Save(i => i.WebpsaveBuffer(q: 90)),
        ["a bitmap of 24 bits"] = () => Bitmaps.Info24(Picture),
        ["a bitmap from the top down"] = () => Bitmaps.Info24(Picture, topDown: true),
        ["a bitmap of 32 bits"] = () => Bitmaps.Info32(Picture),
        ["a bitmap with an old header"] = () => Bitmaps.Core24(Picture),
        ["a bitmap of 256 greys"] = () => Bitmaps.Indexed(Picture.Width, Picture.Height, 8, (x, y) => Picture.Pixels[(y * Picture.Width) + x]),
        ["a DICOM of 8 bits"] = () => Dicoms.Grey8(Picture).File(),
        ["a DICOM where zero is white"] = () => Dicoms.Grey8(Picture with { Pixels = Array.ConvertAll(Picture.Pixels, p => (byte)(255 - p)) }, "MONOCHROME1").File(),
        ["a DICOM of 16 bits with a window"] = () => Dicoms.Grey16(Picture.Width, Picture.Height, Values()).Window(32_768, 65_536).File(),
        ["a DICOM of 16 bits without a window"] = () => Dicoms.Grey16(Picture.Width, Picture.Height, Values()).File(),
        ["a DICOM without a file header"] = () => Dicoms.Grey8(Picture).DataSet(),
        ["a DICOM that wears a TIFF's head"] = () => Dicoms.Grey8(Picture).File([0x49, 0x49, 42, 0, 8, 0, 0, 0]),
    };

    /// <summary>Those that must be refused: the content, the kind, and words of the message.</summary>
    public static IReadOnlyDictionary<string, (Func<byte[]> Content, PredictionFailure Kind, string Words)> Bad { get; } =
        new Dictionary<string, (Func<byte[]> Content, PredictionFailure Kind, string Words)>(StringComparer.Ordinal)
        {
            ["an empty file"] = (() => [], PredictionFailure.Empty, "empty"),
            ["one byte"] = (() => [0xFF], PredictionFailure.NotAnImage, "not a JPEG"),
            ["noise"] = (Noise, PredictionFailure.NotAnImage, "not a JPEG"),
            ["zeros"] = (() => new byte[5000], PredictionFailure.NotAnImage, "not a JPEG"),
            ["a letter"] = (() => "Dear colleague, see the picture"u8.ToArray(), PredictionFailure.NotAnImage, "plain text"),
            ["a web page"] = (() => "<!DOCTYPE html><html><body>404</body></html>"u8.ToArray(), PredictionFailure.NotAnImage, "a web page"),
            ["a drawing with a script"] = (() => "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8.ToArray(), PredictionFailure.NotAnImage, "SVG"),
            ["a PDF"] = (() => "%PDF-1.7\n1 0 obj"u8.ToArray(), PredictionFailure.NotAnImage, "a PDF"),
            ["a ZIP"] = (() => [0x50, 0x4B, 3, 4, .. new byte[60]], PredictionFailure.NotAnImage, "a ZIP"),
            ["a HEIC photo"] = (() => [0, 0, 0, 24, .. "ftypheic"u8, .. new byte[100]], PredictionFailure.NotAnImage, "HEIF"),
            ["a program"] = (() => [.. "MZ"u8, .. Noise()], PredictionFailure.NotAnImage, "not a JPEG"),
            ["a truncated JPEG"] = (() => DrawnImages.Truncated(DrawnImages.Jpeg(400, 300)), PredictionFailure.Damaged, "again"),
            ["a truncated PNG"] = (() => DrawnImages.Truncated(DrawnImages.Png()), PredictionFailure.Damaged, "again"),
            ["a truncated GIF"] = (() => DrawnImages.Truncated(DrawnImages.Gif()), PredictionFailure.Damaged, "again"),
            ["a truncated WebP"] = (() => DrawnImages.Truncated(DrawnImages.WebP(400, 300)), PredictionFailure.Damaged, "again"),
            ["a truncated TIFF"] = (() => DrawnImages.Truncated(DrawnImages.Tiff()), PredictionFailure.Damaged, "again"),
            ["a truncated TIFF of 16 bits"] = (() => DrawnImages.Truncated(Wide(i => i.TiffsaveBuffer())), PredictionFailure.Damaged, "again"),
            ["a truncated bitmap"] = (() => DrawnImages.Truncated(DrawnImages.Bmp()), PredictionFailure.Damaged, "again"),
            ["only a PNG's first bytes"] = (() => [0x89, 0x50, 0x4E, 0x47, 13, 10, 0x1A, 10], PredictionFailure.Damaged, "again"),
            ["only a JPEG's first bytes"] = (() => [0xFF, 0xD8, 0xFF, 0xE0], PredictionFailure.Damaged, "again"),
            ["a PNG with damaged data"] = (() => DrawnImages.Damaged(DrawnImages.Png()), PredictionFailure.Damaged, "again"),
            ["a PNG of 60,000 pixels a side"] = (DrawnImages.HugePngHeader, PredictionFailure.TooLarge, "60,000 x 60,000"),
            ["a GIF of 65,535 pixels a side"] = (HugeGif, PredictionFailure.TooLarge, "65,535 x 65,535"),
            ["a bitmap of 60,000 pixels a side"] = (() => Bitmaps.Claim(60_000, 60_000), PredictionFailure.TooLarge, "60,000 x 60,000"),
            ["a TIFF of more pixels than allowed"] = (HugeTiff, PredictionFailure.TooLarge, "megapixels"),
            ["a truncated DICOM"] = (() => Dicoms.Grey8(Picture).File()[..^2000], PredictionFailure.Damaged, "again"),
            ["a DICOM cut off in its header"] = (() => Dicoms.Grey8(Picture).File()[..200], PredictionFailure.Damaged, "again"),
            ["a DICOM with too few pixels"] = (() => Dicoms.Image(95, 63, 8, "MONOCHROME2").Add(0x7FE00010, "OB", new byte[100]).File(), PredictionFailure.Damaged, "fewer pixels"),
            ["a DICOM of 65,535 pixels a side"] = (() => Dicoms.Image(65_535, 65_535, 16, "MONOCHROME2").Add(0x7FE00010, "OW", new byte[100]).File(), PredictionFailure.TooLarge, "65,535 x 65,535"),
            ["a DICOM report"] = (() => Dicoms.WithoutPixels("1.2.840.10008.5.1.4.1.1.88.33").File(), PredictionFailure.NotAnImage, "a structured report"),
            ["a DICOM with a PDF inside"] = (() => Dicoms.WithoutPixels(EncapsulatedPdf).File(), PredictionFailure.NotAnImage, "an enclosed document"),
            ["a DICOM in JPEG 2000"] = (
                () => Dicoms.Image(95, 63, 8, "MONOCHROME2", "1.2.840.10008.1.2.4.90").Add(0x7FE00010, "OB", new byte[100]).File(), PredictionFailure.Unsupported, "JPEG 2000"),
            ["a DICOM of nothing but its mark"] = (() => [.. new byte[128], .. "DICM"u8, .. new byte[380]], PredictionFailure.Damaged, "again"),
            ["a DICOM with noise after its mark"] = (() => [.. new byte[128], .. "DICM"u8, .. Noise()], PredictionFailure.Damaged, "again"),
        };

    /// <summary>How far from the picture, in grey levels on average, an answer's input may be: lossy files, and those that are stretched.</summary>
    public static double Tolerance(string name) => name switch
    {
        "a CMYK JPEG" => 12,
        "a DICOM of 16 bits without a window" => 45,
        _ => 3,
    };

    private static byte[] Save(Func<Image, byte[]> save, params Func<Image, Image>[] steps) => Pictures.Save(Picture, save, steps);

    private static byte[] Wide(Func<Image, byte[]> save, bool colour = false)
    {
        using var image = Pictures.ToVips(Picture);
        using var wide = image.Linear([257.0], [0.0]).Cast(Enums.BandFormat.Ushort);
        using var bands = colour ? wide.Bandjoin(wide, wide) : wide.Copy();
        using var tagged = bands.Copy(interpretation: colour ? Enums.Interpretation.Rgb16 : Enums.Interpretation.Grey16);
        return save(tagged);
    }

    // Two frames: the picture, then its negative, so that taking the wrong one would show.
    private static Func<Image, byte[]> Pages(Func<Image, byte[]> save) => first =>
    {
        using var second = first.Invert();
        using var both = first.Join(second, Enums.Direction.Vertical);
        using var paged = both.Mutate(m => m.Set(GValue.GIntType, "page-height", first.Height));
        return save(paged);
    };

    private static byte[] Turned(int orientation, Enums.Angle by) =>
        Save(i => i.JpegsaveBuffer(q: 95), i => i.Rot(by), i => i.Mutate(m => m.Set(GValue.GIntType, "orientation", orientation)));

    private static ushort[] Values() => Array.ConvertAll(Picture.Pixels, p => (ushort)(p * 257));

    private static byte[] Noise()
    {
        var bytes = new byte[4096];
        new Random(3).NextBytes(bytes);
        return bytes;
    }

    private static byte[] HugeGif()
    {
        var file = DrawnImages.Gif();
        file.AsSpan(6, 4).Fill(0xFF);
        return file;
    }

    // 144 megapixels in a few hundred kilobytes.
    private static byte[] HugeTiff()
    {
        using var image = Image.Black(12_000, 12_000);
        return image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate);
    }
}
