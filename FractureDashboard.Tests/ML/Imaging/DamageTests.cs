using CsCheck;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Tests.ML.Imaging;

/// <summary>Whatever happened to a file, decoding it ends in pixels or in an error, and strict decoding misses nothing.</summary>
public sealed class DamageTests
{
    private readonly ImageDecoder decoder = new();

    public static TheoryData<ImageFormat> Formats => [.. Pictures.AllFormats];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_truncation_is_found_by_strict_decoding_and_none_throws(ImageFormat format)
    {
        var content = Pictures.Encode(Pictures.Colour(24, 18), format);
        var whole = Pictures.Decoded(content, new(Strict: true)).Pixels;

        for (var length = 0; length < content.Length; length++)
        {
            var cut = content[..length];
            decoder.ReadHeader(cut, DecodeLimits.Dataset);
            decoder.Decode(cut, new(Size: 16));
            // A file that lacks only padding still has all its pixels.
            if (decoder.Decode(cut, new(Strict: true)).Value is { } image)
            {
                Assert.True(image.Pixels.AsSpan().SequenceEqual(whole), $"pixels are missing at {length} of {content.Length} bytes");
            }
        }
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Gif)]
    [InlineData(ImageFormat.WebP)]
    [InlineData(ImageFormat.Bmp)]
    [InlineData(ImageFormat.Tiff)]
    public void File_cut_in_half_is_called_truncated_also_under_load(ImageFormat format)
    {
        var content = Pictures.Encode(Pictures.Colour(200, 150), format);
        var half = content[..(content.Length / 2)];
        var damaged = Pictures.Encode(Pictures.Colour(200, 150), ImageFormat.Png);
        damaged[damaged.Length / 2] ^= 0x55;

        // The library's messages go to one buffer for all threads: another file's trouble must not change the verdict.
        Parallel.For(0, 60, i =>
        {
            decoder.Decode(damaged, new(Strict: true));
            Assert.Equal(DecodeFailure.Truncated, decoder.Decode(half, new(Strict: true)).Error?.Kind);
        });
    }

    [Fact]
    public void Jpeg_cut_behind_an_embedded_preview_is_truncated()
    {
        // The preview's own end mark lies in an APP segment before the scan.
        var content = Pictures.Encode(Pictures.Colour(60, 40), ImageFormat.Jpeg);
        byte[] withPreview = [.. content[..2], 0xFF, 0xEE, 0, 6, 1, 0xFF, 0xD9, 2, .. content[2..]];

        Assert.NotNull(decoder.Decode(withPreview, new(Strict: true)).Value);
        Assert.Equal(DecodeFailure.Truncated, decoder.Decode(withPreview[..^60], new(Strict: true)).Error?.Kind);
    }

    [Fact]
    public void Changed_byte_inside_a_compressed_picture_is_damage_to_strict_decoding()
    {
        var content = Pictures.Encode(Pictures.Colour(200, 150), ImageFormat.Png);
        content[content.Length / 2] ^= 0x55;

        Assert.Equal(DecodeFailure.Damaged, decoder.Decode(content, new(Strict: true)).Error?.Kind);
    }

    [Fact]
    public void Most_zeroed_stretches_of_a_jpeg_are_damage_to_strict_decoding_only()
    {
        // JPEG has no checksum: now and then zeros pass for data. Colour is subsampled, as in most JPEGs.
        var sound = Pictures.Save(Pictures.Colour(300, 200), i => i.JpegsaveBuffer(q: 75));
        int seen = 0, passedOver = 0;
        for (var i = 4; i < 24; i++)
        {
            var content = (byte[])sound.Clone();
            content.AsSpan(content.Length * i / 25, 60).Clear();
            seen += decoder.Decode(content, new(Strict: true)).Error?.Kind == DecodeFailure.Damaged ? 1 : 0;
            passedOver += decoder.Decode(content, new()).Value is null ? 0 : 1;
        }

        Assert.InRange(seen, 11, 20);
        Assert.Equal(20, passedOver);
    }

    [Fact]
    public void Random_bytes_never_throw() => Gen.Byte.Array[0, 400].Sample(TryAll, iter: 2000);

    [Fact]
    public void Random_bytes_behind_a_real_signature_never_throw()
    {
        byte[][] signatures =
        [
            [0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [.. "GIF89a"u8], [.. "RIFF\x20\x00\x00\x00WEBPVP8 "u8],
            [0x49, 0x49, 42, 0, 8, 0, 0, 0], [0x4D, 0x4D, 0, 43, 0, 8, 0, 0], [.. Bitmaps.Claim(20, 20)[..26]], [.. Bitmaps.Claim(20, 20)[..30]],
        ];

        Gen.Select(Gen.Int[0, signatures.Length - 1], Gen.Byte.Array[0, 300], (s, tail) => (byte[])[.. signatures[s], .. tail]).Sample(TryAll, iter: 3000);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Random_changes_of_a_sound_file_never_throw(ImageFormat format)
    {
        var content = Pictures.Encode(Pictures.Colour(32, 24), format);
        // Half of the changes hit the header, where they do the most.
        var place = Gen.OneOf(Gen.Int[0, content.Length - 1], Gen.Int[0, Math.Min(content.Length, 120) - 1]);

        Gen.Select(place, Gen.Byte).Array[1, 8].Sample(
            changes =>
            {
                var changed = (byte[])content.Clone();
                foreach (var (at, value) in changes)
                {
                    changed[at] = value;
                }

                TryAll(changed);
            },
            iter: 400);
    }

    /// <summary>Small limits keep a forged size from costing seconds; the limit itself is tested elsewhere.</summary>
    private void TryAll(byte[] content)
    {
        var limits = new DecodeLimits(MaxPixels: 1_000_000);
        decoder.ReadHeader(content, limits);
        foreach (var options in new DecodeOptions[] { new(Limits: limits), new(Limits: limits, Strict: true), new(Size: 20, Limits: limits, Channels: 1) })
        {
            var result = decoder.Decode(content, options);
            Assert.True(result.Value is null != result.Error is null);
            if (result.Value is { } image)
            {
                Assert.Equal(image.Width * image.Height * image.Channels, image.Pixels.Length);
            }
        }
    }
}
