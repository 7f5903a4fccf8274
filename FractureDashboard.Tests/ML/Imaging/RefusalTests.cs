using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Tests.ML.Datasets;

namespace FractureDashboard.Tests.ML.Imaging;

public sealed class RefusalTests
{
    private readonly ImageDecoder decoder = new();

    [Fact]
    public void Empty_content_is_told_apart()
    {
        using var folder = new TempFolder();
        var path = folder.Write("empty.png", []);

        Assert.Equal(DecodeFailure.Empty, decoder.Decode([], new()).Error?.Kind);
        Assert.Equal(DecodeFailure.Empty, decoder.DecodeFile(path, new()).Error?.Kind);
        Assert.Equal(DecodeFailure.Empty, decoder.ReadHeader(path, DecodeLimits.Dataset).Error?.Kind);
    }

    [Fact]
    public void Missing_file_and_folder_are_unreadable()
    {
        using var folder = new TempFolder();

        Assert.Equal(DecodeFailure.Unreadable, decoder.DecodeFile(folder["none.png"], new()).Error?.Kind);
        Assert.Equal(DecodeFailure.Unreadable, decoder.DecodeFile(folder["no/such/folder.png"], new()).Error?.Kind);
        Assert.Equal(DecodeFailure.Unreadable, decoder.DecodeFile(folder.Path, new()).Error?.Kind);
    }

    public static TheoryData<string, byte[]> Strangers => new()
    {
        { "plain text", "patient,side,finding\n1,L,none\n"u8.ToArray() },
        { "a PDF document", "%PDF-1.7\n%âãÏÓ\n"u8.ToArray() },
        { "a web page", "<!DOCTYPE html><html><body>404</body></html>"u8.ToArray() },
        { "a web page", "\uFEFF\n <html lang='en'>"u8.ToArray() },
        { "an SVG or XML document", "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray() },
        { "an SVG or XML document", "<?xml version='1.0'?><svg/>"u8.ToArray() },
        { "a ZIP archive", Zip() },
        { "a DICOM file", [.. new byte[128], .. "DICM"u8, 2, 0, 0, 0] },
        { "a HEIF, AVIF or video file", [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0] },
        { "whatever its name says", [0, 1, 2, 3, 0xFE, 0xFF, 200, 201] },
        { "plain text", "BM is how a bitmap begins, and so does this sentence."u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public void Content_that_is_no_image_is_named(string expected, byte[] content)
    {
        var error = decoder.Decode(content, new()).Error;

        Assert.Equal(DecodeFailure.NotAnImage, error?.Kind);
        Assert.Contains(expected, error!.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[]> ForgedClaims => new()
    {
        { "PNG 60000 x 60000", PngClaim(60_000, 60_000) },
        { "PNG of the largest numbers", PngClaim(uint.MaxValue, uint.MaxValue) },
        { "PNG 2 x 15 million", PngClaim(2, 15_000_000) },
        { "BMP 60000 x 60000", Bitmaps.Claim(60_000, 60_000) },
        { "BMP of the smallest number", Bitmaps.Claim(int.MaxValue, int.MinValue) },
        { "GIF 65535 x 65535", GifClaim() },
        { "JPEG 65000 x 65000", JpegClaim(65_000, 65_000) },
        { "JPEG of just over 100 megapixels", JpegClaim(10_001, 10_000) },
    };

    [Theory]
    [MemberData(nameof(ForgedClaims))]
    public void Claims_beyond_the_limit_are_refused_before_anything_is_allocated(string name, byte[] content)
    {
        Assert.NotEmpty(name);
        var before = GC.GetAllocatedBytesForCurrentThread();

        foreach (var options in new DecodeOptions[] { new(), new(Strict: true), new(Size: 64) })
        {
            Assert.Equal(DecodeFailure.TooManyPixels, decoder.Decode(content, options).Error?.Kind);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public void Limits_hold_to_the_pixel_and_to_the_byte()
    {
        var content = Pictures.Encode(Pictures.Grey(40, 25), ImageFormat.Png);

        Assert.NotNull(decoder.Decode(content, new(Limits: new(MaxPixels: 1000, MaxBytes: content.Length))).Value);
        Assert.Equal(DecodeFailure.TooManyPixels, decoder.Decode(content, new(Limits: new(MaxPixels: 999))).Error?.Kind);
        Assert.Equal(DecodeFailure.TooManyPixels, decoder.Decode(content, new(Limits: new(MaxSide: 39))).Error?.Kind);
        Assert.Equal(DecodeFailure.TooManyBytes, decoder.Decode(content, new(Limits: new(MaxBytes: content.Length - 1))).Error?.Kind);
    }

    [Fact]
    public void File_beyond_the_byte_limit_is_not_read()
    {
        using var folder = new TempFolder();
        var path = folder.Write("large.png", Pictures.Encode(Pictures.Grey(), ImageFormat.Png));
        using (var file = File.OpenWrite(path))
        {
            // Sparse: takes no room on the disk.
            file.SetLength(3L << 30);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(DecodeFailure.TooManyBytes, decoder.DecodeFile(path, new()).Error?.Kind);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Every_message_says_what_was_wrong_and_what_to_do()
    {
        byte[][] bad = [[], "text"u8.ToArray(), PngClaim(60_000, 60_000), Pictures.Encode(Pictures.Grey(), ImageFormat.Png)[..60]];

        Assert.All(bad, content => Assert.Matches("(Copy|Export|Scale|Reduce)", decoder.Decode(content, new()).Error!.Message));
    }

    internal static byte[] PngClaim(uint width, uint height)
    {
        byte[] ihdr = [.. "IHDR"u8, .. BigEndian(width), .. BigEndian(height), 8, 0, 0, 0, 0];
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. ihdr, .. BigEndian(Checksum(ihdr)), .. new byte[40]];
    }

    private static byte[] GifClaim() => [.. "GIF89a"u8, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0x2C, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 2, 2, 0x4C, 0x01, 0, 0x3B];

    /// <summary>A sound small JPEG whose frame header then claims another size.</summary>
    private static byte[] JpegClaim(ushort width, ushort height)
    {
        var content = Pictures.Encode(Pictures.Grey(16, 16), ImageFormat.Jpeg);
        var frame = content.AsSpan().IndexOf<byte>([0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(frame + 5), height);
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(frame + 7), width);
        return content;
    }

    private static uint Checksum(byte[] bytes)
    {
        var crc = new ICSharpCode.SharpZipLib.Checksum.Crc32();
        crc.Update(bytes);
        return (uint)crc.Value;
    }

    private static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Zip()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            zip.CreateEntry("a.txt").Open().Dispose();
        }

        return stream.ToArray();
    }
}
