using System.IO.Compression;
using System.Text;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using FractureDashboard.Tests.ML.Imaging;
using static FractureDashboard.Tests.ML.Quality.Corpus.Radiographs;
using static FractureDashboard.Tests.ML.Quality.Corpus.Rewriting;

namespace FractureDashboard.Tests.ML.Quality.Corpus;

/// <summary>Files that no training can use: each must be an error.</summary>
internal static class BrokenFiles
{
    private static readonly ImageFormat[] Formats =
        [ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.Bmp, ImageFormat.Gif, ImageFormat.WebP, ImageFormat.Tiff];

    public static IEnumerable<CorpusFile> All() => [.. Empty(), .. Truncated(), .. Damaged(), .. NotImages(), .. TooLarge()];

    private static IEnumerable<CorpusFile> Empty() =>
        Formats.Select(f => CorpusFile.Broken($"empty{Extension(f)}", [], QualityRule.Empty));

    private static IEnumerable<CorpusFile> Truncated()
    {
        foreach (var format in Formats)
        {
            var whole = Encode(Rgb(), format);
            foreach (var share in (double[])[0.3, 0.5, 0.9])
            {
                yield return CorpusFile.Broken($"cut-at-{share * 100:0}{Extension(format)}", Cut(whole, share), QualityRule.Truncated);
            }

            yield return CorpusFile.Broken($"only-header{Extension(format)}", whole[..40], QualityRule.Truncated);
            if (format != ImageFormat.Bmp)
            {
                // Of a bitmap only padding may lack; of the others the end mark is gone.
                yield return CorpusFile.Broken($"without-last-bytes{Extension(format)}", whole[..^(format == ImageFormat.Tiff ? 200 : 4)], QualityRule.Truncated);
            }
        }

        var progressive = Save(Rgb(), i => i.JpegsaveBuffer(interlace: true));
        yield return CorpusFile.Broken("progressive-cut.jpg", Cut(progressive, 0.6), QualityRule.Truncated);
        yield return CorpusFile.Broken("interlaced-cut.png", Cut(Save(Grey(), i => i.PngsaveBuffer(interlace: true)), 0.6), QualityRule.Truncated);

        // The preview's own end mark lies in a segment before the scan.
        yield return CorpusFile.Broken("preview-then-cut.jpg", WithSegment(Encode(Rgb(), ImageFormat.Jpeg), 0xEE, [1, 0xFF, 0xD9, 2])[..^60], QualityRule.Truncated);
    }

    private static IEnumerable<CorpusFile> Damaged()
    {
        var png = Encode(Grey(), ImageFormat.Png);
        yield return CorpusFile.Broken("changed-byte.png", Flipped(png, 0.5), QualityRule.Damaged);
        yield return CorpusFile.Broken("wrong-checksum.png", Patched(png, png.AsSpan().IndexOf("IEND"u8) - 6, 1, 2), QualityRule.Damaged);
        yield return CorpusFile.Broken("no-data.png", [.. png[..33], .. Chunk("IEND")], QualityRule.Damaged);
        yield return CorpusFile.Broken("no-such-colour-type.png", [.. png[..8], .. Chunk("IHDR", [.. png[16..24], 8, 5, 0, 0, 0]), .. png[33..]], QualityRule.Damaged);

        var jpeg = Encode(Rgb(), ImageFormat.Jpeg);
        yield return CorpusFile.Broken("marker-inside.jpg", Patched(jpeg, jpeg.Length / 2, 0xFF, 0xC0), QualityRule.Damaged);
        yield return CorpusFile.Broken("restart-inside.jpg", Patched(jpeg, jpeg.Length / 2, 0xFF, 0xD3), QualityRule.Damaged);
        yield return CorpusFile.Broken("stretch-gone.jpg", [.. jpeg[..(jpeg.Length / 3)], .. jpeg[(jpeg.Length / 2)..]], QualityRule.Damaged);
        yield return CorpusFile.Broken("zeros-inside.jpg", Zeroed(Save(Grey(), i => i.JpegsaveBuffer(q: 75)), 0.5, 600), QualityRule.Damaged);
        yield return CorpusFile.Broken("no-tables.jpg", WithoutSegments(jpeg, 0xC4, 0xDB), QualityRule.Damaged);
        yield return CorpusFile.Broken("end-mark-after-half.jpg", [.. Cut(jpeg, 0.5), 0xFF, 0xD9], QualityRule.Damaged);

        var webp = Encode(Rgb(), ImageFormat.WebP);
        yield return CorpusFile.Broken("no-such-chunk.webp", Patched(webp, webp.AsSpan().IndexOf("VP8L"u8) + 3, (byte)'Q'), QualityRule.Damaged);
        yield return CorpusFile.Broken("no-signature.webp", Patched(webp, webp.AsSpan().IndexOf("VP8L"u8) + 8, 0), QualityRule.Damaged);
        yield return CorpusFile.Broken("zeros-inside.tif", Zeroed(Encode(Grey(), ImageFormat.Tiff), 0.4, 300), QualityRule.Damaged);
        yield return CorpusFile.Broken("no-such-compression.bmp", Patched(Bitmaps.Info24(Grey()), 30, 9), QualityRule.Damaged);
        yield return CorpusFile.Broken("no-size.bmp", Patched(Bitmaps.Info24(Grey()), 18, 0, 0, 0, 0), QualityRule.Damaged);
        yield return CorpusFile.Broken("palette-larger-than-file.bmp", Patched(Bitmaps.Info24(Grey()), 46, 0xFF, 0xFF, 0xFF, 0x0F), QualityRule.Damaged);

        // A block's size lies about the blocks behind it, so that the decoder meets what is no block.
        var gif = Encode(Grey(), ImageFormat.Gif);
        yield return CorpusFile.Broken("zeros-inside.gif", Zeroed(gif, 0.5, 600), QualityRule.Damaged);
    }

    private static IEnumerable<CorpusFile> NotImages()
    {
        (string Name, byte[] Content)[] contents =
        [
            ("notes.jpg", Text("Patient will come again on Monday.\n")),
            ("error-page.jpg", Text("<!DOCTYPE html><html><body><h1>404 Not Found</h1></body></html>")),
            ("drawing.png", Text("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"></svg>")),
            ("table.jpg", Text("<?xml version=\"1.0\"?><rows/>")),
            ("answer.jpg", Text("{\"error\": \"quota exceeded\"}")),
            ("archive.jpg", Zip()),
            ("archive.png", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, .. Noise(90)]),
            ("report.jpg", Text("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n")),
            ("slice.png", [.. new byte[128], .. Text("DICM"), .. new byte[40]]),
            ("film.jpg", [0, 0, 0, 0x18, .. Text("ftypmp42"), .. new byte[60]]),
            ("phone.jpg", [0, 0, 0, 0x18, .. Text("ftypheic"), .. new byte[60]]),
            ("program.jpg", [0x7F, .. Text("ELF"), 2, 1, 1, 0, .. new byte[90]]),
            ("zeros.png", new byte[4000]),
            ("noise.jpg", Noise(4000)),
            ("grey-map.png", [.. Text("P5 10 10 255\n"), .. new byte[100]]),
            ("cars.bmp", Text("BMW is a maker of cars, and these are the first words of a text about it.")),
            ("photoshop.png", [.. Text("8BPS"), 0, 1, .. new byte[60]]),
            ("only-start.jpg", [0xFF, 0xD8]),
            ("shifted.jpg", [0x0A, .. Encode(Rgb(), ImageFormat.Jpeg)]),
            ("line-ends-changed.png", [0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A, 0x0A, .. Encode(Grey(), ImageFormat.Png)[8..]]),
        ];
        return contents.Select(c => CorpusFile.Broken(c.Name, c.Content, QualityRule.NotAnImage));
    }

    private static IEnumerable<CorpusFile> TooLarge()
    {
        var png = Encode(Grey(), ImageFormat.Png);
        var jpeg = Encode(Rgb(), ImageFormat.Jpeg);
        var gif = Encode(Grey(), ImageFormat.Gif);
        yield return CorpusFile.Broken("bomb.png", Claiming(png, 60_000, 60_000), QualityRule.TooLarge);
        yield return CorpusFile.Broken("very-long.png", Claiming(png, 2, 2_000_000), QualityRule.TooLarge);
        yield return CorpusFile.Broken("bomb.jpg", Patched(jpeg, Frame(jpeg) + 5, 0xFF, 0xDC, 0xFF, 0xDC), QualityRule.TooLarge);
        yield return CorpusFile.Broken("bomb.gif", Patched(gif, 6, 0xFF, 0xFF, 0xFF, 0xFF), QualityRule.TooLarge);
        yield return CorpusFile.Broken("bomb.bmp", Bitmaps.Claim(50_000, 50_000), QualityRule.TooLarge);
        yield return CorpusFile.Broken("bomb.webp", WebpClaim(16_000, 16_000), QualityRule.TooLarge);
        yield return CorpusFile.Broken("bomb.tif", TiffClaim(60_000, 60_000), QualityRule.TooLarge);
    }

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Noise(int length)
    {
        var bytes = Draw(length, 1, (_, _, noise) => 128 + (127 * noise)).Pixels;
        bytes[0] = 0xA7;
        return bytes;
    }

    private static byte[] Zip()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            using var entry = archive.CreateEntry("image.jpg").Open();
            entry.Write(Noise(300));
        }

        return stream.ToArray();
    }

    /// <summary>An extended header (WebP container, 2.7) whose canvas is as large as claimed, around a small picture.</summary>
    private static byte[] WebpClaim(int width, int height)
    {
        var small = Encode(Rgb(), ImageFormat.WebP);
        byte[] canvas = [.. Text("VP8X"), 10, 0, 0, 0, 0x02, 0, 0, 0, .. Three(width - 1), .. Three(height - 1)];
        byte[] body = [.. Text("WEBP"), .. canvas, .. Text("ANIM"), 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Frame()];
        return [.. Text("RIFF"), .. BitConverter.GetBytes(body.Length), .. body];

        static byte[] Three(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];

        byte[] Frame()
        {
            byte[] data = [0, 0, 0, 0, 0, 0, .. Three(Width - 1), .. Three(Height - 1), 100, 0, 0, 0, .. small[small.AsSpan().IndexOf("VP8L"u8)..]];
            return [.. Text("ANMF"), .. BitConverter.GetBytes(data.Length), .. data];
        }
    }

    /// <summary>One bit a pixel, no compression, strips that all are the same few bytes (TIFF 6.0, section 2).</summary>
    private static byte[] TiffClaim(int width, int height)
    {
        (int Tag, int Type, int Value)[] fields =
        [
            (256, 4, width), (257, 4, height), (258, 3, 1), (259, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1), (278, 4, height), (279, 4, 64),
        ];
        byte[] entries = [.. fields.SelectMany(f => (byte[])[(byte)f.Tag, (byte)(f.Tag >> 8), (byte)f.Type, 0, 1, 0, 0, 0, .. BitConverter.GetBytes(f.Value)])];
        return [0x49, 0x49, 42, 0, 72, 0, 0, 0, .. new byte[64], (byte)fields.Length, 0, .. entries, 0, 0, 0, 0];
    }
}
