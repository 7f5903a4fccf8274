using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.Tests.ML.Imaging;
using NetVips;

namespace FractureDashboard.Tests.ML.Explanation;

public sealed class HeatMapPainterTests : IDisposable
{
    private const int Side = 40;
    private readonly TemporaryFolder folder = new();
    private readonly HeatMapPainter painter = new(new ImageDecoder());

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(FitMode.Stretch, 120, 40)]
    [InlineData(FitMode.Stretch, 40, 120)]
    [InlineData(FitMode.Letterbox, 120, 40)]
    [InlineData(FitMode.Letterbox, 40, 120)]
    [InlineData(FitMode.Letterbox, 31, 77)]
    [InlineData(FitMode.Letterbox, 20, 20)]
    public void A_spot_found_in_the_models_square_lies_on_the_spot_of_the_picture(FitMode fit, int width, int height)
    {
        // A picture with one white block, fitted by the decoder as for a model; the map marks what is white there.
        var (left, top, size) = (width * 7 / 10, height / 5, Math.Max(4, Math.Min(width, height) / 6));
        var picture = Pictures.Draw(width, height, 1, (x, y, _) => x >= left && x < left + size && y >= top && y < top + size ? 255 : 0);
        var square = Pictures.Decoded(Pictures.Encode(picture, ImageFormat.Png), new DecodeOptions(Side, 1, fit));
        var map = MapOf(square);

        var values = HeatMapPlacement.OnPicture(map, width, height, fit);

        var (x, y) = Centroid(values, width);
        Assert.InRange(x, left + ((size - 1) / 2.0) - Slack(width), left + ((size - 1) / 2.0) + Slack(width));
        Assert.InRange(y, top + ((size - 1) / 2.0) - Slack(height), top + ((size - 1) / 2.0) + Slack(height));

        static double Slack(int length) => Math.Max(0.6, 0.6 * length / Side);
    }

    [Fact]
    public void A_picture_that_the_camera_turned_is_marked_upright()
    {
        // White at the upper left of what the camera stored; turned by a quarter (orientation 6) it is at the upper right.
        var stored = Pictures.Draw(80, 40, 1, (x, y, _) => x < 10 && y < 10 ? 255 : 0);
        var content = Pictures.Save(stored, i => i.JpegsaveBuffer(q: 100), i => i.Mutate(m => m.Set(GValue.GIntType, "orientation", 6)));
        var path = folder.Sub("turned.jpg");
        File.WriteAllBytes(path, content);
        var map = MapOf(Pictures.Decoded(content, new DecodeOptions(Side, 1)));

        var drawn = Pictures.Decoded(painter.Overlay(path, map, FitMode.Stretch, 1, 1000).Value!);

        Assert.Equal((40, 80), (drawn.Width, drawn.Height));
        var (r, g, b) = ColourMap.At(1);
        Assert.All(Pixel(drawn, 36, 3).Zip([r, g, b]), pair => Assert.InRange(pair.First, pair.Second - 6, pair.Second + 6));
        Assert.All(Pixel(drawn, 3, 3), v => Assert.InRange(v, 0, 6));
        Assert.All(Pixel(drawn, 3, 76), v => Assert.InRange(v, 0, 6));
    }

    [Fact]
    public void Where_the_map_is_dark_the_picture_stays_and_opacity_mixes()
    {
        var map = new HeatMap(2, 1, [0, 1], ExplanationMethod.GradCam, []);
        var picture = new PixelImage(2, 1, 1, [100, 200]);

        var half = Pictures.Decoded(HeatMapPainter.Overlay(picture, map, FitMode.Stretch, 0.5));
        var off = Pictures.Decoded(HeatMapPainter.Overlay(picture, map, FitMode.Stretch, 0));

        var (r, g, b) = ColourMap.At(1);
        Assert.Equal(new byte[] { 100, 100, 100 }, Pixel(half, 0, 0));
        Assert.All(Pixel(half, 1, 0).Zip([r, g, b]), pair => Assert.Equal((200 + pair.Second) / 2.0, pair.First, 0.51));
        Assert.Equal(new byte[] { 100, 100, 100, 200, 200, 200 }, off.Pixels);
    }

    [Fact]
    public void The_layer_alone_is_clear_at_nothing_and_opaque_at_the_peak()
    {
        var map = new HeatMap(2, 1, [0, 1], ExplanationMethod.GradCam, []);

        using var layer = Image.NewFromBuffer(HeatMapPainter.Layer(map, 200, 100, FitMode.Stretch));
        var pixels = layer.WriteToMemory<byte>();

        Assert.Equal((200, 100, 4), (layer.Width, layer.Height, layer.Bands));
        Assert.Equal((0, 255), (pixels[3], pixels[(4 * 199) + 3]));
        var (r, g, b) = ColourMap.At(1);
        Assert.Equal([r, g, b], pixels.AsSpan(4 * 199, 3).ToArray());
    }

    [Fact]
    public void A_blank_map_leaves_the_picture_as_it_is()
    {
        var map = new RawMap(new float[16], 4, 4, new MapGrid(1, 0), 0, 0).ToHeatMap(4, ExplanationMethod.GradCam);
        var picture = Pictures.Colour(30, 20);

        Assert.Equal(picture.Pixels, Pictures.Decoded(HeatMapPainter.Overlay(picture, map, FitMode.Stretch, 1)).Pixels);
    }

    [Fact]
    public void Large_pictures_are_scaled_down_and_files_that_are_none_explained()
    {
        var map = new HeatMap(2, 1, [0, 1], ExplanationMethod.GradCam, []);
        var path = folder.Sub("a.png");
        File.WriteAllBytes(path, Pictures.Encode(Pictures.Colour(300, 200), ImageFormat.Png));

        var drawn = Pictures.Decoded(painter.Overlay(path, map, FitMode.Letterbox, 0.5, 60).Value!);

        Assert.Equal((60, 40), (drawn.Width, drawn.Height));
        Assert.Equal(DecodeFailure.Unreadable, painter.Overlay(folder.Sub("none.png"), map, FitMode.Stretch, 0.5, 60).Error!.Kind);
    }

    [Fact]
    public void The_legend_runs_from_nothing_to_the_most()
    {
        var legend = Pictures.Decoded(HeatMapPainter.Legend(256, 4));

        Assert.Equal((256, 4), (legend.Width, legend.Height));
        for (var x = 0; x < 256; x++)
        {
            var (r, g, b) = ColourMap.At(x / 255.0);
            Assert.Equal([r, g, b], Pixel(legend, x, 3));
        }
    }

    [Fact]
    public void Cells_lie_where_the_grid_says()
    {
        // Cells of 4 pixels from pixel 2 on: middles at 2, 6, 10.
        var raw = new RawMap([0, 0, 0, 0, 2, 0, 0, 0, 0], 3, 3, new MapGrid(4, 2), 0, 0);

        var map = raw.ToHeatMap(12, ExplanationMethod.GradCam);

        Assert.Equal((6, 6), map.Peak());
        Assert.Equal(1, map.Values[(6 * 12) + 6], 1e-6f);
        Assert.Equal(0.75f, map.Values[(6 * 12) + 5], 1e-6f);
        Assert.Equal(0.5f * 0.5f, map.Values[(4 * 12) + 8], 1e-6f);
        Assert.Equal(0, map.Values[(6 * 12) + 2], 1e-6f);
    }

    private static HeatMap MapOf(PixelImage square) =>
        new(square.Width, square.Height, [.. square.Pixels.Select(p => p / 255f)], ExplanationMethod.Occlusion, []);

    private static byte[] Pixel(PixelImage image, int x, int y) => image.Pixels.AsSpan(image.Channels * ((y * image.Width) + x), image.Channels).ToArray();

    private static (double X, double Y) Centroid(float[] values, int width)
    {
        double sum = 0, x = 0, y = 0;
        for (var i = 0; i < values.Length; i++)
        {
            sum += values[i];
            x += (double)values[i] * (i % width);
            y += (double)values[i] * (i / width);
        }

        return (x / sum, y / sum);
    }
}
