using CsCheck;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Tests.ML.Quality.Corpus;
using NetVips;

namespace FractureDashboard.Tests.ML.Imaging;

public sealed class JpegScansTests
{
    private static readonly Gen<byte[]> Jpegs = Gen.Select(Gen.Int[1, 90], Gen.Int[1, 90], Gen.Int[1, 100], Gen.Bool, Gen.Bool, Gen.Int[0, 3], Gen.Int[0, 9]).Select(
        (width, height, quality, isColour, isSubsampled, restart, seed) => Pictures.Save(
            isColour ? Pictures.Colour(width, height, seed) : Radiographs.Grey(width, height, seed),
            i => i.JpegsaveBuffer(
                q: quality,
                optimizeCoding: seed % 2 == 0,
                subsampleMode: isSubsampled ? Enums.ForeignSubsample.On : Enums.ForeignSubsample.Off,
                restartInterval: restart)));

    [Fact]
    public void Whole_pictures_of_any_size_and_sampling_are_right() => Jpegs.Sample(jpeg => Assert.Null(JpegScans.Damage(jpeg)), iter: 500);

    [Fact]
    public void Missing_bytes_are_noticed_unless_they_only_fill_the_last_one() => Gen.Select(Jpegs, Gen.Double[0, 1]).Sample(
        (jpeg, share) =>
        {
            // From the first byte of the scan's data to a few before the end mark.
            var from = jpeg.AsSpan().LastIndexOf<byte>([0xFF, 0xDA]) + 14;
            var at = from + (int)(share * Math.Max(0, jpeg.Length - 10 - from));
            if (at < jpeg.Length - 10)
            {
                Assert.NotNull(JpegScans.Damage([.. jpeg[..at], 0xFF, 0xD9]));
            }
        },
        iter: 500);

    [Fact]
    public void Bytes_left_over_are_noticed_and_mere_filling_is_not()
    {
        var jpeg = Radiographs.Encode(Radiographs.Rgb(), ImageFormat.Jpeg);

        Assert.Contains("left over", JpegScans.Damage([.. jpeg[..^2], 0x12, 0x34, 0x56, 0xFF, 0xD9]), StringComparison.Ordinal);
        Assert.Null(JpegScans.Damage([.. jpeg[..^2], 0, 0, 0, 0xFF, 0xD9]));
        Assert.Null(JpegScans.Damage([.. jpeg[..^2], 0xFF, 0xFF, 0xFF, 0xD9]));
        Assert.Null(JpegScans.Damage([.. jpeg[..^2], 0xFF, 0xD0, 0xFF, 0xD9]));
    }

    [Fact]
    public void A_stretch_of_zeros_in_a_grey_picture_is_found_nearly_always()
    {
        // The decoder alone sees a tenth of these.
        var jpeg = Pictures.Save(Pictures.Grey(300, 200), i => i.JpegsaveBuffer(q: 75));
        var found = Enumerable.Range(20, 70).Count(i => JpegScans.Damage(Rewriting.Zeroed(jpeg, i / 100.0, 60)) is not null);

        Assert.InRange(found, 60, 70);
    }

    [Fact]
    public void Restarts_in_wrong_order_are_noticed()
    {
        var jpeg = Pictures.Save(Radiographs.Rgb(), i => i.JpegsaveBuffer(restartInterval: 4));
        var second = jpeg.AsSpan().IndexOf<byte>([0xFF, 0xD1]);

        Assert.Null(JpegScans.Damage(jpeg));
        Assert.Contains("restart", JpegScans.Damage(Rewriting.Patched(jpeg, second + 1, 0xD4)), StringComparison.Ordinal);
    }

    [Fact]
    public void Components_in_scans_of_their_own_are_stepped_through()
    {
        // One component, and the same again as three scans of a picture of three: 8 x 8, so each scan is one block.
        var grey = Pictures.Save(Radiographs.Grey(8, 8), i => i.JpegsaveBuffer(q: 90));
        var (frame, scan) = (Rewriting.Frame(grey), grey.AsSpan().LastIndexOf<byte>([0xFF, 0xDA]));
        byte[] three = [0xFF, 0xC0, 0, 17, 8, 0, 8, 0, 8, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];
        byte[] data = grey[(scan + 10)..^2];
        byte[] whole = [.. grey[..frame], .. three, .. grey[(frame + 13)..scan], .. Scan(1), .. Scan(2), .. Scan(3), 0xFF, 0xD9];

        Assert.Null(JpegScans.Damage(whole));
        Assert.NotNull(new ImageDecoder().Decode(whole, new(Strict: true)).Value);
        Assert.NotNull(JpegScans.Damage([.. whole[..^(2 + data.Length)], .. data[..(data.Length / 2)], 0xFF, 0xD9]));

        byte[] Scan(byte id) => [0xFF, 0xDA, 0, 8, 1, id, 0, 0, 63, 0, .. data];
    }

    [Fact]
    public void A_frame_without_components_is_damaged()
    {
        var jpeg = Pictures.Save(Radiographs.Grey(8, 8), i => i.JpegsaveBuffer(q: 90));
        var frame = Rewriting.Frame(jpeg);
        jpeg[frame + 9] = 0;

        JpegScans.Damage(jpeg);
        Assert.NotNull(new ImageDecoder().Decode(jpeg, new(Strict: true)).Error);
    }

    [Fact]
    public void Anything_behind_a_start_mark_is_judged_without_throwing() =>
        Gen.Select(Jpegs, Gen.Select(Gen.Double[0, 1], Gen.Byte).Array[1, 6], Gen.Double[0, 1]).Sample(
            (jpeg, changes, length) =>
            {
                var changed = (byte[])jpeg.Clone();
                foreach (var (share, value) in changes)
                {
                    changed[Math.Min(changed.Length - 1, (int)(share * changed.Length))] = value;
                }

                JpegScans.Damage(changed);
                JpegScans.Damage(changed.AsSpan(0, (int)(length * changed.Length)));
            },
            iter: 3000);
}
