namespace FractureDashboard.ML.Quality;

/// <summary>
/// What the clean-up of the reference notebook would have deleted, to compare with. It looked at files named <c>.png</c> or
/// <c>.jpg</c> and deleted those that Python's <c>imghdr.what</c> did not call jpeg, jpg, bmp or png.
/// </summary>
/// <remarks>
/// The module as it was in Python 3.11 and 3.12, the last and most lenient; before 3.11 it also deleted JPEGs whose first segment is a
/// quantisation table. It was removed from Python in 3.13.
/// </remarks>
public static class ImghdrRule
{
    /// <summary>Bytes from the start of a file that it looks at.</summary>
    public const int HeadLength = 32;

    private static readonly string[] Looked = [".png", ".jpg"];
    private static readonly string[] Allowed = ["jpeg", "jpg", "bmp", "png"];

    /// <summary>Whether the notebook would have deleted a file.</summary>
    /// <param name="head">Its first bytes; <see cref="HeadLength"/> are enough.</param>
    /// <param name="name">Its name or path.</param>
    public static bool WouldRemove(ReadOnlySpan<byte> head, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return LooksAt(name) && !Allowed.Contains(What(head));
    }

    /// <summary>Whether the notebook looked at a file at all.</summary>
    /// <param name="name">Its name or path.</param>
    public static bool LooksAt(string name) => Looked.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    /// <summary>What <c>imghdr.what</c> calls a file: the first of its tests that fits.</summary>
    /// <param name="head">The file's first bytes; <see cref="HeadLength"/> are enough.</param>
    /// <returns>For example <c>jpeg</c>; null when no test fits.</returns>
    public static string? What(ReadOnlySpan<byte> head)
    {
        var h = head[..Math.Min(head.Length, HeadLength)];
        return h switch
        {
            _ when At(h, 6, "JFIF"u8) || At(h, 6, "Exif"u8) || h.StartsWith<byte>([0xFF, 0xD8, 0xFF, 0xDB]) => "jpeg",
            _ when h.StartsWith<byte>([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) => "png",
            _ when h.StartsWith("GIF87a"u8) || h.StartsWith("GIF89a"u8) => "gif",
            _ when h.StartsWith("MM"u8) || h.StartsWith("II"u8) => "tiff",
            _ when h.StartsWith<byte>([0x01, 0xDA]) => "rgb",
            _ when IsPortable(h, '1', '4') => "pbm",
            _ when IsPortable(h, '2', '5') => "pgm",
            _ when IsPortable(h, '3', '6') => "ppm",
            _ when h.StartsWith<byte>([0x59, 0xA6, 0x6A, 0x95]) => "rast",
            _ when h.StartsWith("#define "u8) => "xbm",
            _ when h.StartsWith("BM"u8) => "bmp",
            _ when h.StartsWith("RIFF"u8) && At(h, 8, "WEBP"u8) => "webp",
            _ when h.StartsWith<byte>([0x76, 0x2F, 0x31, 0x01]) => "exr",
            _ => null,
        };
    }

    private static bool At(ReadOnlySpan<byte> head, int place, ReadOnlySpan<byte> text) => head.Length >= place && head[place..].StartsWith(text);

    private static bool IsPortable(ReadOnlySpan<byte> head, char plain, char raw) =>
        head.Length >= 3 && head[0] == 'P' && (head[1] == plain || head[1] == raw) && " \t\n\r"u8.Contains(head[2]);
}
