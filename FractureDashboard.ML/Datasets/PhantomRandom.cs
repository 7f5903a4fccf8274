namespace FractureDashboard.ML.Datasets;

/// <summary>Random numbers of one image (SplitMix64): independent of the order in which images are drawn.</summary>
internal sealed class PhantomRandom(ulong seed)
{
    private ulong state = seed;

    /// <summary>The stream of image <paramref name="index"/> of a set.</summary>
    public static PhantomRandom For(int seed, int index) => new(Mix(((ulong)(uint)seed << 32) ^ (uint)index));

    public ulong NextBits()
    {
        state += 0x9E3779B97F4A7C15;
        return Mix(state);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Next() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [min, max).</summary>
    public double Between(double min, double max) => min + ((max - min) * Next());

    /// <summary>Uniform in [min, max), either sign.</summary>
    public double EitherSign(double min, double max) => Chance(0.5) ? Between(min, max) : -Between(min, max);

    public int Below(int bound) => (int)(Next() * bound);

    public bool Chance(double probability) => Next() < probability;

    /// <summary>Standard normal.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Next())) * Math.Cos(2 * Math.PI * Next());

    /// <summary>Smooth noise in [-1, 1] over the plane, with features of about one unit.</summary>
    public static double Smooth(uint seed, double x, double y)
    {
        double fx = Math.Floor(x), fy = Math.Floor(y);
        int ix = (int)fx, iy = (int)fy;
        double tx = x - fx, ty = y - fy;
        tx = tx * tx * (3 - (2 * tx));
        ty = ty * ty * (3 - (2 * ty));
        var top = Lattice(seed, ix, iy) + (tx * (Lattice(seed, ix + 1, iy) - Lattice(seed, ix, iy)));
        var bottom = Lattice(seed, ix, iy + 1) + (tx * (Lattice(seed, ix + 1, iy + 1) - Lattice(seed, ix, iy + 1)));
        return top + (ty * (bottom - top));
    }

    private static double Lattice(uint seed, int x, int y)
    {
        var h = (uint)x * 0x85EBCA6Bu ^ (uint)y * 0xC2B2AE35u ^ seed;
        h ^= h >> 15;
        h *= 0x2C1B3C6D;
        h ^= h >> 12;
        h *= 0x297A2D39;
        h ^= h >> 15;
        return (h * (2.0 / uint.MaxValue)) - 1;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
