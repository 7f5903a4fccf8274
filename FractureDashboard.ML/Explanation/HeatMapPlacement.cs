using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Explanation;

/// <summary>Takes heat maps from the model's square back to the picture that was fitted into it.</summary>
public static class HeatMapPlacement
{
    /// <summary>A map's values on the picture.</summary>
    /// <param name="map">The map.</param>
    /// <param name="width">Width of the upright picture in pixels, at any scale.</param>
    /// <param name="height">Height of the upright picture in pixels.</param>
    /// <param name="fit">How the picture was fitted into the model's square.</param>
    /// <returns>Row by row, 0 to 1.</returns>
    public static float[] OnPicture(HeatMap map, int width, int height, FitMode fit)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var (scaleX, left) = Along(map.Width, width, Math.Max(width, height), fit);
        var (scaleY, top) = Along(map.Height, height, Math.Max(width, height), fit);
        var values = new float[width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                values[(y * width) + x] = Bilinear.Sample(
                    map.Values, map.Width, map.Height, left + ((x + 0.5) * scaleX) - 0.5, top + ((y + 0.5) * scaleY) - 0.5);
            }
        }

        return values;
    }

    /// <summary>The model's pixels for one of the picture, and the width of the bar before the picture.</summary>
    private static (double Scale, double Bar) Along(int square, int length, int longest, FitMode fit)
    {
        if (fit == FitMode.Stretch)
        {
            return ((double)square / length, 0);
        }

        // As the decoder does it: whole pixels, of two unequal bars the first is the narrower.
        var shown = Math.Max(1, Math.Round((double)length * square / longest, MidpointRounding.AwayFromZero));
        return (shown / length, Math.Floor((square - shown) / 2));
    }
}
