using static TorchSharp.torch;

namespace FractureDashboard.ML.Quality;

/// <summary>
/// Images about their centre in polar coordinates with logarithmic radius: a rotation becomes a shift of angles, a zoom a
/// shift of rings, a flip a reversal of angles. Only the inscribed circle is sampled, so corners, whatever fills them, play
/// no part. Brightness, contrast and large shapes are taken out first: what is left is the texture that one radiograph
/// shares with its copies and not with other radiographs.
/// </summary>
internal static class LogPolarPatches
{
    /// <summary>Rings from the centre outwards.</summary>
    public const int Rings = 42;

    /// <summary>Angles of a ring.</summary>
    public const int Angles = 128;

    /// <summary>Each ring is larger than the one within by this factor.</summary>
    public const double Growth = 1.05;

    private const double Outermost = 0.97;
    private const int Fine = 1;
    private const int Coarse = 9;
    private const int Spread = 12;
    private const double Floor = 4;
    private const double Most = 3;

    /// <summary>Radius of each ring as a share of the inscribed circle's.</summary>
    public static IReadOnlyList<double> Radii { get; } = [.. Enumerable.Range(0, Rings).Select(k => Outermost / Math.Pow(Growth, Rings - 1 - k))];

    /// <summary>The patches of images.</summary>
    /// <param name="grey">[N, 1, S, S], float, 0 to 255, letterboxed and centred.</param>
    /// <param name="inscribed">[N], radius of each image's inscribed circle as a share of half a side.</param>
    /// <returns>[N, <see cref="Rings"/>, <see cref="Angles"/>], float; the caller's.</returns>
    public static Tensor Of(Tensor grey, Tensor inscribed)
    {
        using var scope = NewDisposeScope();
        var detail = Box(grey, Fine) - Box(Box(grey, Coarse), Coarse);
        var spread = Box(Box(detail * detail, Spread), Spread).sqrt() + Floor;
        var band = (detail / spread).clamp(-Most, Most);
        var radius = inscribed.view(-1, 1, 1) * tensor(Radii.Select(r => (float)r).ToArray()).view(1, -1, 1);
        var angle = (arange(Angles, dtype: ScalarType.Float32) * (2 * Math.PI / Angles)).view(1, 1, -1);
        var grid = stack([radius * angle.cos(), radius * angle.sin()], -1);
        return nn.functional.grid_sample(band, grid, mode: GridSampleMode.Bilinear, padding_mode: GridSamplePaddingMode.Zeros, align_corners: false)
            .squeeze(1).MoveToOuterDisposeScope();
    }

    // A mean over a square, as one over rows and one over columns.
    private static Tensor Box(Tensor x, int reach)
    {
        var side = (2 * reach) + 1;
        var rows = nn.functional.avg_pool2d(x, [1, side], [1, 1], [0, reach], count_include_pad: false);
        return nn.functional.avg_pool2d(rows, [side, 1], [1, 1], [reach, 0], count_include_pad: false);
    }
}
