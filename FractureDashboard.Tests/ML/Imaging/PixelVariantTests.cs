using FractureDashboard.ML.Imaging;
using NetVips;

namespace FractureDashboard.Tests.ML.Imaging;

/// <summary>The many ways in which formats store numbers: depth, transparency, palettes, colour spaces, frames.</summary>
public sealed class PixelVariantTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Transparency_is_flattened_on_black(bool strict)
    {
        var grey = Pictures.Save(Pictures.Flat(8, 8, 200, 128), i => i.PngsaveBuffer());
        var colour = Pictures.Save(Pictures.Flat(8, 8, 200, 100, 50, 128), i => i.PngsaveBuffer());

        var flatGrey = Pictures.Decoded(grey, new(Channels: 1, Strict: strict));
        var flatColour = Pictures.Decoded(colour, new(Size: 4, Strict: strict));

        Assert.All(flatGrey.Pixels, p => Assert.InRange(p, 99, 101));
        Assert.InRange(flatColour.Pixels[0], 99, 101);
        Assert.InRange(flatColour.Pixels[1], 49, 51);
        Assert.InRange(flatColour.Pixels[2], 24, 26);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(256, 1)]
    [InlineData(32896, 128)]
    [InlineData(65535, 255)]
    public void Sixteen_bits_map_their_full_range_linearly(int stored, byte expected)
    {
        var flat = Pictures.Flat(8, 8, 1);
        Func<Image, Image>[] steps = [i => i * stored, i => i.Cast(Enums.BandFormat.Ushort), i => i.Copy(interpretation: Enums.Interpretation.Grey16)];

        foreach (var content in new[] { Pictures.Save(flat, i => i.PngsaveBuffer(), steps), Pictures.Save(flat, i => i.TiffsaveBuffer(), steps) })
        {
            Assert.Equal(16, new ImageDecoder().ReadHeader(content, DecodeLimits.Dataset).Value!.BitsPerChannel);
            foreach (var options in new DecodeOptions[] { new(Channels: 1), new(Channels: 1, Strict: true), new(Size: 4, Channels: 1), new(Size: 4, Strict: true) })
            {
                Assert.All(Pictures.Decoded(content, options).Pixels, p => Assert.Equal(expected, p));
            }
        }
    }

    [Fact]
    public void Floating_point_is_stretched_from_its_minimum_to_its_maximum()
    {
        var content = Pictures.Save(Pictures.Grey(), i => i.TiffsaveBuffer(), i => i.Linear([1000.0], [-5000.0]), i => i.Cast(Enums.BandFormat.Float));

        var image = Pictures.Decoded(content, new(Channels: 1));

        Assert.Equal((0, 255), (image.Pixels.Min(), image.Pixels.Max()));
        Assert.Equal(image.Pixels, Pictures.Decoded(content, new(Channels: 1, Strict: true)).Pixels);
    }

    [Fact]
    public void Cmyk_becomes_rgb()
    {
        byte[] Cmyk(byte grey) => Pictures.Save(Pictures.Flat(16, 16, grey, grey, grey), i => i.JpegsaveBuffer(q: 95), i => i.Colourspace(Enums.Interpretation.Cmyk));

        foreach (var strict in new[] { false, true })
        {
            Assert.All(Pictures.Decoded(Cmyk(255), new(Strict: strict)).Pixels, p => Assert.InRange(p, 245, 255));
            Assert.All(Pictures.Decoded(Cmyk(0), new(Size: 8, Strict: strict)).Pixels, p => Assert.InRange(p, 0, 60));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Palettes_of_every_depth_give_their_colours(int bits)
    {
        var levels = 1 << bits;
        var picture = Pictures.Draw(32, 16, 1, (x, _, _) => x * levels / 32 * 255 / (levels - 1));
        var content = Pictures.Save(picture, i => i.PngsaveBuffer(palette: true, bitdepth: bits, dither: 0, q: 100));

        Assert.InRange(Pictures.Difference(picture, Pictures.Decoded(content, new(Channels: 1))).Max, 0, 3);
    }

    [Fact]
    public void One_bit_files_are_black_and_white()
    {
        var picture = Pictures.Draw(33, 17, 1, (x, y, _) => (x + y) % 3 == 0 ? 255 : 0);
        byte[][] files =
        [
            Pictures.Save(picture, i => i.PngsaveBuffer(bitdepth: 1)),
            Pictures.Save(picture, i => i.TiffsaveBuffer(bitdepth: 1)),
            Pictures.Save(picture, i => i.TiffsaveBuffer(bitdepth: 1, compression: Enums.ForeignTiffCompression.Ccittfax4)),
            Pictures.Save(picture, i => i.TiffsaveBuffer(bitdepth: 1, miniswhite: true)),
        ];

        Assert.All(files, f => Assert.Equal(picture.Pixels, Pictures.Decoded(f, new(Channels: 1, Strict: true)).Pixels));
    }

    [Fact]
    public void Interlaced_and_progressive_files_decode_like_plain_ones()
    {
        var picture = Pictures.Colour(70, 50);

        var interlaced = Pictures.Decoded(Pictures.Save(picture, i => i.PngsaveBuffer(interlace: true)), new(Strict: true));
        var progressive = Pictures.Decoded(Pictures.Save(picture, i => i.JpegsaveBuffer(q: 95, interlace: true)), new(Strict: true));
        var plain = Pictures.Decoded(Pictures.Save(picture, i => i.JpegsaveBuffer(q: 95)), new(Strict: true));

        Assert.Equal(picture.Pixels, interlaced.Pixels);
        Assert.Equal(plain.Pixels, progressive.Pixels);
    }

    [Fact]
    public void Tiff_layouts_and_compressions_give_the_same_pixels()
    {
        var picture = Pictures.Colour(300, 200);
        byte[][] files =
        [
            Pictures.Save(picture, i => i.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw)),
            Pictures.Save(picture, i => i.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw, predictor: Enums.ForeignTiffPredictor.Horizontal)),
            Pictures.Save(picture, i => i.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate)),
            Pictures.Save(picture, i => i.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Packbits)),
            Pictures.Save(picture, i => i.TiffsaveBuffer(tile: true, tileWidth: 64, tileHeight: 48)),
            Pictures.Save(picture, i => i.TiffsaveBuffer(tile: true, pyramid: true)),
            Pictures.Save(picture, i => i.TiffsaveBuffer(bigtiff: true)),
        ];

        Assert.All(files, f => Assert.Equal(picture.Pixels, Pictures.Decoded(f, new(Strict: true)).Pixels));
    }

    [Theory]
    [InlineData(ImageFormat.Gif)]
    [InlineData(ImageFormat.WebP)]
    [InlineData(ImageFormat.Tiff)]
    public void First_of_several_frames_is_taken(ImageFormat format)
    {
        using var first = Pictures.ToVips(Pictures.Flat(20, 10, 250, 10, 10));
        using var second = Pictures.ToVips(Pictures.Flat(20, 10, 10, 10, 250));
        using var both = Image.Arrayjoin([first, second], across: 1);
        using var frames = both.Mutate(m => m.Set(GValue.GIntType, "page-height", 10));
        var content = format switch
        {
            ImageFormat.Gif => frames.GifsaveBuffer(),
            ImageFormat.WebP => frames.WebpsaveBuffer(lossless: true),
            _ => frames.TiffsaveBuffer(),
        };

        foreach (var options in new DecodeOptions[] { new(), new(Strict: true), new(Size: 10) })
        {
            var image = Pictures.Decoded(content, options);
            Assert.Equal(options.Size ?? 10, image.Height);
            Assert.All(image.Pixels.Chunk(3), p => Assert.True(p[0] > 240 && p[2] < 20, string.Join(',', p)));
        }
    }
}
