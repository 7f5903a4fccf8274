using FractureDashboard.ML.Imaging;
using FractureDashboard.Tests.ML.Imaging;
using NetVips;
using static FractureDashboard.Tests.ML.Quality.Corpus.Radiographs;
using static FractureDashboard.Tests.ML.Quality.Corpus.Rewriting;

namespace FractureDashboard.Tests.ML.Quality.Corpus;

/// <summary>Ordinary images in every variant that the formats allow and that all programs read: nothing is said of them.</summary>
internal static class SoundFiles
{
    /// <summary>A shaft, 72 x 64, arithmetic coding (SOF9), made with cjpeg of libjpeg-turbo.</summary>
    private const string Arithmetic =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACAWGBwYFCAcGhwkIiAmMFA0MCwsMGJGSjpQdGZ6eHJmcG6AkLicgIiuim5woNqirr7EztDOfJri8uDI8LjKzsb/yQALCABAAE" +
        "gBAREA/8wABgAQEAX/2gAIAQEAAD8A/u3U0NvBcnOpvYuHXZSr8UVOux6nIPVuVNmQaiQP2wIdc/DWA6ZRfKF6j86y9WTMnBezVao5gp9Uc/UsV0yzumiUzMfNBUyF5JRT" +
        "HtNxTjIr4oOz8FG3TzaJOx9WOgNgpEosXpabCRExTg55IK3TnOyEP9212jvuZcR/AAtVlihtK8cCILpOrKSf/wDRRbiv8nMETfIhEYhjCs7Mxoezm6KbgBAeNIaFkD+VQC" +
        "ILwX2la//Z";

    public static IEnumerable<CorpusFile> All() => [.. Jpegs(), .. Pngs(), .. Others()];

    private static IEnumerable<CorpusFile> Jpegs()
    {
        var plain = Encode(Rgb(), ImageFormat.Jpeg);
        var bare = WithoutSegments(plain, 0xE0, 0xE1, 0xE2, 0xEE, 0xFE);
        (string Name, byte[] Content)[] files =
        [
            ("plain", plain),
            ("grey", Encode(Grey(), ImageFormat.Jpeg)),
            ("progressive", Save(Rgb(), i => i.JpegsaveBuffer(interlace: true))),
            ("progressive-grey", Save(Grey(), i => i.JpegsaveBuffer(interlace: true))),
            ("optimised-scans", Save(Rgb(), i => i.JpegsaveBuffer(interlace: true, optimizeScans: true))),
            ("optimised-tables", Save(Rgb(), i => i.JpegsaveBuffer(optimizeCoding: true))),
            ("full-colour-resolution", Save(Rgb(), i => i.JpegsaveBuffer(subsampleMode: Enums.ForeignSubsample.Off))),
            ("half-colour-resolution", Save(Rgb(), i => i.JpegsaveBuffer(subsampleMode: Enums.ForeignSubsample.On))),
            ("trellis", Save(Rgb(), i => i.JpegsaveBuffer(trellisQuant: true, overshootDeringing: true, quantTable: 3))),
            ("restarts", Save(Rgb(), i => i.JpegsaveBuffer(restartInterval: 4))),
            ("best-quality", Save(Rgb(), i => i.JpegsaveBuffer(q: 100))),
            ("poor-quality", Save(Rgb(), i => i.JpegsaveBuffer(q: 25))),
            ("no-jfif", bare),
            ("jfif-only", [.. bare[..2], 0xFF, 0xE0, 0, 16, .. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0, .. bare[2..]]),
            ("adobe", WithSegment(bare, 0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 1])),
            ("comment", WithSegment(plain, 0xFE, [.. "made for a test"u8])),
            ("comment-first", WithSegment(bare, 0xFE, [.. "made for a test"u8])),
            ("profile-first", WithSegment(bare, 0xE2, [.. "MPF\0"u8, 1, 2, 3])),
            ("preview-inside", WithSegment(plain, 0xED, Encode(Rgb(16, 12), ImageFormat.Jpeg))),
            ("fill-bytes", [.. plain[..2], 0xFF, 0xFF, 0xFF, .. plain[2..]]),
            ("bytes-behind", [.. plain, 0, 0, 0, 0, 1, 2, 3]),
            ("arithmetic", Convert.FromBase64String(Arithmetic)),
            ("exif-1", Save(Rgb(), i => i.JpegsaveBuffer(), i => Turned(i, 1))),
        ];
        return files.Select(f => CorpusFile.Sound($"{f.Name}.jpg", f.Content))
            .Append(CorpusFile.Sound("plain.JPG", plain))
            .Append(CorpusFile.Sound("plain.jpeg", plain))
            .Append(CorpusFile.Sound("plain.jfif", plain));
    }

    private static IEnumerable<CorpusFile> Pngs()
    {
        var plain = Encode(Grey(), ImageFormat.Png);
        (string Name, byte[] Content)[] files =
        [
            ("plain", plain),
            ("rgb", Encode(Rgb(), ImageFormat.Png)),
            ("interlaced", Save(Grey(), i => i.PngsaveBuffer(interlace: true))),
            ("interlaced-rgb", Save(Rgb(), i => i.PngsaveBuffer(interlace: true))),
            ("uncompressed", Save(Grey(), i => i.PngsaveBuffer(compression: 0))),
            ("all-filters", Save(Grey(), i => i.PngsaveBuffer(filter: Enums.ForeignPngFilter.All))),
            ("palette", Save(Rgb(), i => i.PngsaveBuffer(palette: true))),
            ("palette-four-bits", Save(Rgb(), i => i.PngsaveBuffer(palette: true, bitdepth: 4))),
            ("four-bits", Save(Grey(), i => i.PngsaveBuffer(bitdepth: 4))),
            ("two-bits", Save(Grey(), i => i.PngsaveBuffer(bitdepth: 2))),
            ("one-bit", Save(Draw(Width, Height, (u, _, noise) => ((5 * u) % 1) + (0.2 * noise) > 0.65 ? 255 : 0), i => i.PngsaveBuffer(bitdepth: 1))),
            ("text", BeforeData(plain, Chunk("tEXt", [.. "Comment\0made for a test"u8]))),
            ("gamma", BeforeData(plain, Chunk("gAMA", 0, 0, 0xB1, 0x8F))),
            ("one-frame", BeforeData(plain, Chunk("acTL", 0, 0, 0, 1, 0, 0, 0, 0))),
            ("bytes-behind", [.. plain, 1, 2, 3]),
        ];
        return files.Select(f => CorpusFile.Sound($"{f.Name}.png", f.Content));
    }

    private static IEnumerable<CorpusFile> Others()
    {
        var picture = Grey();
        yield return CorpusFile.Sound("plain.gif", Encode(picture, ImageFormat.Gif));
        yield return CorpusFile.Sound("interlaced.gif", Save(picture, i => i.GifsaveBuffer(interlace: true, dither: 0)));
        yield return CorpusFile.Sound("few-colours.gif", Save(picture, i => i.GifsaveBuffer(bitdepth: 5, dither: 0)));
        yield return CorpusFile.Sound("comment-behind.gif", [.. Encode(picture, ImageFormat.Gif)[..^1], 0x21, 0xFE, 2, 65, 66, 0, 0x3B]);
        yield return CorpusFile.Sound("plain.bmp", Bitmaps.Info24(picture));
        yield return CorpusFile.Sound("from-the-top.bmp", Bitmaps.Info24(picture, topDown: true));
        yield return CorpusFile.Sound("32-bits.bmp", Bitmaps.Info32(picture));
        yield return CorpusFile.Sound("palette.bmp", Bitmaps.Indexed(Width, Height, 8, (x, y) => picture.Pixels[(y * Width) + x]));
        yield return CorpusFile.Sound("padded-rows.bmp", Bitmaps.Info24(Grey(Width + 1)));
    }
}
