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

        var parts = new List<string>();
        if (options.RotationDegrees > 0)
        {
            parts.Add($"rotation {options.RotationDegrees:0.##}°");
        }

        if (options.ShearDegrees > 0)
        {
            parts.Add($"shear {options.ShearDegrees:0.##}°");
        }

        if (options.Zoom > 0)
        {
            parts.Add($"zoom {options.Zoom:0.##}");
        }

        if (options.HorizontalFlip)
        {
            parts.Add("flip");
        }

        return string.Join(", ", parts);
    }
}
