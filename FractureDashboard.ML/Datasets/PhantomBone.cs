namespace FractureDashboard.ML.Datasets;

/// <summary>
/// A long bone in limb coordinates: u runs along the limb, v across it, in pixels of a 256-pixel image. Its density is
/// the path of a ray through a tube, which gives the bright cortex at the rims and the darker marrow between.
/// </summary>
internal sealed record PhantomBone
{
    private const double FlareLength = 34;
    private const double CapLength = 13;

    /// <summary>Distance of the bone's axis from the limb's.</summary>
    public required double Offset { get; init; }

    /// <summary>Half width of the shaft.</summary>
    public required double Radius { get; init; }

    /// <summary>Upper end along the limb.</summary>
    public required double Start { get; init; }

    /// <summary>Lower end along the limb.</summary>
    public required double End { get; init; }

    /// <summary>How much wider the ends are than the shaft.</summary>
    public required double Flare { get; init; }

    /// <summary>Marrow's share of the half width, in the shaft.</summary>
    public required double Marrow { get; init; }

    /// <summary>Sideways bow in pixels, 100 pixels from the middle.</summary>
    public double Bow { get; init; }

    /// <summary>Overall density.</summary>
    public double Density { get; init; } = 1;

    /// <summary>Seed of the trabecular texture.</summary>
    public uint Texture { get; init; }

    /// <summary>The fracture, if it has one.</summary>
    public PhantomFracture? Fracture { get; init; }

    /// <summary>Where the bone's axis is at a position along the limb.</summary>
    public double Centre(double u) => Offset + (Bow * u * u * 1e-4);

    /// <summary>Density at a point.</summary>
    public double At(double u, double v)
    {
        if (Fracture is not { } fracture)
        {
            return Whole(u, v);
        }

        // The upper fragment stays; the lower one is the bone's lower part, moved and turned.
        var centre = Centre(fracture.Position);
        double upper = 0, lower = 0;
        if (u < fracture.Position + (4 * Radius))
        {
            var edge = fracture.Line(v - centre, Radius) - (fracture.Gap / 2);
            upper = Coverage(edge - (u - fracture.Position)) * Whole(u, v);
        }

        if (u > fracture.Position - (4 * Radius))
        {
            var (lu, lv) = fracture.ToLowerFragment(u, v, centre);
            var edge = fracture.Line(lv - centre, Radius) + (fracture.Gap / 2);
            lower = Coverage(lu - fracture.Position - edge) * Whole(lu, lv);
        }

        return upper + lower + fracture.Shards(u - fracture.Position, v - centre);
    }

    private static double Coverage(double signedDistance) => Math.Clamp(signedDistance + 0.5, 0, 1);

    private double Whole(double u, double v)
    {
        var fromEnd = Math.Min(u - Start, End - u);
        if (fromEnd <= 0)
        {
            return 0;
        }

        // Towards the ends: wider, thinner cortex, spongy inside, and a rounded cap.
        var nearEnd = Math.Clamp(1 - (fromEnd / FlareLength), 0, 1);
        nearEnd = nearEnd * nearEnd * (3 - (2 * nearEnd));
        var radius = Radius * (1 + (Flare * nearEnd));
        if (fromEnd < CapLength)
        {
            var t = 1 - (fromEnd / CapLength);
            radius *= Math.Sqrt(1 - (t * t));
        }

        var d = Math.Abs(v - Centre(u));
        if (d >= radius)
        {
            return 0;
        }

        var marrow = radius * (Marrow + ((0.93 - Marrow) * nearEnd));
        var spongy = 0.22 + (0.45 * nearEnd);
        var outer = Math.Sqrt((radius * radius) - (d * d));
        var inner = d < marrow ? Math.Sqrt((marrow * marrow) - (d * d)) : 0;
        var texture = 1 + ((0.05 + (0.16 * nearEnd)) * PhantomRandom.Smooth(Texture, u / 2.6, v / 1.9));
        return Density * (outer - (inner * (1 - spongy))) * texture / Radius;
    }
}
