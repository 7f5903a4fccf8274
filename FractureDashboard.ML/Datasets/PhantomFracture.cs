namespace FractureDashboard.ML.Datasets;

/// <summary>The course of a fracture line across the bone.</summary>
internal enum FractureKind
{
    /// <summary>Straight across.</summary>
    Transverse,

    /// <summary>Slanting.</summary>
    Oblique,

    /// <summary>S-shaped, long.</summary>
    Spiral,
}

/// <summary>A loose piece of bone near a fracture: a lozenge with a bright rim.</summary>
internal readonly record struct PhantomShard(double U, double V, double Length, double Width, double Angle, double Density);

/// <summary>A fracture: its line, and how the lower fragment lies.</summary>
internal sealed record PhantomFracture
{
    public required FractureKind Kind { get; init; }

    /// <summary>Along the limb.</summary>
    public required double Position { get; init; }

    /// <summary>Rise of the line over the width of the bone.</summary>
    public required double Slope { get; init; }

    /// <summary>Height of the teeth of the broken edge.</summary>
    public required double Teeth { get; init; }

    /// <summary>Distance between the fragments.</summary>
    public required double Gap { get; init; }

    /// <summary>Sideways shift of the lower fragment.</summary>
    public required double Displacement { get; init; }

    /// <summary>Turn of the lower fragment, radians.</summary>
    public required double Angulation { get; init; }

    /// <summary>Loose pieces.</summary>
    public required IReadOnlyList<PhantomShard> Pieces { get; init; }

    /// <summary>Seed of the broken edge.</summary>
    public required uint Edge { get; init; }

    /// <summary>Position of the line at a distance from the bone's axis, relative to <see cref="Position"/>.</summary>
    public double Line(double d, double radius)
    {
        var across = Kind == FractureKind.Spiral
            ? Slope * radius * 1.3 * Math.Sin(Math.Clamp(d / radius, -1.2, 1.2) * Math.PI / 2)
            : Slope * d;
        return across + (Teeth * PhantomRandom.Smooth(Edge, d / 3.1, 0.5));
    }

    /// <summary>Distance of the farthest broken edge or loose piece from the middle between the fragments' axes.</summary>
    public double Reach(double radius)
    {
        // A spiral rises 1.3 times its slope.
        double across = radius + (Math.Abs(Displacement) / 2), along = (1.3 * Math.Abs(Slope) * radius) + (Gap / 2) + Teeth;
        var edges = Math.Sqrt((across * across) + (along * along));
        return Pieces.Aggregate(edges, (reach, piece) =>
        {
            var v = piece.V - (Displacement / 2);
            return Math.Max(reach, Math.Sqrt((piece.U * piece.U) + (v * v)) + piece.Length);
        });
    }

    /// <summary>Takes a point back to where it was in the bone before the lower fragment moved.</summary>
    public (double U, double V) ToLowerFragment(double u, double v, double centre)
    {
        var (sin, cos) = Math.SinCos(-Angulation);
        double du = u - Position, dv = v - centre - Displacement;
        return (Position + (du * cos) - (dv * sin), centre + (du * sin) + (dv * cos));
    }

    /// <summary>Density of the loose pieces at a point relative to the fracture's middle.</summary>
    public double Shards(double u, double v)
    {
        double sum = 0;
        foreach (var piece in Pieces)
        {
            double du = u - piece.U, dv = v - piece.V;
            if ((du * du) + (dv * dv) > piece.Length * piece.Length)
            {
                continue;
            }

            var (sin, cos) = Math.SinCos(piece.Angle);
            var along = ((du * cos) + (dv * sin)) / piece.Length;
            var across = ((dv * cos) - (du * sin)) / piece.Width;
            var r = Math.Abs(along) + Math.Abs(across);
            if (r < 1)
            {
                sum += piece.Density * (r > 0.55 ? 1 : 0.55);
            }
        }

        return sum;
    }
}
