using FractureDashboard.ML.Explanation;

namespace FractureDashboard.Tests.ML.Explanation;

public sealed class ColourMapTests
{
    private static readonly (byte R, byte G, byte B)[] Colours = [.. Enumerable.Range(0, ColourMap.Count).Select(i => ColourMap.At(i / 255.0))];

    [Fact]
    public void Colours_grow_lighter_from_dark_to_light()
    {
        var lightness = Array.ConvertAll(Colours, c => Lab(c).L);

        Assert.InRange(lightness[0], 8, 32);
        Assert.InRange(lightness[^1], 88, 100);
        Assert.All(lightness.Zip(lightness.Skip(1)), pair => Assert.True(pair.Second > pair.First - 0.2));
        Assert.All(lightness.Zip(lightness.Skip(8)), pair => Assert.True(pair.Second > pair.First + 1));
    }

    [Fact]
    public void Steps_look_alike()
    {
        // Judged in another space than they are made in, over steps that rounding to bytes does not matter to.
        var steps = Enumerable.Range(0, 30).Select(i => Distance(Lab(Colours[i * 8]), Lab(Colours[(i * 8) + 8]))).ToList();

        Assert.InRange(steps.Max() / steps.Min(), 1, 3);
    }

    [Fact]
    public void Every_value_has_a_colour_of_its_own_and_what_lies_outside_is_cut_off()
    {
        Assert.Equal(ColourMap.Count, Colours.Distinct().Count());
        Assert.Equal(Colours[0], ColourMap.At(-3));
        Assert.Equal(Colours[^1], ColourMap.At(7));
    }

    /// <summary>CIELAB under D65.</summary>
    private static (double L, double A, double B) Lab((byte R, byte G, byte B) colour)
    {
        var (r, g, b) = (Linear(colour.R), Linear(colour.G), Linear(colour.B));
        var x = F(((0.4124 * r) + (0.3576 * g) + (0.1805 * b)) / 0.9505);
        var y = F((0.2126 * r) + (0.7152 * g) + (0.0722 * b));
        var z = F(((0.0193 * r) + (0.1192 * g) + (0.9505 * b)) / 1.089);
        return ((116 * y) - 16, 500 * (x - y), 200 * (y - z));

        static double Linear(byte value) => value <= 10 ? value / 255.0 / 12.92 : Math.Pow(((value / 255.0) + 0.055) / 1.055, 2.4);
        static double F(double t) => t > 0.008856 ? Math.Cbrt(t) : (7.787 * t) + (16 / 116.0);
    }

    private static double Distance((double L, double A, double B) a, (double L, double A, double B) b) =>
        Math.Sqrt(((a.L - b.L) * (a.L - b.L)) + ((a.A - b.A) * (a.A - b.A)) + ((a.B - b.B) * (a.B - b.B)));
}
