using System.Net;
using FractureDashboard.Gallery;
using FractureDashboard.ML.Imaging;
using NetVips;

namespace FractureDashboard.Tests.Gallery;

public sealed class FullImageTests : IAsyncLifetime
{
    private ImageServer server = null!;

    public async ValueTask InitializeAsync() => server = await ImageServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData(".jpg", "image/jpeg")]
    [InlineData(".png", "image/png")]
    [InlineData(".webp", "image/webp")]
    public async Task What_browsers_show_alike_is_sent_as_it_is(string suffix, string mediaType)
    {
        using var grey = Image.Black(30, 20);
        var original = grey.WriteToBuffer(suffix);
        // The name lies, as names do.
        var image = await server.AddAsync(original, "train/fractured/a.bmp");

        var (content, type) = await GetAsync(image.Id);

        Assert.Equal(mediaType, type);
        Assert.Equal(original, content);
    }

    [Fact]
    public async Task Tiff_is_rendered_losslessly()
    {
        using var grey = Image.Black(30, 20) + 77;
        using var eight = grey.Cast(Enums.BandFormat.Uchar);
        var image = await server.AddAsync(eight.TiffsaveBuffer(), "train/fractured/a.tif");

        var (content, type) = await GetAsync(image.Id);

        Assert.Equal("image/png", type);
        using var shown = Image.NewFromBuffer(content);
        Assert.Equal((30, 20, 77.0), (shown.Width, shown.Height, shown.Avg()));
    }

    [Fact]
    public async Task Sixteen_bits_are_scaled_to_eight()
    {
        using var grey = (Image.Black(30, 20) + 32_896).Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Grey16);
        var image = await server.AddAsync(grey.PngsaveBuffer());

        var (content, type) = await GetAsync(image.Id);

        Assert.Equal("image/png", type);
        using var shown = Image.NewFromBuffer(content);
        Assert.Equal(Enums.BandFormat.Uchar, shown.Format);
        Assert.Equal(128, shown.Avg());
    }

    [Fact]
    public async Task Transparency_is_flattened_on_black_as_the_model_sees_it()
    {
        using var clear = Image.Black(30, 20, bands: 4).Copy(interpretation: Enums.Interpretation.Srgb);
        var image = await server.AddAsync(clear.Invert().Linear([1, 1, 1, 0], [0, 0, 0, 0]).Cast(Enums.BandFormat.Uchar).PngsaveBuffer());

        var (content, _) = await GetAsync(image.Id);

        using var shown = Image.NewFromBuffer(content);
        Assert.False(shown.HasAlpha());
        Assert.Equal(0, shown.Max());
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".webp[lossless]")]
    public async Task An_orientation_that_browsers_may_ignore_is_applied(string suffix)
    {
        using var wide = Image.Black(30, 20).Mutate(m => m.Set(GValue.GIntType, "orientation", 6));
        var image = await server.AddAsync(wide.WriteToBuffer(suffix), "train/fractured/turned");

        var (content, type) = await GetAsync(image.Id);

        Assert.Equal("image/png", type);
        using var shown = Image.NewFromBuffer(content);
        Assert.Equal((20, 30), (shown.Width, shown.Height));
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.WebP)]
    public void Any_cut_of_a_file_is_judged_without_reading_past_its_end(ImageFormat format)
    {
        using var image = Image.Black(30, 20).Mutate(m => m.Set(GValue.GIntType, "orientation", 6));
        var content = image.WriteToBuffer(format == ImageFormat.Png ? ".png" : ".webp");

        for (var length = 0; length <= content.Length; length++)
        {
            BrowserFormats.ShowAlike(format, content.AsSpan(0, length));
        }

        Assert.False(BrowserFormats.ShowAlike(format, content));
    }

    private async Task<(byte[] Content, string Type)> GetAsync(int id)
    {
        using var answer = await server.Http.GetAsync($"/images/{id}/full");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadAsByteArrayAsync(), answer.Content.Headers.ContentType!.ToString());
    }
}
