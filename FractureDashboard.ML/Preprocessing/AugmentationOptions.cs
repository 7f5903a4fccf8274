using FractureDashboard.ML.Training;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>What stands where a moved image leaves its square empty.</summary>
public enum AugmentationFill
{
    /// <summary>The nearest border pixel, as Keras' <c>fill_mode='nearest'</c>.</summary>
    Nearest = 0,

    /// <summary>Black.</summary>
    Black = 1,
}

/// <summary>
/// Random changes to the training images, drawn per image and epoch. The affine family has the meaning that Keras'
/// <c>ImageDataGenerator</c> gives its numbers; all is bilinear.
/// </summary>
/// <param name="RotationDegrees">Rotation is uniform in ± this many degrees; 0 to 180.</param>
/// <param name="ShearDegrees">Shear angle is uniform in ± this many <b>degrees</b> (Keras' 0.2 means 0.2 degrees); 0 to 45.</param>
/// <param name="Zoom">Zoom of x and of y is drawn independently from [1 - z, 1 + z]; 0 to 0.9.</param>
/// <param name="HorizontalFlip">Mirrors left and right with probability 0.5.</param>
public sealed record AugmentationOptions(double RotationDegrees = 0, double ShearDegrees = 0, double Zoom = 0, bool HorizontalFlip = false)
{
    /// <summary>Shift of x and of y is drawn independently from ± this share of the side; 0 to 0.5.</summary>
    public double Translation { get; init; }

    /// <summary>What fills the emptied parts.</summary>
    public AugmentationFill Fill { get; init; }

    /// <summary>Pixels are multiplied by a factor from [1 - b, 1 + b]; 0 to 0.9.</summary>
    public double Brightness { get; init; }

    /// <summary>Distances from the image's mean are multiplied by a factor from [1 - c, 1 + c]; 0 to 0.9.</summary>
    public double Contrast { get; init; }

    /// <summary>Pixels are raised to a power whose logarithm is uniform in ± this number; 0 to 1.</summary>
    public double Gamma { get; init; }

    /// <summary>Standard deviation of added Gaussian noise is uniform in [0, this], pixels being in [0, 1]; 0 to 0.5.</summary>
    public double Noise { get; init; }

    /// <summary>Probability of blanking a rectangle of 2 % to 20 % of the area (Zhong et al., AAAI 2020); 0 to 1.</summary>
    public double Erasing { get; init; }

    /// <summary>Alpha of mixup's beta distribution (Zhang et al., ICLR 2018); 0 is off, up to 2.</summary>
    public double Mixup { get; init; }

    /// <summary>Alpha of CutMix' beta distribution (Yun et al., ICCV 2019); 0 is off, up to 2. With both, each batch takes one by chance.</summary>
    public double CutMix { get; init; }

    /// <summary>No augmentation.</summary>
    public static AugmentationOptions None { get; } = new();

    /// <summary>The reference notebook's: rotation 20, shear 0.2, zoom 0.2, horizontal flip.</summary>
    public static AugmentationOptions Notebook { get; } = new(20, 0.2, 0.2, true);

    /// <summary>True when nothing is moved.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsGeometryOff => RotationDegrees == 0 && ShearDegrees == 0 && Zoom == 0 && !HorizontalFlip && Translation == 0;

    /// <summary>True when no pixel value is changed.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsIntensityOff => Brightness == 0 && Contrast == 0 && Gamma == 0 && Noise == 0 && Erasing == 0;

    /// <summary>True when images of a batch are mixed.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsMixing => Mixup > 0 || CutMix > 0;

    /// <summary>True when nothing is changed.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsOff => IsGeometryOff && IsIntensityOff && !IsMixing;

    /// <summary>Checks every range.</summary>
    /// <returns>One entry for each field out of range.</returns>
    public IEnumerable<OptionProblem> Validate()
    {
        (string Field, double Value, double Most, string Title, string Unit)[] ranges =
        [
            (nameof(RotationDegrees), RotationDegrees, 180, "Rotation", " degrees"),
            (nameof(ShearDegrees), ShearDegrees, 45, "Shear", " degrees"),
            (nameof(Zoom), Zoom, 0.9, "Zoom", ""),
            (nameof(Translation), Translation, 0.5, "Translation", ""),
            (nameof(Brightness), Brightness, 0.9, "Brightness", ""),
            (nameof(Contrast), Contrast, 0.9, "Contrast", ""),
            (nameof(Gamma), Gamma, 1, "Gamma", ""),
            (nameof(Noise), Noise, 0.5, "Noise", ""),
            (nameof(Erasing), Erasing, 1, "Random erasing", ""),
            (nameof(Mixup), Mixup, 2, "Mixup", ""),
            (nameof(CutMix), CutMix, 2, "CutMix", ""),
        ];
        foreach (var (field, value, most, title, unit) in ranges)
        {
            if (!(value >= 0 && value <= most))
            {
                yield return new(field, FormattableString.Invariant($"{title} must be between 0 and {most}{unit}."));
            }
        }
    }
}
