using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Quality;

/// <summary>What a file's name says about its content.</summary>
internal static class FileExtensions
{
    private static readonly Dictionary<ImageFormat, string[]> Usual = new()
    {
        [ImageFormat.Jpeg] = [".jpg", ".jpeg", ".jpe", ".jfif", ".jif"],
        [ImageFormat.Png] = [".png", ".apng"],
        [ImageFormat.Bmp] = [".bmp", ".dib", ".rle"],
        [ImageFormat.Gif] = [".gif"],
        [ImageFormat.WebP] = [".webp"],
        [ImageFormat.Tiff] = [".tif", ".tiff"],
    };

    /// <summary>A sentence when the name says another format than the content is, or none; otherwise null.</summary>
    public static string? Contradiction(string path, ImageFormat format)
    {
        var extension = Path.GetExtension(path).ToLowerInvariant();
        if (Usual[format].Contains(extension))
        {
            return null;
        }

        return extension.Length < 2
            ? $"The content is {Name(format)}, and the name has no extension that says so."
            : $"The content is {Name(format)}, and the name ends in {extension}.";
    }

    /// <summary>A format's name.</summary>
    public static string Name(ImageFormat format) => format == ImageFormat.Unknown ? "no image" : format == ImageFormat.WebP ? "WebP" : format.ToString().ToUpperInvariant();
}
