using NetVips;

namespace FractureDashboard.ML.Imaging;

/// <summary>Puts images of one size side by side into one file, so that a page needs one request for all of them.</summary>
public static class PixelSheet
{
    /// <summary>The media type of what <see cref="Encode"/> returns.</summary>
    public const string MediaType = "image/png";

    /// <summary>Encodes a row of images.</summary>
    /// <param name="images">At least one; all of the same size and number of channels.</param>
    /// <param name="mostSide">Larger images are scaled down to this many pixels a side.</param>
    /// <returns>A PNG file, as wide as all of them together.</returns>
    /// <exception cref="ArgumentException">There is no image, or they differ in size.</exception>
    public static byte[] Encode(IReadOnlyList<PixelImage> images, int mostSide)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0 || images.Any(i => (i.Width, i.Height, i.Channels) != (images[0].Width, images[0].Height, images[0].Channels)))
        {
            throw new ArgumentException("A sheet needs images, all of one size.", nameof(images));
        }

        var tiles = images.Select(i => Image.NewFromMemory(i.Pixels, i.Width, i.Height, i.Channels, Enums.BandFormat.Uchar)).ToArray();
        try
        {
            using var row = Image.Arrayjoin(tiles, across: tiles.Length);
            var scale = (double)mostSide / Math.Max(images[0].Width, images[0].Height);
            using var shown = scale < 1 ? row.Resize(scale) : row.Copy();
            return shown.PngsaveBuffer(compression: 1, keep: Enums.ForeignKeep.None);
        }
        finally
        {
            foreach (var tile in tiles)
            {
                tile.Dispose();
            }
        }
    }
}
