using FractureDashboard.ML.Imaging;
using NetVips;

namespace FractureDashboard.Tests.ML.Quality;

/// <summary>What augmentation and export do to a radiograph.</summary>
internal enum Change
{
    /// <summary>About the centre by any angle; corners black or replicated.</summary>
    Rotation,

    /// <summary>About the centre, 0.8 to 1.25; borders black or replicated.</summary>
    Zoom,

    /// <summary>From left to right.</summary>
    Flip,

    /// <summary>To 0.5 to 2 times the size.</summary>
    Resize,

    /// <summary>JPEG of quality 40 to 95.</summary>
    Jpeg,

    /// <summary>Up or down by 20 %.</summary>
    Brightness,

    /// <summary>About the middle, 0.8 to 1.25 times.</summary>
    Contrast,
}

/// <summary>Changed copies of radiographs, drawn at random. Shared with the benchmarks.</summary>
internal static class RadiographVariants
{
    /// <summary>Changes a radiograph.</summary>
    /// <param name="radiograph">One channel.</param>
    /// <param name="changes">What to do, in order.</param>
    /// <param name="random">Draws how much.</param>
    /// <returns>Another picture of one channel.</returns>
    public static PixelImage Of(PixelImage radiograph, IEnumerable<Change> changes, Random random) =>
        changes.Aggregate(radiograph, (image, change) => change switch
        {
            Change.Rotation => Warp(image, random.NextDouble() * 2 * Math.PI, 1, random.Next(2) == 0),
            Change.Zoom => Warp(image, 0, Between(random, 0.8, 1.25), random.Next(2) == 0),
            Change.Flip => Through(image, i => i.FlipHor()),
            Change.Resize => Through(image, i => i.Resize(Between(random, 0.5, 2))),
            Change.Jpeg => Through(image, i => Image.NewFromBuffer(i.JpegsaveBuffer(q: random.Next(40, 96)))),
            Change.Brightness => Levels(image, Between(random, 0.8, 1.2), 0),
            Change.Contrast => Levels(image, Between(random, 0.8, 1.25), 128),
            _ => throw new ArgumentOutOfRangeException(nameof(changes), change, "Unknown change."),
        });

    /// <summary>Writes a picture as PNG.</summary>
    /// <param name="image">One channel.</param>
    /// <param name="path">Where.</param>
    public static void Save(PixelImage image, string path)
    {
        using var vips = Image.NewFromMemory(image.Pixels, image.Width, image.Height, 1, Enums.BandFormat.Uchar);
        vips.Pngsave(path, compression: 1);
    }

    /// <summary>Turns and scales about the centre; what comes from outside is black or the nearest pixel inside.</summary>
    /// <param name="image">One channel.</param>
    /// <param name="angle">In radians.</param>
    /// <param name="zoom">Above 1 enlarges.</param>
    /// <param name="isReplicated">Whether the outside repeats the border.</param>
    public static PixelImage Warp(PixelImage image, double angle, double zoom, bool isReplicated)
    {
        var (cos, sin) = (Math.Cos(angle) / zoom, Math.Sin(angle) / zoom);
        var (middleX, middleY) = ((image.Width - 1) / 2.0, (image.Height - 1) / 2.0);
        var pixels = new byte[image.Pixels.Length];
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                var u = (cos * (x - middleX)) - (sin * (y - middleY)) + middleX;
                var v = (sin * (x - middleX)) + (cos * (y - middleY)) + middleY;
                var isInside = u >= 0 && v >= 0 && u <= image.Width - 1 && v <= image.Height - 1;
                pixels[(y * image.Width) + x] = isInside || isReplicated ? At(image, Math.Clamp(u, 0, image.Width - 1), Math.Clamp(v, 0, image.Height - 1)) : (byte)0;
            }
        }

        return image with { Pixels = pixels };
    }

    private static byte At(PixelImage image, double x, double y)
    {
        var (left, top) = ((int)x, (int)y);
        var (right, bottom) = (Math.Min(left + 1, image.Width - 1), Math.Min(top + 1, image.Height - 1));
        var (u, v) = (x - left, y - top);
        var upper = ((1 - u) * image.Pixels[(top * image.Width) + left]) + (u * image.Pixels[(top * image.Width) + right]);
        var lower = ((1 - u) * image.Pixels[(bottom * image.Width) + left]) + (u * image.Pixels[(bottom * image.Width) + right]);
        return (byte)(((1 - v) * upper) + (v * lower) + 0.5);
    }

    private static PixelImage Levels(PixelImage image, double factor, double about) =>
        image with { Pixels = Array.ConvertAll(image.Pixels, p => (byte)Math.Clamp(about + ((p - about) * factor) + 0.5, 0, 255)) };

    private static PixelImage Through(PixelImage image, Func<Image, Image> change)
    {
        using var before = Image.NewFromMemory(image.Pixels, image.Width, image.Height, 1, Enums.BandFormat.Uchar);
        using var after = change(before);
        return new(after.Width, after.Height, 1, after.WriteToMemory<byte>());
    }

    private static double Between(Random random, double least, double most) => least + ((most - least) * random.NextDouble());
}
