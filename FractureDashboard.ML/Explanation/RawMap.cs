using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Models;

namespace FractureDashboard.ML.Explanation;

/// <summary>What a method found, before it is scaled to be looked at.</summary>
/// <param name="Values">Row by row; above 0 for a fracture, below 0 against it.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Grid">Where the cells lie in the image.</param>
/// <param name="Negligible">A highest value up to this is rounding, not a finding.</param>
/// <param name="Logit">The image's logit.</param>
internal sealed record RawMap(float[] Values, int Width, int Height, MapGrid Grid, double Negligible, double Logit)
{
    /// <summary>Brings it to the image's size, takes what speaks for a fracture, and scales that to 1.</summary>
    /// <param name="side">Side of the model's input.</param>
    /// <param name="method">How it was made.</param>
    /// <param name="notes">Sentences to go with it.</param>
    public HeatMap ToHeatMap(int side, ExplanationMethod method, params IEnumerable<string> notes)
    {
        var (lowest, highest) = (Values.Min(), Values.Max());
        var sentences = notes.ToList();
        var values = new float[side * side];
        if (Array.Exists(Values, v => !float.IsFinite(v)))
        {
            sentences.Add("The model's numbers overflow on this image, so there is no map.");
        }
        else if (highest <= Negligible)
        {
            sentences.Add("To this model nothing in this image speaks for a fracture, so there is nothing to mark.");
        }
        else
        {
            Enlarge(values, side);
        }

        return new HeatMap(side, side, values, method, sentences)
        {
            Probability = BinaryMetrics.Sigmoid(Logit),
            RawLowest = lowest,
            RawHighest = highest,
        };
    }

    private void Enlarge(float[] values, int side)
    {
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                values[(y * side) + x] = Math.Max(0, Bilinear.Sample(Values, Width, Height, (x - Grid.Offset) / Grid.Stride, (y - Grid.Offset) / Grid.Stride));
            }
        }

        // Between the cells' middles the peak can be lower than in the cell itself, and beyond them it is cut off.
        var most = values.Max();
        for (var i = 0; most > 0 && i < values.Length; i++)
        {
            values[i] /= most;
        }
    }
}

/// <summary>Bilinear reading between the middles of cells.</summary>
internal static class Bilinear
{
    /// <summary>The value at a place; beyond the outermost middles that of the nearest cell.</summary>
    /// <param name="values">Row by row.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="x">Column, 0 in the middle of the first.</param>
    /// <param name="y">Row, 0 in the middle of the first.</param>
    public static float Sample(float[] values, int width, int height, double x, double y)
    {
        x = Math.Clamp(x, 0, width - 1);
        y = Math.Clamp(y, 0, height - 1);
        int left = (int)x, top = (int)y;
        int right = Math.Min(left + 1, width - 1), bottom = Math.Min(top + 1, height - 1);
        double across = x - left, down = y - top;
        var upper = (values[(top * width) + left] * (1 - across)) + (values[(top * width) + right] * across);
        var lower = (values[(bottom * width) + left] * (1 - across)) + (values[(bottom * width) + right] * across);
        return (float)((upper * (1 - down)) + (lower * down));
    }
}
