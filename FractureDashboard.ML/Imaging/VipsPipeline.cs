using NetVips;

namespace FractureDashboard.ML.Imaging;

/// <summary>How large the result of a pipeline shall be.</summary>
internal enum Sizing
{
    /// <summary>As stored.</summary>
    Original,

    /// <summary>Exactly side x side, proportions given up.</summary>
    Stretch,

    /// <summary>Exactly side x side, proportions kept, bars black.</summary>
    Letterbox,

    /// <summary>At most side x side, proportions kept, never enlarged.</summary>
    Within,
}

/// <summary>
/// Turns file content into an upright 8-bit image of 1 or 3 bands. Throws <see cref="VipsException"/> for bad content.
/// Images are lazy: pixels are computed when the result is written.
/// </summary>
internal static class VipsPipeline
{
    /// <summary>Opens the first frame with the loader of exactly this format.</summary>
    public static Image Load(byte[] content, ImageFormat format, Enums.FailOn failOn, Enums.Access access = Enums.Access.Sequential) => format switch
    {
        ImageFormat.Jpeg => Image.JpegloadBuffer(content, access: access, failOn: failOn),
        ImageFormat.Png => Image.PngloadBuffer(content, access: access, failOn: failOn),
        ImageFormat.Gif => Image.GifloadBuffer(content, access: access, failOn: failOn),
        ImageFormat.WebP => Image.WebploadBuffer(content, access: access, failOn: failOn),
        ImageFormat.Tiff => Image.TiffloadBuffer(content, access: access, failOn: failOn),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "libvips does not read this format."),
    };

    /// <summary>Decodes in the fastest way: rows are streamed, and a JPEG is shrunk while it is decoded.</summary>
    public static Image Open(byte[] content, ImageFormat format, Sizing sizing, int side, bool equalise)
    {
        if (sizing != Sizing.Original && CanStream(content, format))
        {
            var thumbnail = Image.ThumbnailBuffer(content, side, height: side, size: SizeOf(sizing), failOn: Enums.FailOn.Error);
            return Finish(thumbnail, sizing, side, equalise);
        }

        return Resize(Upright(EightBit(Load(content, format, Enums.FailOn.Error, Enums.Access.Random))), sizing, side, equalise);
    }

    /// <summary>Decodes every pixel at full size, failing at the first complaint, then resizes.</summary>
    public static Image OpenStrict(byte[] content, ImageFormat format, Sizing sizing, int side, bool equalise)
    {
        var whole = Then(Load(content, format, Enums.FailOn.Warning), i => i.CopyMemory());
        return Resize(Upright(EightBit(whole)), sizing, side, equalise);
    }

    /// <summary>
    /// Decodes every pixel at full size, failing at the first complaint, and tells what is stored. Pictures that are as wanted
    /// already are streamed into the result; others go through memory, since turning them takes rows in any order.
    /// </summary>
    public static Image OpenAsStored(byte[] content, ImageFormat format, out StoredImage stored)
    {
        var image = Load(content, format, Enums.FailOn.Warning);
        stored = StoredImage.Of(image, format, content);
        var isAsWanted = image.Format == Enums.BandFormat.Uchar && stored.Orientation == 1
            && (image.Bands, image.Interpretation) is (1, Enums.Interpretation.Bw) or (3, Enums.Interpretation.Srgb);
        if (isAsWanted)
        {
            return image;
        }

        image = Then(image, i => i.CopyMemory());
        stored = stored with { HasAlpha = stored.HasAlpha && IsTransparent(image) };
        return Finish(Upright(EightBit(image)), Sizing.Original, side: 0, equalise: false);
    }

    /// <summary>Takes over pixels that another library decoded.</summary>
    public static Image FromPixels(PixelImage pixels, Sizing sizing, int side, bool equalise)
    {
        var image = Image.NewFromMemory(pixels.Pixels, pixels.Width, pixels.Height, pixels.Channels, Enums.BandFormat.Uchar);
        image = Then(image, i => i.Copy(interpretation: pixels.Channels == 1 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb));
        return Resize(image, sizing, side, equalise);
    }

    private static Image Resize(Image image, Sizing sizing, int side, bool equalise) => sizing == Sizing.Original
        ? Finish(image, sizing, side, equalise)
        : Finish(Then(image, i => i.ThumbnailImage(side, height: side, size: SizeOf(sizing))), sizing, side, equalise);

    /// <summary>Flattens transparency on black, keeps 1 or 3 bands, equalises, adds the bars of a letterbox.</summary>
    private static Image Finish(Image image, Sizing sizing, int side, bool equalise)
    {
        if (image.HasAlpha())
        {
            image = Then(image, i => i.Flatten(background: [0.0]));
        }

        if (image.Format != Enums.BandFormat.Uchar)
        {
            image = Then(image, i => i.Cast(Enums.BandFormat.Uchar));
        }

        if (image.Bands is not (1 or 3))
        {
            image = Then(image, i => i.ExtractBand(0, n: i.Bands > 3 ? 3 : 1));
        }

        if (equalise)
        {
            image = Then(image, LocalContrast.Equalise);
        }

        return sizing == Sizing.Letterbox
            ? Then(image, i => i.Gravity(Enums.CompassDirection.Centre, side, side, extend: Enums.Extend.Black))
            : image;
    }

    /// <summary>Many files have an alpha channel that is opaque everywhere.</summary>
    private static bool IsTransparent(Image image)
    {
        double? opaque = image.Format switch
        {
            Enums.BandFormat.Uchar => byte.MaxValue,
            Enums.BandFormat.Ushort => ushort.MaxValue,
            _ => null,
        };
        using var alpha = image.ExtractBand(image.Bands - 1);
        return opaque is null || alpha.Min() < opaque;
    }

    private static Image Upright(Image image) => Then(image, i => i.Autorot());

    /// <summary>
    /// 16-bit content maps its full range linearly; CMYK and Lab become sRGB; other numbers (float, 32-bit) have no
    /// natural range and are stretched from their own minimum to their maximum.
    /// </summary>
    private static Image EightBit(Image image)
    {
        if (!HasNaturalRange(image))
        {
            image = Then(image, i => i.HasAlpha() ? i.ExtractBand(0, n: i.Bands - 1) : i.ExtractBand(0, n: i.Bands));
            image = Then(image, i => i.ScaleImage());
            return Then(image, i => i.Copy(interpretation: i.Bands < 3 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb));
        }

        var grey = image.Bands < 3 && image.Interpretation != Enums.Interpretation.Cmyk;
        return Then(image, i => i.Colourspace(grey ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb));
    }

    /// <summary>
    /// WebP's own scaler is coarse: the same picture would come out visibly different than from a PNG. Numbers without a
    /// natural range need two passes.
    /// </summary>
    private static bool CanStream(byte[] content, ImageFormat format)
    {
        if (format is ImageFormat.Jpeg or ImageFormat.WebP)
        {
            return format == ImageFormat.Jpeg;
        }

        using var header = Load(content, format, Enums.FailOn.Error);
        return HasNaturalRange(header);
    }

    private static bool HasNaturalRange(Image image) => image.Format switch
    {
        Enums.BandFormat.Uchar => true,
        Enums.BandFormat.Ushort => image.Interpretation is Enums.Interpretation.Grey16 or Enums.Interpretation.Rgb16 or Enums.Interpretation.Cmyk,
        _ => image.Interpretation is Enums.Interpretation.Lab or Enums.Interpretation.Labs,
    };

    private static Enums.Size SizeOf(Sizing sizing) => sizing switch
    {
        Sizing.Stretch => Enums.Size.Force,
        Sizing.Letterbox => Enums.Size.Both,
        _ => Enums.Size.Down,
    };

    /// <summary>One step of the pipeline; the input's handle is released, libvips keeps what it still needs.</summary>
    private static Image Then(Image input, Func<Image, Image> step)
    {
        using (input)
        {
            return step(input);
        }
    }
}
