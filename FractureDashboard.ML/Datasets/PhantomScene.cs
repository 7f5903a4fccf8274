namespace FractureDashboard.ML.Datasets;

/// <summary>
/// Everything random about one synthetic radiograph, drawn before a pixel is. Pose, exposure and marker are drawn the
/// same way for both classes; only the fracture differs.
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
        var limbAngle = random.Between(-0.26, 0.26);
        var twoBones = random.Chance(0.55);
        var bones = Anatomy(random, twoBones);
        var scene = new PhantomScene
        {
            CentreX = 128 + random.Between(-14, 14),
            CentreY = 128 + random.Between(-10, 10),
            Angle = limbAngle,
            Tissue = random.Between(68, 92),
            TissueDensity = random.Between(0.34, 0.48),
            Exposure = random.Between(0.30, 0.38),
            Noise = random.Between(0.010, 0.022),
            Gradient = (random.Between(-0.05, 0.05), random.Between(-0.05, 0.05)),
            Collimation = random.Chance(0.5) ? [random.Between(0, 16), random.Between(0, 12), random.Between(0, 16), random.Between(0, 12)] : [0, 0, 0, 0],
            Marker = random.Chance(0.7) ? PhantomMarker.Draw(random) : null,
            Seed = (uint)random.NextBits(),
            Bones = bones,
        };

        // Drawn last, so that everything above is the same whether or not the bone is broken.
        return fractured ? scene with { Bones = Break(random, bones, twoBones) } : scene;
    }

    /// <summary>A circle around all fracture lines, in limb coordinates.</summary>
    public (double U, double V, double Radius)? FractureCircle()
    {
        var broken = Bones.Where(b => b.Fracture is not null).ToList();
        if (broken.Count == 0)
        {
            return null;
        }

        var u = broken.Average(b => b.Fracture!.Position);
        var v = broken.Average(b => b.Centre(b.Fracture!.Position) + (b.Fracture!.Displacement / 2));
        var radius = broken.Max(b => Math.Sqrt(Math.Pow(b.Fracture!.Position - u, 2) + Math.Pow(b.Centre(b.Fracture!.Position) - v, 2)) + (1.5 * b.Radius));
        return (u, v, radius);
    }

    private static List<PhantomBone> Anatomy(PhantomRandom random, bool twoBones)
    {
        // Joints at or beyond the upper and lower edge; each shaft is followed by its neighbour across a joint space.
        double top = -random.Between(92, 150), bottom = random.Between(92, 150);
        var bow = random.Between(-3, 3);
        var bones = new List<PhantomBone>();
        if (twoBones)
        {
            var spread = random.Between(20, 26);
            var side = random.Chance(0.5) ? 1 : -1;
            bones.Add(Shaft(random, -side * spread, random.Between(15, 18), top, bottom, bow));
            bones.Add(Shaft(random, side * spread, random.Between(11, 14), top + random.Between(-6, 10), bottom - random.Between(-6, 10), -bow));
        }
        else
        {
            bones.Add(Shaft(random, random.Between(-5, 5), random.Between(22, 28), top, bottom, bow));
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
        var position = random.Between(-34, 34);
        var both = twoBones && random.Chance(0.7);
        var first = !twoBones || both || random.Chance(0.6) ? 0 : 1;
        var broken = bones.ToList();
        broken[first] = bones[first] with { Fracture = Fracture(random, bones[first].Radius, position, alone: !both && twoBones) };
        if (both)
        {
            broken[1] = bones[1] with { Fracture = Fracture(random, bones[1].Radius, position + random.Between(-16, 16), alone: false) };
        }

        return broken;
    }

    private static PhantomFracture Fracture(PhantomRandom random, double radius, double position, bool alone)
    {
        var kind = (FractureKind)random.Below(3);
        var pieces = new PhantomShard[3 + random.Below(5)];
        for (var i = 0; i < pieces.Length; i++)
        {
            pieces[i] = new PhantomShard(
                random.Between(-14, 14),
                random.Between(-1.35, 1.35) * radius,
                random.Between(5, 11),
                random.Between(2.5, 5),
                random.Between(0, Math.PI),
                random.Between(0.6, 1.1));
        }

        return new PhantomFracture
        {
            Kind = kind,
            Position = position,
            Slope = kind switch
            {
                FractureKind.Transverse => random.Between(-0.15, 0.15),
                FractureKind.Oblique => random.EitherSign(0.5, 1.0),
                _ => random.EitherSign(0.6, 1.0),
            },
            Teeth = random.Between(1.5, 3.5),
            Gap = random.Between(4, 9),
            Displacement = random.EitherSign(0.3, 0.85) * radius,
            Angulation = random.EitherSign(0.06, alone ? 0.12 : 0.24),
            Pieces = pieces,
            Edge = (uint)random.NextBits(),
        };
    }
}
