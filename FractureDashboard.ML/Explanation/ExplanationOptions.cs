using FractureDashboard.ML.Training;

namespace FractureDashboard.ML.Explanation;

/// <summary>A picture of nothing in particular, to compare an image with or to cover a part of it.</summary>
public enum ReferenceImage
{
    /// <summary>Black.</summary>
    Black = 0,

    /// <summary>The image's own mean in each channel.</summary>
    Mean = 1,

    /// <summary>The image without detail: blurred over an eighth of its side.</summary>
    Blurred = 2,
}

/// <summary>How occlusion sensitivity is measured.</summary>
public sealed record OcclusionOptions
{
    /// <summary>Side of the patch in pixels, 1 to the image's side; 0 stands for an eighth of it.</summary>
    public int Patch { get; init; }

    /// <summary>Pixels from one patch to the next, 1 to the patch's side; 0 stands for half a patch. The passes grow with its inverse square.</summary>
    public int Stride { get; init; }

    /// <summary>What covers.</summary>
    public ReferenceImage Fill { get; init; } = ReferenceImage.Blurred;

    /// <summary>Patch and stride for an image.</summary>
    /// <param name="side">Its side in pixels.</param>
    /// <returns>Both in pixels.</returns>
    internal (int Patch, int Stride) For(int side)
    {
        var patch = Patch == 0 ? Math.Max(1, side / 8) : Patch;
        var stride = Stride == 0 ? Math.Max(1, patch / 2) : Stride;
        return (patch, stride);
    }

    internal IEnumerable<OptionProblem> Validate(int side)
    {
        var (patch, stride) = For(side);
        if (patch < 1 || patch > side)
        {
            yield return new(nameof(Patch), $"The patch must have between 1 and {side} pixels a side.");
        }
        else if (stride < 1 || stride > patch)
        {
            yield return new(nameof(Stride), $"The stride must be between 1 and the patch's {patch} pixels, or parts of the image are never covered.");
        }

        if (!Enum.IsDefined(Fill))
        {
            yield return new(nameof(Fill), "There is no such fill.");
        }
    }
}

/// <summary>How integrated gradients are calculated.</summary>
public sealed record IntegratedGradientsOptions
{
    /// <summary>The most steps that are tried.</summary>
    public const int MostSteps = 256;

    /// <summary>Points on the way from the reference to the image, 2 to <see cref="MostSteps"/>; doubled until <see cref="Tolerance"/> is kept.</summary>
    public int Steps { get; init; } = 32;

    /// <summary>Where the way begins.</summary>
    public ReferenceImage Baseline { get; init; } = ReferenceImage.Blurred;

    /// <summary>By how much the sum of all pixels may miss the logit's difference, as a share of it; above 0.</summary>
    public double Tolerance { get; init; } = 0.05;

    /// <summary>Standard deviation of the blur of the finished map as a share of the side, 0 to 0.1: single pixels say little.</summary>
    public double Smoothing { get; init; } = 0.04;

    internal IEnumerable<OptionProblem> Validate()
    {
        if (Steps is < 2 or > MostSteps)
        {
            yield return new(nameof(Steps), $"The steps must be between 2 and {MostSteps}.");
        }

        if (!(Tolerance > 0))
        {
            yield return new(nameof(Tolerance), "The tolerance must be greater than 0.");
        }

        if (!(Smoothing >= 0 && Smoothing <= 0.1))
        {
            yield return new(nameof(Smoothing), "The smoothing must be between 0 and 0.1 of the side.");
        }

        if (!Enum.IsDefined(Baseline))
        {
            yield return new(nameof(Baseline), "There is no such reference image.");
        }
    }
}

/// <summary>Settings of all methods.</summary>
public sealed record ExplanationOptions
{
    /// <summary>The defaults.</summary>
    public static ExplanationOptions Default { get; } = new();

    /// <summary>Of <see cref="ExplanationMethod.Occlusion"/>.</summary>
    public OcclusionOptions Occlusion { get; init; } = new();

    /// <summary>Of <see cref="ExplanationMethod.IntegratedGradients"/>.</summary>
    public IntegratedGradientsOptions IntegratedGradients { get; init; } = new();

    /// <summary>Checks every range.</summary>
    /// <param name="side">Side of the model's input in pixels.</param>
    /// <returns>One entry for each field out of range.</returns>
    public IReadOnlyList<OptionProblem> Validate(int side) => [.. Occlusion.Validate(side), .. IntegratedGradients.Validate()];
}
