using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using FractureDashboard.Tests.ML.Quality;

namespace FractureDashboard.Tests.ML.Evaluation;

public sealed class MarkerEditTests
{
    [Theory]
    [InlineData(FitMode.Stretch, 10, 20, 20, 16, 3, 8, 14, 12)]
    [InlineData(FitMode.Letterbox, 10, 20, 20, 16, 3, 33, 14, 12)]
    public void A_box_is_where_the_marker_is_in_the_input(FitMode fit, int x, int y, int width, int height, int left, int top, int mostWidth, int mostHeight)
    {
        // 200 x 100 into 100 x 100: halved across; stretched, the height stays; letterboxed, it is halved and moved down by 25.
        var box = Assert.Single(MarkerEdit.ToInput([new PixelBox(x, y, width, height)], Blank(200, 100), Blank(100, 100), fit));

        var (scaledTop, scaledHeight) = fit == FitMode.Stretch ? (y, height) : (25 + (y / 2), height / 2);
        Assert.True(box.X <= x / 2 && box.Right >= (x + width) / 2 && box.Y <= scaledTop && box.Bottom >= scaledTop + scaledHeight, $"{box}");
        Assert.True(box.X >= left && box.Width <= mostWidth, $"{box}");
        Assert.True(box.Y >= Math.Min(top, scaledTop - 2) && box.Height <= scaledHeight + Math.Max(4, mostHeight - scaledHeight), $"{box}");
    }

    [Fact]
    public void Blanking_changes_the_marker_and_nothing_else()
    {
        for (var i = 0; i < 12; i++)
        {
            var (original, marker) = MarkerDrawings.Draw(i, withMarker: true);
            var input = Half(original);
            var shares = new Dictionary<string, double>();

            var edited = MarkerEdit.Blank((hash, share) => shares[hash] = share)(new InputView("h", original, input, FitMode.Stretch));

            var changed = Enumerable.Range(0, input.Pixels.Length).Where(p => input.Pixels[p] != edited.Pixels[p]).Select(p => (X: 2 * (p % 128), Y: 2 * (p / 128))).ToList();
            Assert.NotEmpty(changed);
            Assert.All(changed, p => Assert.True(marker!.Value.Grown(18, 256, 256).Overlaps(new PixelBox(p.X, p.Y, 2, 2)), $"{p} in image {i}, marker {marker}"));
            Assert.InRange(shares["h"], 0.002, 0.03);
        }
    }

    [Fact]
    public void An_image_without_markers_stays_the_very_same_or_vanishes()
    {
        var (original, _) = MarkerDrawings.Draw(4, withMarker: false);
        var view = new InputView("h", original, Half(original), FitMode.Stretch);
        var share = -1.0;

        Assert.Same(view.Input, MarkerEdit.Blank((_, s) => share = s)(view));
        Assert.Equal(0, share);
        Assert.Single(MarkerEdit.KeepOnly((_, _) => { })(view).Pixels.Distinct());
    }

    [Fact]
    public void Kept_markers_are_all_that_is_left()
    {
        var (original, marker) = MarkerDrawings.Draw(6, withMarker: true);
        var view = new InputView("h", original, Half(original), FitMode.Stretch);

        var kept = MarkerEdit.KeepOnly((_, _) => { })(view);

        var middle = new PixelBox(marker!.Value.X / 2, marker.Value.Y / 2, marker.Value.Width / 2, marker.Value.Height / 2);
        for (var y = middle.Y; y < middle.Bottom; y++)
        {
            Assert.Equal(view.Input.Pixels.AsSpan((y * 128) + middle.X, middle.Width), kept.Pixels.AsSpan((y * 128) + middle.X, middle.Width));
        }

        Assert.Equal(kept.Pixels[(64 * 128) + 64], kept.Pixels[(64 * 128) + 40]);
    }

    private static PixelImage Blank(int width, int height) => new(width, height, 1, new byte[width * height]);

    private static PixelImage Half(PixelImage image) => new(image.Width / 2, image.Height / 2, 1, [.. Enumerable.Range(0, image.Pixels.Length / 4)
        .Select(i => (X: 2 * (i % (image.Width / 2)), Y: 2 * (i / (image.Width / 2))))
        .Select(p => (byte)((image.Pixels[(p.Y * image.Width) + p.X] + image.Pixels[(p.Y * image.Width) + p.X + 1] + image.Pixels[((p.Y + 1) * image.Width) + p.X] + image.Pixels[((p.Y + 1) * image.Width) + p.X + 1]) / 4))]);
}
