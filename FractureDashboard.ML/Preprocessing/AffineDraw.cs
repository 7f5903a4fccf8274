using FractureDashboard.ML.Runtime;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>
/// The random numbers of one image's augmentation, drawn apart from applying them, so that training, preview and tests
/// share the code that applies.
/// </summary>
/// <param name="RotationDegrees">Turn.</param>
/// <param name="ShearDegrees">Shear angle.</param>
/// <param name="ZoomRows">Factor on vertical distances from the centre; above 1 shows more of the surroundings.</param>
/// <param name="ZoomColumns">The same for horizontal distances.</param>
/// <param name="Flip">Mirrored left to right.</param>
/// <param name="ShiftRows">Shift along the rotated vertical axis, a share of the side; above 0 shows what lies below.</param>
/// <param name="ShiftColumns">The same for the horizontal axis; above 0 shows what lies to the right.</param>
internal readonly record struct AffineDraw(
    double RotationDegrees, double ShearDegrees, double ZoomRows, double ZoomColumns, bool Flip, double ShiftRows = 0, double ShiftColumns = 0)
{
    /// <summary>The draw of one image in one epoch; depends on nothing else.</summary>
    /// <param name="options">The ranges.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">From 1.</param>
    /// <param name="sample">Position of the image in the training manifest.</param>
    public static AffineDraw For(AugmentationOptions options, int seed, int epoch, int sample)
    {
        var random = SplitMix64.For(seed, (long)RandomPurpose.Augmentation, epoch, sample);
        return new AffineDraw(
            random.Between(-options.RotationDegrees, options.RotationDegrees),
            random.Between(-options.ShearDegrees, options.ShearDegrees),
            random.Between(1 - options.Zoom, 1 + options.Zoom),
            random.Between(1 - options.Zoom, 1 + options.Zoom),
            options.HorizontalFlip && random.Next() < 0.5,
            random.Between(-options.Translation, options.Translation),
            random.Between(-options.Translation, options.Translation));
    }

    /// <summary>
    /// The 2x3 matrix that takes an output pixel to where it is read in the input, in the engine's coordinates: x to
    /// the right and y downwards from the image's centre, half the side long.
    /// </summary>
    /// <remarks>
    /// Keras' <c>apply_affine_transform</c> multiplies rotation, shift, shear and zoom in (row, column) coordinates about
    /// the centre and then mirrors the result; this is the same product written for (x, y).
    /// </remarks>
    /// <param name="target">Six numbers, row by row.</param>
    public void WriteMatrix(Span<float> target)
    {
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(RotationDegrees));
        var (shearSin, shearCos) = Math.SinCos(double.DegreesToRadians(ShearDegrees));

        // rotation * shear * zoom, rows: input (row, column); columns: output (row, column).
        var rowRow = cos * ZoomRows;
        var rowColumn = ((-cos * shearSin) - (sin * shearCos)) * ZoomColumns;
        var columnRow = sin * ZoomRows;
        var columnColumn = ((-sin * shearSin) + (cos * shearCos)) * ZoomColumns;
        var mirror = Flip ? -1 : 1;

        target[0] = (float)(columnColumn * mirror);
        target[1] = (float)columnRow;
        target[2] = (float)(2 * ((sin * ShiftRows) + (cos * ShiftColumns)));
        target[3] = (float)(rowColumn * mirror);
        target[4] = (float)rowRow;
        target[5] = (float)(2 * ((cos * ShiftRows) - (sin * ShiftColumns)));
    }
}
