namespace FractureDashboard.ML.Datasets;

/// <summary>
/// Everything random about one synthetic radiograph, drawn before a pixel is. Pose, exposure and marker are drawn the
/// same way for both classes; only the fracture differs. The limb is positioned with care and the fractures lie near
/// the middle with displaced fragments, so that a small network learns them in a few dozen steps.
/// </summary>
internal sealed record PhantomScene
{
    public required double CentreX { get; init; }

    public required double CentreY { get; init; }

    /// <summary>Turn of the limb from the vertical, radians.</summary>
    public required double Angle { get; init; }

    /// <summary>Half width of the soft tissue.</summary>
    public required double Tissue { get; init; }

    public required double TissueDensity { get; init; }

    public required IReadOnlyList<PhantomBone> Bones { get; init; }

    /// <summary>Mean brightness the film is exposed to, 0 to 1.</summary>
    public required double Exposure { get; init; }

    public required double Noise { get; init; }

    /// <summary>Direction and strength of the uneven background.</summary>
    public required (double X, double Y) Gradient { get; init; }

    /// <summary>Width of the dark border on each side: left, top, right, bottom.</summary>
    public required IReadOnlyList<double> Collimation { get; init; }

    public required PhantomMarker? Marker { get; init; }

    public required uint Seed { get; init; }

    /// <summary>Draws a scene. Lengths are in pixels of a 256-pixel image.</summary>
    public static PhantomScene Draw(PhantomRandom random, bool fractured)
    {
        var limbAngle = random.Between(-0.03, 0.03);
        var twoBones = random.Chance(0.4);
        var bones = Anatomy(random, twoBones);
        var scene = new PhantomScene
        {
            CentreX = 128 + random.Between(-2, 2),
            CentreY = 128 + random.Between(-2, 2),
            Angle = limbAngle,
            Tissue = random.Between(84, 94),
            TissueDensity = random.Between(0.16, 0.34),
            // More bone, more light: the bones come out equally bright.
            Exposure = (twoBones ? 0.335 : 0.315) + random.Between(-0.06, 0.06),
            Noise = random.Between(0.008, 0.020),
            Gradient = (random.Between(-0.09, 0.09), random.Between(-0.09, 0.09)),
            Collimation = random.Chance(0.5) ? [random.Between(0, 16), random.Between(0, 12), random.Between(0, 16), random.Between(0, 12)] : [0, 0, 0, 0],
            Marker = random.Chance(0.7) ? PhantomMarker.Draw(random) : null,
            Seed = (uint)random.NextBits(),
            Bones = bones,
        };

        // Drawn last, so that everything above is the same whether or not the bone is broken.
        return fractured ? scene with { Bones = Break(random, bones, twoBones) } : scene;
    }

    /// <summary>A circle around all broken ends and loose pieces, in limb coordinates.</summary>
    public (double U, double V, double Radius)? FractureCircle()
    {
        var broken = Bones.Where(b => b.Fracture is not null).ToList();
        if (broken.Count == 0)
        {
            return null;
        }

        var u = broken.Average(b => b.Fracture!.Position);
        var v = broken.Average(b => b.Centre(b.Fracture!.Position) + (b.Fracture!.Displacement / 2));
        var radius = broken.Max(b =>
        {
            double du = b.Fracture!.Position - u, dv = b.Centre(b.Fracture.Position) + (b.Fracture.Displacement / 2) - v;
            return Math.Sqrt((du * du) + (dv * dv)) + b.Fracture.Reach(b.Radius);
        });
        return (u, v, radius);
    }

    private static List<PhantomBone> Anatomy(PhantomRandom random, bool twoBones)
    {
        // Joints near the upper and lower edge; each shaft is followed by its neighbour across a joint space.
        double top = -random.Between(102, 122), bottom = random.Between(102, 122);
        var bow = random.Between(-3, 3);
        var bones = new List<PhantomBone>();
        if (twoBones)
        {
            // A thick bone where the single one would be, and a slender one beside it, as in a lower leg.
            var side = random.Chance(0.5) ? 1 : -1;
            bones.Add(Shaft(random, -side * random.Between(2, 6), random.Between(23, 26), top, bottom, bow));
            var slender = Shaft(random, side * random.Between(42, 46), random.Between(8, 10), top + random.Between(4, 14), bottom - random.Between(-4, 8), bow);
            bones.Add(slender with { Density = 0.75 * slender.Density });
        }
        else
        {
            bones.Add(Shaft(random, random.Between(-3, 3), random.Between(25, 28), top, bottom, bow));
        }

        var gap = random.Between(3, 5);
        bones.Add(Shaft(random, 0, random.Between(24, 30), top - 260, top - gap, 0));
        bones.Add(Shaft(random, 0, random.Between(24, 30), bottom + gap, bottom + 260, 0));
        return bones;
    }

    private static PhantomBone Shaft(PhantomRandom random, double offset, double radius, double start, double end, double bow) => new()
    {
        Offset = offset,
        Radius = radius,
        Start = start,
        End = end,
        Bow = bow,
        Flare = random.Between(0.35, 0.6),
        Marrow = random.Between(0.6, 0.7),
        Density = random.Between(0.92, 1.08),
        Texture = (uint)random.NextBits(),
    };

    private static List<PhantomBone> Break(PhantomRandom random, List<PhantomBone> bones, bool twoBones)
    {
        var position = random.Between(-6, 6);
        var broken = bones.ToList();
        broken[0] = bones[0] with { Fracture = Fracture(random, bones[0].Radius, position) };
        if (twoBones && random.Chance(0.6))
        {
            broken[1] = bones[1] with { Fracture = Fracture(random, bones[1].Radius, position + random.Between(-10, 10)) };
        }

        return broken;
    }

    private static PhantomFracture Fracture(PhantomRandom random, double radius, double position)
    {
        var kind = (FractureKind)random.Below(3);
        var slope = kind switch
        {
            FractureKind.Transverse => random.EitherSign(0.02, 0.15),
            FractureKind.Oblique => random.EitherSign(0.3, 0.55),
            _ => random.EitherSign(0.3, 0.45),
        };

        // The lower fragment moves down its slope, so that the ends come apart instead of riding over each other.
        var displacement = -Math.Sign(slope) * random.Between(0.7, 1.2) * radius;
        var pieces = new PhantomShard[6 + random.Below(4)];
        for (var i = 0; i < pieces.Length; i++)
        {
            pieces[i] = new PhantomShard(
                random.Between(-14, 14),
                (displacement / 2) + (random.EitherSign(0.5, 1.15) * radius),
                random.Between(5, 11),
                random.Between(2.5, 5),
                random.Between(0, Math.PI),
                random.Between(0.6, 1.1));
        }

        return new PhantomFracture
        {
            Kind = kind,
            Position = position,
            Slope = slope,
            Teeth = random.Between(1.5, 3.5),
            Gap = random.Between(12, 17),
            Displacement = displacement,
            Angulation = random.EitherSign(0.06, 0.15),
            Pieces = pieces,
            Edge = (uint)random.NextBits(),
        };
    }
}
