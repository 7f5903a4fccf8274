using FractureDashboard.ML.Training;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>
/// The affine family of Keras' <c>ImageDataGenerator</c>, with its meaning of each number:
/// drawn per image and epoch, border pixels replicated (<c>fill_mode='nearest'</c>), bilinear.
/// </summary>
/// <param name="RotationDegrees">Rotation is uniform in ± this many degrees; 0 to 180.</param>
/// <param name="ShearDegrees">Shear angle is uniform in ± this many <b>degrees</b> (Keras' 0.2 means 0.2 degrees); 0 to 45.</param>
/// <param name="Zoom">Zoom of x and of y is drawn independently from [1 - z, 1 + z]; 0 to 0.9.</param>
/// <param name="HorizontalFlip">Mirrors left and right with probability 0.5.</param>
public sealed record AugmentationOptions(double RotationDegrees = 0, double ShearDegrees = 0, double Zoom = 0, bool HorizontalFlip = false)
{
    /// <summary>No augmentation.</summary>
    public static AugmentationOptions None { get; } = new();

    /// <summary>The reference notebook's: rotation 20, shear 0.2, zoom 0.2, horizontal flip.</summary>
    public static AugmentationOptions Notebook { get; } = new(20, 0.2, 0.2, true);

    /// <summary>True when nothing is changed.</summary>
    public bool IsOff => RotationDegrees == 0 && ShearDegrees == 0 && Zoom == 0 && !HorizontalFlip;

    /// <summary>Checks every range.</summary>
    /// <returns>One entry for each field out of range.</returns>
    public IEnumerable<OptionProblem> Validate()
    {
        if (!(RotationDegrees is >= 0 and <= 180))
        {
            yield return new(nameof(RotationDegrees), "Rotation must be between 0 and 180 degrees.");
        }

        if (!(ShearDegrees is >= 0 and <= 45))
        {
            yield return new(nameof(ShearDegrees), "Shear must be between 0 and 45 degrees.");
        }

        if (!(Zoom is >= 0 and <= 0.9))
        {
            yield return new(nameof(Zoom), "Zoom must be between 0 and 0.9.");
        }
    }
}
