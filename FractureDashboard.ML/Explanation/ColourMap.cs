namespace FractureDashboard.ML.Explanation;

/// <summary>
/// The colours of heat maps: from a dark violet over red and orange to a light yellow, in steps that look alike, ever
/// lighter, so that they keep their order in grey and for people who tell few colours apart.
/// </summary>
/// <remarks>
/// Calculated as a path of rising lightness and turning hue in OKLCh (B. Ottosson, "A perceptual color space for image
/// processing", 2020), each colour as strong as sRGB can show it up to a limit; then cut into pieces of equal length.
/// </remarks>
public static class ColourMap
{
    /// <summary>Number of colours.</summary>
    public const int Count = 256;

    private const int Fine = 4096;
    private const double Darkest = 0.30;
    private const double Lightest = 0.95;
    private const double FirstHue = 295;
    private const double LastHue = 470;
    private const double Strongest = 0.19;

    private static readonly (byte R, byte G, byte B)[] Colours = Calculate();

    /// <summary>The colour of a value.</summary>
    /// <param name="value">0 to 1; what lies outside is cut off.</param>
    /// <returns>sRGB.</returns>
    public static (byte R, byte G, byte B) At(double value) => Colours[(int)Math.Round(Math.Clamp(value, 0, 1) * (Count - 1))];

    private static (byte R, byte G, byte B)[] Calculate()
    {
        var path = new (double L, double A, double B)[Fine];
        var lengths = new double[Fine];
        for (var i = 0; i < Fine; i++)
        {
            path[i] = OnPath((double)i / (Fine - 1));
            if (i > 0)
            {
                var (p, q) = (path[i - 1], path[i]);
                lengths[i] = lengths[i - 1] + Math.Sqrt(((q.L - p.L) * (q.L - p.L)) + ((q.A - p.A) * (q.A - p.A)) + ((q.B - p.B) * (q.B - p.B)));
            }
        }

        var colours = new (byte R, byte G, byte B)[Count];
        for (int i = 0, at = 0; i < Count; i++)
        {
            while (at < Fine - 1 && lengths[at] < lengths[^1] * i / (Count - 1))
            {
                at++;
            }

            var (r, g, b) = ToLinear(path[at]);
            colours[i] = (Encode(r), Encode(g), Encode(b));
        }

        return colours;
    }

    private static (double L, double A, double B) OnPath(double t)
    {
        var lightness = Darkest + ((Lightest - Darkest) * t);
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(FirstHue + ((LastHue - FirstHue) * t)));

        // The strongest chroma that the screen can show, by bisection.
        double low = 0, high = Strongest;
        for (var i = 0; i < 30; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = IsShown(ToLinear((lightness, middle * cos, middle * sin))) ? (middle, high) : (low, middle);
        }

        return (lightness, low * cos, low * sin);
    }

    private static bool IsShown((double R, double G, double B) colour) =>
        Math.Min(colour.R, Math.Min(colour.G, colour.B)) >= 0 && Math.Max(colour.R, Math.Max(colour.G, colour.B)) <= 1;

    /// <summary>OKLab to linear sRGB, with Ottosson's matrices.</summary>
    private static (double R, double G, double B) ToLinear((double L, double A, double B) lab)
    {
        var l = Cube(lab.L + (0.3963377774 * lab.A) + (0.2158037573 * lab.B));
        var m = Cube(lab.L - (0.1055613458 * lab.A) - (0.0638541728 * lab.B));
        var s = Cube(lab.L - (0.0894841775 * lab.A) - (1.2914855480 * lab.B));
        return (
            (4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s),
            (-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s),
            (-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s));
    }

    private static double Cube(double x) => x * x * x;

    /// <summary>sRGB's transfer curve (IEC 61966-2-1).</summary>
    private static byte Encode(double linear)
    {
        var value = Math.Clamp(linear, 0, 1);
        var encoded = value <= 0.0031308 ? 12.92 * value : (1.055 * Math.Pow(value, 1 / 2.4)) - 0.055;
        return (byte)Math.Round(255 * encoded);
    }
}
