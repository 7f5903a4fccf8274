using FractureDashboard.ML.Preprocessing;

namespace FractureDashboard.Experiments;

/// <summary>Random changes to the training images. What is switched off keeps its numbers, but not in the options.</summary>
public sealed class AugmentationPart
{
    public bool IsOn { get; set; }

    public double? RotationDegrees { get; set; }

    public double? ShearDegrees { get; set; }

    public double? Zoom { get; set; }

    public bool HorizontalFlip { get; set; }

    public double? Translation { get; set; }

    public AugmentationFill Fill { get; set; }

    public double? Brightness { get; set; }

    public double? Contrast { get; set; }

    public double? Gamma { get; set; }

    public double? Noise { get; set; }

    public double? Erasing { get; set; }

    public double? Mixup { get; set; }

    public double? CutMix { get; set; }

    /// <summary>Takes options over; those that change nothing leave what augmentation starts with when it is switched on.</summary>
    /// <param name="options">The options.</param>
    internal void Take(AugmentationOptions options)
    {
        IsOn = !options.IsOff;
        var shown = IsOn ? options : AugmentationOptions.Notebook;
        (RotationDegrees, ShearDegrees, Zoom, HorizontalFlip) = (shown.RotationDegrees, shown.ShearDegrees, shown.Zoom, shown.HorizontalFlip);
        (Translation, Fill, Brightness, Contrast, Gamma) = (shown.Translation, shown.Fill, shown.Brightness, shown.Contrast, shown.Gamma);
        (Noise, Erasing, Mixup, CutMix) = (shown.Noise, shown.Erasing, shown.Mixup, shown.CutMix);
    }

    /// <summary>What a run gets.</summary>
    /// <returns>No augmentation while it is off.</returns>
    internal AugmentationOptions ToOptions() => IsOn ? Filled() : AugmentationOptions.None;

    /// <summary>The numbers as filled, switched on or not.</summary>
    /// <returns>The augmentation.</returns>
    internal AugmentationOptions Filled() => new(RotationDegrees ?? -1, ShearDegrees ?? -1, Zoom ?? -1, HorizontalFlip)
    {
        Translation = Translation ?? -1,
        Fill = Fill,
        Brightness = Brightness ?? -1,
        Contrast = Contrast ?? -1,
        Gamma = Gamma ?? -1,
        Noise = Noise ?? -1,
        Erasing = Erasing ?? -1,
        Mixup = Mixup ?? -1,
        CutMix = CutMix ?? -1,
    };
}
