namespace FractureDashboard.ML.Explanation;

/// <summary>Where in an image a model sees what speaks for a fracture. It shows what moved the model, not where a fracture is.</summary>
/// <param name="Width">The model's input, pixels.</param>
/// <param name="Height">The model's input, pixels.</param>
/// <param name="Values">Row by row, 0 (nothing, or against) to 1 (the most); all 0 when <see cref="IsBlank"/>.</param>
/// <param name="Method">How it was made.</param>
/// <param name="Notes">Sentences for whoever looks at it; empty when there is nothing to say.</param>
public sealed record HeatMap(int Width, int Height, float[] Values, ExplanationMethod Method, IReadOnlyList<string> Notes)
{
    /// <summary>P(fractured) of the image, 0 to 1.</summary>
    public double Probability { get; init; }

    /// <summary>The lowest value before scaling, in the method's own unit; below 0 where something speaks against a fracture.</summary>
    public double RawLowest { get; init; }

    /// <summary>The highest value before scaling, which became 1.</summary>
    public double RawHighest { get; init; }

    /// <summary>Of integrated gradients: by which share of the logit's difference the sum of all pixels misses it; null for other methods.</summary>
    public double? Incompleteness { get; init; }

    /// <summary>True when nothing in the image speaks for a fracture, or the model does not look at it: there is nothing to draw.</summary>
    public bool IsBlank => !Array.Exists(Values, v => v > 0);

    /// <summary>The pixel of the highest value; the middle of the image when the map is blank.</summary>
    /// <returns>Column and row, from 0.</returns>
    public (int X, int Y) Peak()
    {
        var best = IsBlank ? (Height / 2 * Width) + (Width / 2) : Array.IndexOf(Values, Values.Max());
        return (best % Width, best / Width);
    }
}
