using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Gallery;

/// <summary>How splits, classes and formats are written on pages and in addresses.</summary>
internal static class GalleryText
{
    public static IReadOnlyList<Split> Splits { get; } = [Split.Train, Split.Validation, Split.Test];

    public static IReadOnlyList<Label> Labels { get; } = [Label.NotFractured, Label.Fractured];

    public static IReadOnlyList<ImageFormat> Formats { get; } =
        [ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.Bmp, ImageFormat.Gif, ImageFormat.WebP, ImageFormat.Tiff];

    public static string Of(Split split) => split switch
    {
        Split.Train => "train",
        Split.Validation => "validation",
        _ => "test",
    };

    public static string Of(Label label) => label == Label.Fractured ? "fractured" : "not fractured";

    public static string Of(ImageFormat format) => format switch
    {
        ImageFormat.WebP => "WebP",
        ImageFormat.Unknown => "unknown",
        _ => format.ToString().ToUpperInvariant(),
    };

    public static string Of(GallerySort sort) => sort switch
    {
        GallerySort.Folder => "Split, class, path",
        GallerySort.Path => "Path, A to Z",
        GallerySort.PathDescending => "Path, Z to A",
        GallerySort.LargestFile => "Largest file first",
        GallerySort.SmallestFile => "Smallest file first",
        GallerySort.MostPixels => "Most pixels first",
        _ => "Fewest pixels first",
    };
}
