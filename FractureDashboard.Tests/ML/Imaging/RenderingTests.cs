using FractureDashboard.ML.Imaging;
using FractureDashboard.Tests.ML.Datasets;
using NetVips;

namespace FractureDashboard.Tests.ML.Imaging;

/// <summary>Thumbnails and the viewer's images.</summary>
public sealed class RenderingTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Thumbnails thumbnails = new(new ImageDecoder());
    private readonly DisplayImages displays = new(new ImageDecoder());

    public static TheoryData<ImageFormat> Formats => [.. Pictures.AllFormats];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_format_becomes_a_small_webp_with_its_proportions(ImageFormat format)
    {
        var path = folder.Write("a", Pictures.Encode(Pictures.Colour(300, 200), format));

        var rendered = thumbnails.Render(path, 96).Value!;

        Assert.Equal(ImageFormat.WebP, ImageFormats.Sniff(rendered));
        var image = Pictures.Decoded(rendered);
        Assert.Equal((96, 64), (image.Width, image.Height));
        Assert.InRange(rendered.Length, 1, 10_000);
    }

    [Fact]
    public void Small_image_is_not_enlarged()
    {
        var path = folder.Write("a", Pictures.Encode(Pictures.Colour(30, 20), ImageFormat.Png));

        var thumbnail = Pictures.Decoded(thumbnails.Render(path, 256).Value!);
        var display = Pictures.Decoded(displays.Render(path).Value!);

        Assert.Equal((30, 20), (thumbnail.Width, thumbnail.Height));
        Assert.Equal(Pictures.Colour(30, 20).Pixels, display.Pixels);
    }

    [Fact]
    public void Renderings_are_upright_and_carry_no_metadata()
    {
        var content = Pictures.Save(
            Pictures.Colour(80, 40),
            i => i.JpegsaveBuffer(q: 100),
            i => i.Mutate(m =>
            {
                m.Set(GValue.GIntType, "orientation", 6);
                m.Set(GValue.GStrType, "exif-ifd0-ImageDescription", "NAME OF THE PATIENT");
            }));
        Assert.True(content.AsSpan().IndexOf("NAME OF THE PATIENT"u8) > 0, "the source must carry what is to be dropped");
        var path = folder.Write("a.jpg", content);

        foreach (var rendered in new[] { thumbnails.Render(path, 64).Value!, displays.Render(path).Value! })
        {
            var image = Pictures.Decoded(rendered);
            Assert.True(image.Height > image.Width, "upright");
            Assert.True(rendered.AsSpan().IndexOf("PATIENT"u8) < 0, "description");
            Assert.True(rendered.AsSpan().IndexOf("EXIF"u8) < 0 && rendered.AsSpan().IndexOf("eXIf"u8) < 0, "EXIF");
        }
    }

    [Fact]
    public void Display_image_is_bounded_eight_bit_and_lossless()
    {
        var wide = folder.Write("wide.png", Pictures.Encode(Pictures.Grey(5000, 10), ImageFormat.Png));
        var deep = folder.Write("deep.tif", Pictures.Save(Pictures.Grey(50, 40), i => i.TiffsaveBuffer(), i => i * 257, i => i.Cast(Enums.BandFormat.Ushort), i => i.Copy(interpretation: Enums.Interpretation.Grey16)));

        Assert.Equal(DisplayImages.MaxSide, Pictures.Decoded(displays.Render(wide).Value!).Width);
        var header = new ImageDecoder().ReadHeader(displays.Render(deep).Value!, DecodeLimits.Dataset).Value!;
        Assert.Equal((ImageFormat.Png, 50, 40, 8), (header.Format, header.Width, header.Height, header.BitsPerChannel));
        Assert.Equal(Pictures.Grey(50, 40).Pixels, Pictures.Decoded(displays.Render(deep).Value!, new(Channels: 1)).Pixels);
    }

    [Fact]
    public void Bad_file_gives_the_reason_and_bad_size_is_the_callers_mistake()
    {
        var path = folder.Write("a.png", "not an image"u8.ToArray());

        Assert.Equal(DecodeFailure.NotAnImage, thumbnails.Render(path, 64).Error?.Kind);
        Assert.Equal(DecodeFailure.NotAnImage, displays.Render(path).Error?.Kind);
        Assert.Throws<ArgumentOutOfRangeException>(() => thumbnails.Render(path, 15));
        Assert.Throws<ArgumentOutOfRangeException>(() => thumbnails.Render(path, 2049));
    }
}
