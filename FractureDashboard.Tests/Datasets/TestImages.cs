using System.IO.Compression;
using NetVips;

namespace FractureDashboard.Tests.Datasets;

/// <summary>Small image files of every format, each with a content of its own.</summary>
internal static class TestImages
{
    public static byte[] Png(int shade) => Encode(shade, i => i.PngsaveBuffer());

    public static byte[] Of(string format, int shade) => format switch
    {
        "jpg" => Encode(shade, i => i.JpegsaveBuffer()),
        "png" => Png(shade),
        "gif" => Encode(shade, i => i.GifsaveBuffer()),
        "webp" => Encode(shade, i => i.WebpsaveBuffer(lossless: true)),
        "tif" => Encode(shade, i => i.TiffsaveBuffer()),
        "bmp" => Bmp((byte)shade),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>Writes a file below a folder, and the folders on the way.</summary>
    public static string Write(string folder, string relativePath, byte[] content)
    {
        var path = Path.Combine(folder, relativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>A tree with two images in each split and class, except that val is called validation.</summary>
    public static string Tree(string folder)
    {
        var shade = 10;
        foreach (var split in (string[])["train", "validation", "test"])
        {
            foreach (var label in (string[])["fractured", "unfractured"])
            {
                Write(folder, $"{split}/{label}/a.png", Png(shade++));
                Write(folder, $"{split}/{label}/b.png", Png(shade++));
            }
        }

        return folder;
    }

    /// <summary>An archive with the given entries.</summary>
    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    private static byte[] Encode(int shade, Func<Image, byte[]> encode)
    {
        using var black = Image.Black(16, 12);
        using var grey = black.Linear([1.0], [shade]);
        using var bytes = grey.Cast(Enums.BandFormat.Uchar);
        using var image = bytes.Copy(interpretation: Enums.Interpretation.Bw);
        return encode(image);
    }

    // 1 x 1 pixel, 24 bit, uncompressed.
    private static byte[] Bmp(byte shade) =>
    [
        .. "BM"u8, 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0,
        40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        shade, shade, shade, 0,
    ];
}
