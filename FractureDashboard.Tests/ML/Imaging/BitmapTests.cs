using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Tests.ML.Imaging;

public sealed class BitmapTests
{
    private static readonly PixelImage Picture = Pictures.Colour(37, 21);

    public static TheoryData<string, byte[], int> ColourVariants => new()
    {
        { "24 bits", Bitmaps.Info24(Picture), 0 },
        { "24 bits, top down", Bitmaps.Info24(Picture, topDown: true), 0 },
        { "24 bits, OS/2", Bitmaps.Core24(Picture), 0 },
        { "32 bits", Bitmaps.Info32(Picture), 0 },
        { "16 bits, 555", Bitmaps.Info555(Picture), 8 },
        { "16 bits, 565", Bitmaps.Info565(Picture), 8 },
        { "V4, opaque", Bitmaps.V4Alpha(Picture, 255), 0 },
        { "V4, alpha never written", Bitmaps.V4Alpha(Picture, 0), 0 },
    };

    [Theory]
    [MemberData(nameof(ColourVariants))]
    public void Colour_variants_give_the_picture(string variant, byte[] content, int tolerance)
    {
        Assert.NotEmpty(variant);
        foreach (var strict in new[] { false, true })
        {
            Assert.InRange(Pictures.Difference(Picture, Pictures.Decoded(content, new(Strict: strict))).Max, 0, tolerance);
        }
    }

    [Fact]
    public void Alpha_is_flattened_on_black()
    {
        var image = Pictures.Decoded(Bitmaps.V4Alpha(Pictures.Flat(5, 5, 200, 100, 50), 128));

        Assert.Equal([100, 50, 25], image.Pixels[..3]);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    [InlineData(8, false)]
    [InlineData(8, true)]
    public void Palettes_of_every_depth_give_their_colours(int bits, bool os2)
    {
        var max = (1 << bits) - 1;
        var content = Bitmaps.Indexed(19, 5, bits, (x, y) => (x + y) & max, core: os2);

        var image = Pictures.Decoded(content, new(Channels: 1, Strict: true));

        Assert.Equal(Pictures.Draw(19, 5, 1, (x, y, _) => ((x + y) & max) * 255 / max).Pixels, image.Pixels);
    }

    [Fact]
    public void Palette_shorter_than_announced_is_followed_by_the_pixels()
    {
        var content = Bitmaps.Indexed(10, 4, 8, (x, _) => x, core: true, storedColours: 10);

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], Pictures.Decoded(content, new(Channels: 1)).Pixels[..10]);
    }

    [Fact]
    public void Run_lengths_of_eight_bits_are_unpacked()
    {
        // Bottom row: five of 10. Upper row: a literal of three (padded), one skipped by a move, one of 9.
        var content = Bitmaps.RunLengths(5, 2, 8, 5, 10, 0, 0, 0, 3, 1, 2, 3, 0, 0, 2, 1, 0, 1, 9, 0, 1);

        Assert.Equal([1, 2, 3, 0, 9, 10, 10, 10, 10, 10], Pictures.Decoded(content, new(Channels: 1, Strict: true)).Pixels);
    }

    [Fact]
    public void Run_lengths_of_four_bits_are_unpacked()
    {
        // Bottom row: 1 2 1 2 1. Upper row: a literal of five.
        var content = Bitmaps.RunLengths(5, 2, 4, 5, 0x12, 0, 0, 0, 5, 0x34, 0x56, 0x70, 0, 0, 1);

        Assert.Equal(new[] { 3, 4, 5, 6, 7, 1, 2, 1, 2, 1 }.Select(i => (byte)(i * 17)), Pictures.Decoded(content, new(Channels: 1)).Pixels);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    public void Run_lengths_that_end_too_early_are_truncated(int length)
    {
        byte[] data = [5, 10, 0, 0, 0, 3, 1, 2, 3, 0, 0, 1];
        var content = Bitmaps.RunLengths(5, 2, 8, data[..length]);

        Assert.Equal(DecodeFailure.Truncated, new ImageDecoder().Decode(content, new()).Error?.Kind);
    }

    [Fact]
    public void Endless_runs_stay_inside_the_picture()
    {
        var content = Bitmaps.RunLengths(3, 2, 8, [.. Enumerable.Repeat<byte>(255, 50_000), 0, 1]);

        Assert.Equal(6, Pictures.Decoded(content, new(Channels: 1)).Pixels.Length);
    }

    [Fact]
    public void Header_that_promises_more_than_the_file_holds_allocates_nothing()
    {
        var content = Bitmaps.Claim(9000, 9000);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(DecodeFailure.Truncated, new ImageDecoder().Decode(content, new()).Error?.Kind);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Embedded_jpeg_and_impossible_depths_are_refused()
    {
        foreach (var (at, value) in new[] { (28, 7), (28, 64), (30, 4), (30, 99) })
        {
            var content = Bitmaps.Info24(Picture);
            content[at] = (byte)value;
            Assert.Equal(DecodeFailure.Damaged, new ImageDecoder().Decode(content, new()).Error?.Kind);
        }
    }
}
