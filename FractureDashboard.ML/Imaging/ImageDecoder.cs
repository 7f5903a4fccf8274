using NetVips;

namespace FractureDashboard.ML.Imaging;

/// <summary>
/// Decodes JPEG, PNG, BMP, GIF, WebP and TIFF, told apart by content and never by name. Bad content never throws:
/// every failure is a <see cref="DecodeError"/>. Stateless and safe to share between threads.
/// </summary>
/// <remarks>
/// Pixels come out upright (EXIF orientation applied), 8-bit, transparency flattened on black, CMYK as sRGB, the
/// first frame of several. 16-bit values map their full range linearly to 8 bits.
/// </remarks>
public sealed class ImageDecoder
{
    /// <summary>Reads what a file's header says, without decoding pixels.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">What is refused.</param>
    /// <returns>The header or the reason why there is none.</returns>
    public DecodeResult<ImageHeader> ReadHeader(string path, DecodeLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var file = FileContent.ReadImage(path, limits.MaxBytes);
        return file.Value is { } content ? ReadHeader(content, limits) : file.Error!;
    }

    /// <summary>Reads what a header in memory says, without decoding pixels.</summary>
    /// <param name="content">The whole content of a file.</param>
    /// <param name="limits">What is refused.</param>
    /// <returns>The header or the reason why there is none.</returns>
    public DecodeResult<ImageHeader> ReadHeader(byte[] content, DecodeLimits limits)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(limits);
        var (format, _, error) = Admit(content, limits);
        return error is not null ? error : Header(content, format, limits);
    }

    /// <summary>Decodes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Target size, channels, limits, strictness.</param>
    /// <returns>The pixels or the reason why there are none.</returns>
    public DecodeResult<PixelImage> DecodeFile(string path, DecodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var file = FileContent.ReadImage(path, (options.Limits ?? DecodeLimits.Dataset).MaxBytes);
        return file.Value is { } content ? Decode(content, options) : file.Error!;
    }

    /// <summary>Decodes content in memory.</summary>
    /// <param name="content">The whole content of a file.</param>
    /// <param name="options">Target size, channels, limits, strictness.</param>
    /// <returns>The pixels or the reason why there are none.</returns>
    public DecodeResult<PixelImage> Decode(byte[] content, DecodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Size ?? 1, 1, nameof(options));
        if (options.Channels is not (1 or 3))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Channels, "Channels must be 1 or 3.");
        }

        var sizing = options switch
        {
            { Size: null } => Sizing.Original,
            { Fit: FitMode.Letterbox } => Sizing.Letterbox,
            _ => Sizing.Stretch,
        };
        return Process(
            content,
            options.Limits ?? DecodeLimits.Dataset,
            sizing,
            options.Size ?? 0,
            options.Strict,
            options.Clahe,
            image => ChannelConversion.ToPixels(image, options.Channels));
    }

    /// <summary>Decodes a file into an upright 8-bit image that fits into a square, and hands it to an encoder.</summary>
    internal DecodeResult<byte[]> Encode(string path, int side, Func<Image, byte[]> encode)
    {
        var file = FileContent.ReadImage(path, DecodeLimits.Dataset.MaxBytes);
        return file.Value is { } content
            ? Process(content, DecodeLimits.Dataset, Sizing.Within, side, strict: false, equalise: false, encode)
            : file.Error!;
    }

    /// <summary>
    /// Decodes every pixel at full size, failing at the first complaint, and tells what the file stores: one decode for all
    /// that an inspection wants to know.
    /// </summary>
    /// <returns>An upright 8-bit picture, of one channel where all are equal, with its file's facts, or the reason why there is none.</returns>
    internal DecodeResult<StoredPicture> DecodeAsStored(byte[] content, DecodeLimits limits)
    {
        var (format, error) = Refuse(content, limits, strict: true);
        if (error is not null)
        {
            return error;
        }

        try
        {
            if (format == ImageFormat.Bmp)
            {
                var bitmap = BitmapReader.Decode(content);
                return bitmap.Value is { } pixels ? new StoredPicture(StoredImage.Of(BitmapHeader.Read(content).Value!), StoredPixels.Of(pixels)) : bitmap.Error!;
            }

            using var image = VipsPipeline.OpenAsStored(content, format, out var stored);
            return new StoredPicture(stored, StoredPixels.Of(image));
        }
        catch (VipsException)
        {
            return DecodeErrors.FromLibrary(format, content);
        }
    }

    private DecodeResult<T> Process<T>(byte[] content, DecodeLimits limits, Sizing sizing, int side, bool strict, bool equalise, Func<Image, T> finish)
        where T : class
    {
        var (format, error) = Refuse(content, limits, strict);
        if (error is not null)
        {
            return error;
        }

        try
        {
            if (format != ImageFormat.Bmp)
            {
                using var image = strict
                    ? VipsPipeline.OpenStrict(content, format, sizing, side, equalise)
                    : VipsPipeline.Open(content, format, sizing, side, equalise);
                return finish(image);
            }

            var bitmap = BitmapReader.Decode(content);
            if (bitmap.Value is not { } pixels)
            {
                return bitmap.Error!;
            }

            using var resized = VipsPipeline.FromPixels(pixels, sizing, side, equalise);
            return finish(resized);
        }
        catch (VipsException)
        {
            return DecodeErrors.FromLibrary(format, content);
        }
    }

    /// <summary>The format, and all that speaks against decoding before a pixel is.</summary>
    private static (ImageFormat Format, DecodeError? Error) Refuse(byte[] content, DecodeLimits limits, bool strict)
    {
        var (format, isSized, error) = Admit(content, limits);

        // Where the claim cannot be read in passing, the library reads the whole header before anything is decoded.
        error ??= isSized ? null : Header(content, format, limits).Error;
        error ??= VipsRuntime.Problem is { } problem ? DecodeErrors.EngineMissing(problem) : null;

        // The libraries read no further than the last pixel; what lies between it and the end must be there all the same.
        error ??= strict && FileEnds.IsCutOff(format, content) ? DecodeErrors.Truncated() : null;
        error ??= strict && format == ImageFormat.Jpeg && JpegScans.Damage(content) is { } damage ? DecodeErrors.Damaged(damage) : null;
        return (format, error);
    }

    /// <summary>What can be told without a library: the format, whether the size it claims is known (and within the limits), or why it is refused.</summary>
    private static (ImageFormat Format, bool IsSized, DecodeError? Error) Admit(byte[] content, DecodeLimits limits)
    {
        if (content.Length == 0)
        {
            return (ImageFormat.Unknown, false, DecodeErrors.Empty);
        }

        if (content.Length > limits.MaxBytes)
        {
            return (ImageFormat.Unknown, false, DecodeErrors.TooManyBytes(content.Length, limits.MaxBytes));
        }

        var format = ImageFormats.Sniff(content);
        if (format == ImageFormat.Unknown)
        {
            return (format, false, DecodeErrors.NotAnImage(content.AsSpan(0, Math.Min(content.Length, ImageFormats.SniffLength))));
        }

        var claimed = HeaderSize.Peek(format, content);
        return (format, claimed is not null && format != ImageFormat.Bmp, claimed is { } size ? TooLarge(size.Width, size.Height, limits) : null);
    }

    private static DecodeResult<ImageHeader> Header(byte[] content, ImageFormat format, DecodeLimits limits)
    {
        if (format != ImageFormat.Bmp)
        {
            return ReadVipsHeader(content, format, limits);
        }

        var bitmap = BitmapHeader.Read(content);
        return bitmap.Value is { } header ? header.Facts : bitmap.Error!;
    }

    private static DecodeResult<ImageHeader> ReadVipsHeader(byte[] content, ImageFormat format, DecodeLimits limits)
    {
        if (VipsRuntime.Problem is { } problem)
        {
            return DecodeErrors.EngineMissing(problem);
        }

        try
        {
            using var image = VipsPipeline.Load(content, format, Enums.FailOn.Error);
            return TooLarge(image.Width, image.Height, limits) is { } tooLarge
                ? tooLarge
                : new ImageHeader(format, image.Width, image.Height, image.Bands, StoredImage.BitsOf(image));
        }
        catch (VipsException)
        {
            return DecodeErrors.FromLibrary(format, content);
        }
    }

    private static DecodeError? TooLarge(long width, long height, DecodeLimits limits) =>
        // Divided rather than multiplied: a forged header can claim sizes whose product overflows.
        Math.Max(width, height) > limits.MaxSide || (width > 0 && height > limits.MaxPixels / width)
            ? DecodeErrors.TooManyPixels(width, height, limits)
            : null;
}
