namespace FractureDashboard.ML.Datasets;

/// <summary>Exposes a scene onto a film: rays through tissue and bone, scatter, grain, collimation, marker.</summary>
internal static class PhantomPainter
{
    /// <summary>Grey values, row by row.</summary>
    public static byte[] Paint(PhantomScene scene, int size, PhantomRandom random)
    {
        var scale = 256.0 / size;
        var film = new double[size * size];
        var (sin, cos) = Math.SinCos(scene.Angle);
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++)
            {
                double x = (column + 0.5) * scale, y = (row + 0.5) * scale;
                double dx = x - scene.CentreX, dy = y - scene.CentreY;
                var u = (dy * cos) - (dx * sin);
                var v = (dx * cos) + (dy * sin);
                film[(row * size) + column] = Exposure(scene, x, y, u, v);
            }
        }

        Blur(film, size);
        Grain(film, scene.Noise, random);
        Expose(film, scene.Exposure);
        Frame(film, scene, size, scale);
        return [.. film.Select(value => (byte)Math.Clamp((int)((value * 255) + 0.5), 0, 255))];
    }

    /// <summary>Where a point in limb coordinates lies in the image, in pixels of a 256-pixel image.</summary>
    public static (double X, double Y) ToImage(PhantomScene scene, double u, double v)
    {
        var (sin, cos) = Math.SinCos(scene.Angle);
        return (scene.CentreX + (v * cos) - (u * sin), scene.CentreY + (u * cos) + (v * sin));
    }

    private static double Exposure(PhantomScene scene, double x, double y, double u, double v)
    {
        // The limb's outline swells and narrows slowly.
        var width = scene.Tissue * (1 + (0.10 * PhantomRandom.Smooth(scene.Seed, u / 90, v < 0 ? 0.5 : 7.5)));
        var t = v / width;
        var tissue = t * t < 1 ? Math.Sqrt(1 - (t * t)) : 0;
        tissue *= scene.TissueDensity * (1 + (0.10 * PhantomRandom.Smooth(scene.Seed ^ 0x5bd1u, u / 26, v / 15)));

        double bone = 0;
        foreach (var b in scene.Bones)
        {
            bone += b.At(u, v);
        }

        var air = 0.05 + (scene.Gradient.X * (x - 128) / 128) + (scene.Gradient.Y * (y - 128) / 128);
        return 1 - Math.Exp(-(Math.Max(0, air) + tissue + (1.05 * bone)));
    }

    /// <summary>The focal spot's unsharpness: a 1-2-1 kernel in both directions.</summary>
    private static void Blur(double[] film, int size)
    {
        var line = new double[size];
        for (var direction = 0; direction < 2; direction++)
        {
            int along = direction == 0 ? 1 : size, across = direction == 0 ? size : 1;
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j < size; j++)
                {
                    line[j] = film[(i * across) + (j * along)];
                }

                for (var j = 0; j < size; j++)
                {
                    film[(i * across) + (j * along)] = (0.25 * line[Math.Max(0, j - 1)]) + (0.5 * line[j]) + (0.25 * line[Math.Min(size - 1, j + 1)]);
                }
            }
        }
    }

    /// <summary>Quantum noise: stronger where more rays arrive relative to the signal.</summary>
    private static void Grain(double[] film, double strength, PhantomRandom random)
    {
        for (var i = 0; i < film.Length; i++)
        {
            film[i] += strength * Math.Sqrt(0.25 + film[i]) * random.Normal();
        }
    }

    /// <summary>Brings the mean to the wanted exposure, so that brightness tells nothing about the class.</summary>
    private static void Expose(double[] film, double wanted)
    {
        var gain = wanted / Math.Max(1e-6, film.Average());
        for (var i = 0; i < film.Length; i++)
        {
            film[i] = Math.Clamp(film[i] * gain, 0, 1);
        }
    }

    private static void Frame(double[] film, PhantomScene scene, int size, double scale)
    {
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++)
            {
                double x = (column + 0.5) * scale, y = (row + 0.5) * scale;
                ref var value = ref film[(row * size) + column];
                var inside = Math.Min(
                    Math.Min(x - scene.Collimation[0], 256 - scene.Collimation[2] - x),
                    Math.Min(y - scene.Collimation[1], 256 - scene.Collimation[3] - y));
                value *= 0.08 + (0.92 * Math.Clamp((inside + 1) / 2, 0, 1));
                value = Math.Max(value, scene.Marker?.At(x, y) ?? 0);
            }
        }
    }
}
