using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Tests.ML.Quality;

public sealed class MarkerBlankingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_blanked_marker_leaves_the_slope_of_its_ground(int channels)
    {
        var ground = Slope(60, 50, channels);
        var box = new PixelBox(20, 15, 18, 12);
        var marked = Painted(ground, box, 250);

        var blanked = MarkerBlanking.Blank(marked, [box]);

        AssertSame(ground, blanked, (x, y) => !Contains(box, x, y), 0);
        AssertSame(ground, blanked, (_, _) => true, 4);
        Assert.Equal(250, marked.Pixels[((15 * 60) + 20) * channels]);
    }

    [Fact]
    public void A_marker_in_the_corner_takes_the_tone_of_the_sides_it_has()
    {
        var ground = new PixelImage(40, 40, 1, [.. Enumerable.Repeat((byte)70, 1600)]);
        var box = new PixelBox(0, 0, 10, 8);

        AssertSame(ground, MarkerBlanking.Blank(Painted(ground, box, 240), [box]), (_, _) => true, 0);
    }

    [Fact]
    public void Neighbouring_markers_do_not_take_each_others_tone()
    {
        var ground = new PixelImage(40, 40, 1, [.. Enumerable.Repeat((byte)70, 1600)]);
        PixelBox[] boxes = [new(10, 10, 8, 8), new(18, 10, 8, 8), new(12, 14, 9, 9)];
        var marked = boxes.Aggregate(ground, (image, box) => Painted(image, box, 240));

        AssertSame(ground, MarkerBlanking.Blank(marked, boxes), (_, _) => true, 0);
    }

    [Fact]
    public void An_image_that_is_all_marker_becomes_its_median()
    {
        var image = new PixelImage(4, 1, 1, [10, 20, 20, 90]);

        Assert.Equal([20, 20, 20, 20], MarkerBlanking.Blank(image, [new PixelBox(0, 0, 4, 1)]).Pixels);
    }

    [Fact]
    public void Only_the_markers_stay_on_the_tone_of_their_frame()
    {
        var image = Painted(Slope(60, 50, 3), new PixelBox(20, 15, 6, 6), 250);
        var box = new PixelBox(18, 13, 10, 10);

        var kept = MarkerBlanking.KeepOnly(image, [box]);

        AssertSame(image, kept, (x, y) => Contains(box, x, y), 0);
        var outside = Enumerable.Range(0, 60 * 50).Where(i => !Contains(box, i % 60, i / 60)).Select(i => kept.Pixels[i * 3]).Distinct().ToArray();
        var tone = Assert.Single(outside);
        Assert.InRange(tone, image.Pixels[(13 * 60 + 15) * 3], image.Pixels[(13 * 60 + 31) * 3]);
    }

    [Fact]
    public void Without_markers_blanking_changes_nothing_and_keeping_leaves_nothing()
    {
        var image = Slope(10, 10, 1);

        Assert.Same(image, MarkerBlanking.Blank(image, []));
        Assert.Single(MarkerBlanking.KeepOnly(image, []).Pixels.Distinct());
    }

    [Theory]
    [InlineData(-1, 0, 3, 3)]
    [InlineData(0, 0, 11, 3)]
    [InlineData(0, 0, 0, 3)]
    [InlineData(9, 9, 1, 2)]
    public void A_box_outside_the_image_is_refused(int x, int y, int width, int height)
    {
        Assert.Throws<ArgumentException>(() => MarkerBlanking.Blank(Slope(10, 10, 1), [new PixelBox(x, y, width, height)]));
        Assert.Throws<ArgumentException>(() => MarkerBlanking.KeepOnly(Slope(10, 10, 1), [new PixelBox(x, y, width, height)]));
    }

    [Fact]
    public void Of_a_phantom_nothing_is_left_that_looks_like_a_marker()
    {
        for (var i = 0; i < 30; i++)
        {
            var (image, marker) = MarkerDrawings.Draw(i, withMarker: true);

            var blanked = MarkerBlanking.Blank(image, MarkerLocator.Find(image));

            Assert.DoesNotContain(MarkerLocator.Find(blanked), b => b.Overlaps(marker!.Value));
        }
    }

    private static bool Contains(PixelBox box, int x, int y) => x >= box.X && x < box.Right && y >= box.Y && y < box.Bottom;

    private static PixelImage Slope(int width, int height, int channels) => new(
        width, height, channels, [.. Enumerable.Range(0, width * height).SelectMany(i => Enumerable.Repeat((byte)(20 + (i % width) + (2 * (i / width))), channels))]);

    private static PixelImage Painted(PixelImage image, PixelBox box, byte tone)
    {
        var pixels = image.Pixels.ToArray();
        for (var y = box.Y; y < box.Bottom; y++)
        {
            pixels.AsSpan(((y * image.Width) + box.X) * image.Channels, box.Width * image.Channels).Fill(tone);
        }

        return image with { Pixels = pixels };
    }

    private static void AssertSame(PixelImage expected, PixelImage actual, Func<int, int, bool> where, int tolerance)
    {
        for (var i = 0; i < expected.Pixels.Length; i++)
        {
            var (y, x) = Math.DivRem(i / expected.Channels, expected.Width);
            if (where(x, y))
            {
                Assert.InRange(actual.Pixels[i], expected.Pixels[i] - tolerance, expected.Pixels[i] + tolerance);
            }
        }
    }
}
