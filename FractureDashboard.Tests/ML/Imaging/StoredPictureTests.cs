using CsCheck;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Tests.ML.Quality.Corpus;

namespace FractureDashboard.Tests.ML.Imaging;

public sealed class StoredPictureTests
{
    private readonly ImageDecoder decoder = new();

    [Fact]
    public void Every_file_comes_out_as_from_a_strict_decode_or_fails_as_it_does()
    {
        var files = BrokenFiles.All().Concat(OddFiles.All()).Concat(SoundFiles.All()).ToList();

        Assert.All(files, file =>
        {
            var (stored, strict) = (decoder.DecodeAsStored(file.Content, DecodeLimits.Dataset), decoder.Decode(file.Content, new(Strict: true)));
            Assert.Equal(strict.Error, stored.Error);
            Assert.Equal(strict.Value?.Pixels, stored.Value is { } s ? Three(s.Pixels) : null);
        });
    }

    [Fact]
    public void Grey_pictures_come_out_with_one_channel()
    {
        var rgb = decoder.DecodeAsStored(Radiographs.Encode(Radiographs.Rgb(), ImageFormat.Png), DecodeLimits.Dataset).Value!;
        var colour = decoder.DecodeAsStored(Pictures.Encode(Pictures.Colour(), ImageFormat.Png), DecodeLimits.Dataset).Value!;

        Assert.Equal((1, 3), (rgb.Pixels.Channels, rgb.Stored.Channels));
        Assert.Equal(Radiographs.Grey().Pixels, rgb.Pixels.Pixels);
        Assert.Equal((3, 3), (colour.Pixels.Channels, colour.Stored.Channels));
    }

    [Fact]
    public void A_single_coloured_pixel_anywhere_keeps_three_channels() =>
        Gen.Select(Gen.Byte.Array[1, 200], Gen.Int[0, 1_000_000], Gen.Int[0, 2], Gen.Byte[1, 255]).Sample((grey, place, channel, by) =>
        {
            byte[] rgb = [.. grey.SelectMany(g => new[] { g, g, g })];
            Assert.Equal(grey, StoredPixels.Grey(rgb));

            rgb[(3 * (place % grey.Length)) + channel] += by;
            Assert.Null(StoredPixels.Grey(rgb));
        });

    [Fact]
    public void What_is_stored_is_told_before_it_is_turned_or_converted()
    {
        var turned = decoder.DecodeAsStored(OddFiles.All().Single(f => f.Name == "exif-6.jpg").Content, DecodeLimits.Dataset).Value!;
        var cmyk = decoder.DecodeAsStored(OddFiles.All().Single(f => f.Name == "cmyk.jpg").Content, DecodeLimits.Dataset).Value!;
        var deep = decoder.DecodeAsStored(OddFiles.All().Single(f => f.Name == "sixteen-bits-alpha.png").Content, DecodeLimits.Dataset).Value!;

        Assert.Equal((Radiographs.Width, Radiographs.Height, 6), (turned.Stored.Width, turned.Stored.Height, turned.Stored.Orientation));
        Assert.Equal((Radiographs.Height, Radiographs.Width), (turned.Pixels.Width, turned.Pixels.Height));
        Assert.Equal((4, true), (cmyk.Stored.Channels, cmyk.Stored.IsCmyk));
        Assert.Equal((4, 16, true), (deep.Stored.Channels, deep.Stored.Bits, deep.Stored.HasAlpha));
    }

    [Fact]
    public void An_alpha_channel_that_is_opaque_everywhere_is_no_transparency()
    {
        var opaque = Radiographs.Save(Radiographs.Rgb(), i => i.PngsaveBuffer(), i => i.Bandjoin(255));

        Assert.False(decoder.DecodeAsStored(opaque, DecodeLimits.Dataset).Value!.Stored.HasAlpha);
    }

    [Theory]
    [InlineData("animated.gif", 3)]
    [InlineData("animated.webp", 3)]
    [InlineData("pages.tif", 3)]
    [InlineData("animated.png", 2)]
    [InlineData("sixteen-bits.png", 1)]
    public void Frames_and_pages_are_counted(string name, int pages) =>
        Assert.Equal(pages, decoder.DecodeAsStored(OddFiles.All().Single(f => f.Name == name).Content, DecodeLimits.Dataset).Value!.Stored.Pages);

    private static byte[] Three(PixelImage image) => image.Channels == 3 ? image.Pixels : [.. image.Pixels.SelectMany(p => new[] { p, p, p })];
}
