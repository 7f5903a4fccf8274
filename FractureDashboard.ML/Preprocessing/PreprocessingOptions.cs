using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>How a file becomes the network's input. A model only understands images prepared as its training images were.</summary>
/// <param name="Fit">Stretched to the square, or letterboxed into it.</param>
/// <param name="Greyscale">One channel instead of three.</param>
/// <param name="Clahe">Local contrast equalisation with limited slope (Zuiderveld, Graphics Gems IV, 1994), after scaling.</param>
public sealed record PreprocessingOptions(FitMode Fit = FitMode.Stretch, bool Greyscale = false, bool Clahe = false)
{
    /// <summary>The notebook's: stretched, three channels.</summary>
    public static PreprocessingOptions Notebook { get; } = new();

    /// <summary>Channels of the input: 1 or 3.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Channels => Greyscale ? 1 : 3;

    /// <summary>The decoder's options for a model's input.</summary>
    /// <param name="size">Side of the input in pixels.</param>
    /// <returns>The options, with the limits of a data set's files.</returns>
    public DecodeOptions Decode(int size) => new(size, Channels, Fit, Clahe: Clahe);
}
