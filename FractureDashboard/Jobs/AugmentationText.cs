using FractureDashboard.ML.Preprocessing;

namespace FractureDashboard.Jobs;

/// <summary>Augmentation in a few words, for tables.</summary>
public static class AugmentationText
{
    /// <summary>Describes it.</summary>
    /// <param name="options">The augmentation.</param>
    /// <returns><c>off</c>, or e.g. <c>rotation 20°, shear 0.2°, zoom 0.2, flip</c>.</returns>
    public static string Describe(AugmentationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.IsOff)
        {
            return "off";
        }

        (double Value, string Text)[] parts =
        [
            (options.RotationDegrees, $"rotation {options.RotationDegrees:0.##}°"),
            (options.ShearDegrees, $"shear {options.ShearDegrees:0.##}°"),
            (options.Zoom, $"zoom {options.Zoom:0.##}"),
            (options.HorizontalFlip ? 1 : 0, "flip"),
            (options.Translation, $"shift {options.Translation:0.##}"),
            (options.Fill == AugmentationFill.Black && !options.IsGeometryOff ? 1 : 0, "black fill"),
            (options.Brightness, $"brightness {options.Brightness:0.##}"),
            (options.Contrast, $"contrast {options.Contrast:0.##}"),
            (options.Gamma, $"gamma {options.Gamma:0.##}"),
            (options.Noise, $"noise {options.Noise:0.###}"),
            (options.Erasing, $"erasing {options.Erasing:0.##}"),
            (options.Mixup, $"mixup {options.Mixup:0.##}"),
            (options.CutMix, $"CutMix {options.CutMix:0.##}"),
        ];
        return string.Join(", ", parts.Where(p => p.Value > 0).Select(p => p.Text));
    }
}
