using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using FractureDashboard.ML.Training;

namespace FractureDashboard.ML.Evaluation;

/// <summary>Shows what the shortcut probe does to an image.</summary>
/// <param name="decoder">Decodes the files.</param>
public sealed class MarkerPreview(ImageDecoder decoder)
{
    private static readonly byte[] Frame = [255, 90, 60];

    /// <summary>Draws an image at a network's size (before any equalisation): with its markers framed, with them painted over, and with all but them painted over.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Of the run that is probed.</param>
    /// <returns>Three images of three channels, or why there are none.</returns>
    public DecodeResult<IReadOnlyList<PixelImage>> Draw(string path, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var original = decoder.DecodeFile(path, new DecodeOptions(Channels: 1));
        var input = decoder.DecodeFile(path, new DecodeOptions(options.ImageSize, 3, options.Preprocessing.Fit));
        if (original.Value is null || input.Value is null)
        {
            return original.Error ?? input.Error!;
        }

        var boxes = MarkerEdit.ToInput(MarkerLocator.Find(original.Value), original.Value, input.Value, options.Preprocessing.Fit);
        return new PixelImage[] { Framed(input.Value, boxes), MarkerBlanking.Blank(input.Value, boxes), MarkerBlanking.KeepOnly(input.Value, boxes) };
    }

    private static PixelImage Framed(PixelImage image, IReadOnlyList<PixelBox> boxes)
    {
        var pixels = image.Pixels.ToArray();
        foreach (var box in boxes)
        {
            for (var y = box.Y; y < box.Bottom; y++)
            {
                for (var x = box.X; x < box.Right; x++)
                {
                    if (y == box.Y || y == box.Bottom - 1 || x == box.X || x == box.Right - 1)
                    {
                        Frame.CopyTo(pixels, ((y * image.Width) + x) * 3);
                    }
                }
            }
        }

        return image with { Pixels = pixels };
    }
}
