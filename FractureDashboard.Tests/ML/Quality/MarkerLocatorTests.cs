using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Tests.ML.Quality;

public sealed class MarkerLocatorTests
{
    [Theory]
    [InlineData(256)]
    [InlineData(500)]
    public void The_letter_of_a_phantom_lies_within_a_box_and_bone_in_none(int size)
    {
        var (letters, found, boxes, falseBoxes) = (0, 0, 0, 0);
        for (var i = 0; i < 120; i++)
        {
            var (image, marker) = MarkerDrawings.Draw(i, size);
            var located = MarkerLocator.Find(image);
            letters += marker is null ? 0 : 1;
            found += marker is { } m && located.Any(b => b.X <= m.X && b.Y <= m.Y && b.Right >= m.Right && b.Bottom >= m.Bottom) ? 1 : 0;
            boxes += located.Count;
            falseBoxes += located.Count(b => marker is not { } other || !b.Overlaps(other));
        }

        Assert.True(letters > 60);
        Assert.True(found >= 0.98 * letters, $"{found} of {letters} letters found.");
        Assert.True(falseBoxes <= 1, $"{falseBoxes} of {boxes} boxes hold no letter.");
    }

    [Fact]
    public void A_box_fits_its_letter()
    {
        for (var i = 0; i < 20; i++)
        {
            var (image, marker) = MarkerDrawings.Draw(i, withMarker: true);

            var box = Assert.Single(MarkerLocator.Find(image), b => b.Overlaps(marker!.Value));

            Assert.True(box.Width <= marker!.Value.Width + 12 && box.Height <= marker.Value.Height + 12, $"{box} about {marker}");
        }
    }

    [Fact]
    public void One_channel_and_three_give_the_same_boxes()
    {
        var (grey, _) = MarkerDrawings.Draw(2, withMarker: true);
        var colour = new PixelImage(grey.Width, grey.Height, 3, [.. grey.Pixels.SelectMany(p => new[] { p, p, p })]);

        Assert.NotEmpty(MarkerLocator.Find(grey));
        Assert.Equal(MarkerLocator.Find(grey), MarkerLocator.Find(colour));
    }

    [Fact]
    public void A_word_is_one_box()
    {
        var image = Ground(200, 200, 30);
        foreach (var x in new[] { 20, 32, 44 })
        {
            Fill(image, new PixelBox(x, 160, 3, 16), 230);
            Fill(image, new PixelBox(x, 173, 8, 3), 230);
        }

        var box = Assert.Single(MarkerLocator.Find(image));

        Assert.True(box is { X: <= 20, Y: <= 160, Right: >= 52, Bottom: >= 176 } and { Width: < 45, Height: < 28 }, $"{box}");
    }

    [Fact]
    public void A_tag_on_a_bright_film_is_found()
    {
        var image = Ground(300, 240, 110);
        Fill(image, new PixelBox(250, 40, 24, 16), 210);

        var box = Assert.Single(MarkerLocator.Find(image));

        Assert.True(box.Overlaps(new PixelBox(250, 40, 24, 16)));
    }

    [Theory]
    [InlineData(0, 0, 300, 12)] // a bright strip along the edge
    [InlineData(40, 0, 2, 240)] // the edge of a plate
    [InlineData(120, 100, 14, 14)] // in the midst of the film
    [InlineData(10, 10, 120, 100)] // a bright plate
    public void What_is_no_marker_is_in_no_box(int x, int y, int width, int height)
    {
        var image = Ground(300, 240, 30);
        Fill(image, new PixelBox(x, y, width, height), 220);

        Assert.Empty(MarkerLocator.Find(image));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(15, 400)]
    [InlineData(400, 40)]
    public void Any_size_is_looked_at(int width, int height) => Assert.Empty(MarkerLocator.Find(Ground(width, height, 90)));

    [Fact]
    public void Noise_is_no_marker()
    {
        var random = new Random(3);
        var image = Ground(256, 256, 0);
        random.NextBytes(image.Pixels);
        for (var i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)(60 + (image.Pixels[i] / 8));
        }

        Assert.Empty(MarkerLocator.Find(image));
    }

    [Fact]
    public void The_share_is_that_of_the_boxes() =>
        Assert.Equal(0.03, MarkerLocator.Share([new PixelBox(0, 0, 10, 20), new PixelBox(50, 50, 10, 10)], 100, 100), 12);

    private static PixelImage Ground(int width, int height, byte tone)
    {
        var pixels = new byte[width * height];
        Array.Fill(pixels, tone);
        return new PixelImage(width, height, 1, pixels);
    }

    private static void Fill(PixelImage image, PixelBox box, byte tone)
    {
        for (var y = box.Y; y < box.Bottom; y++)
        {
            image.Pixels.AsSpan((y * image.Width) + box.X, box.Width).Fill(tone);
        }
    }
}
