namespace FractureDashboard.ML.Datasets;

/// <summary>What synthetic data set to draw.</summary>
/// <param name="Images">Number of images, 6 to 20,000; half of them fractured; 70 % train, 15 % val, 15 % test.</param>
/// <param name="Seed">The same seed gives the same bytes.</param>
/// <param name="Size">Side in pixels, 64 to 1024.</param>
public sealed record PhantomOptions(int Images = 600, int Seed = 42, int Size = 256);

/// <summary>What <c>phantom.json</c> says about one image.</summary>
/// <param name="Path">Path below the root, with forward slashes.</param>
/// <param name="Split">Split folder.</param>
/// <param name="Label">Class folder.</param>
/// <param name="Fracture">Where the fracture is; null without one.</param>
public sealed record PhantomTruth(string Path, string Split, string Label, PhantomCircle? Fracture);

/// <summary>A circle around a fracture, in pixels from the upper left corner.</summary>
/// <param name="X">Centre, to the right.</param>
/// <param name="Y">Centre, downwards.</param>
/// <param name="Radius">Radius.</param>
public sealed record PhantomCircle(double X, double Y, double Radius);

/// <summary>The content of <c>phantom.json</c>.</summary>
/// <param name="Synthetic">Always true.</param>
/// <param name="Note">Says that no patient was imaged.</param>
/// <param name="Seed">Seed of the set.</param>
/// <param name="Size">Side of each image in pixels.</param>
/// <param name="Images">Ground truth, one entry an image, ordered by path.</param>
public sealed record PhantomManifest(bool Synthetic, string Note, int Seed, int Size, IReadOnlyList<PhantomTruth> Images)
{
    /// <summary>Name of the file at the root of a synthetic data set.</summary>
    public const string FileName = "phantom.json";
}
