namespace FractureDashboard.ML.Imaging;

/// <summary>Decoded pixels.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Channels">1 (greyscale) or 3 (RGB).</param>
/// <param name="Pixels">uint8, row by row, channels interleaved (HWC); length Width * Height * Channels.</param>
public sealed record PixelImage(int Width, int Height, int Channels, byte[] Pixels);

/// <summary>How an image is fitted into a target size.</summary>
public enum FitMode
{
    /// <summary>Width and height are scaled independently (what Keras' <c>target_size</c> does).</summary>
    Stretch = 0,

    /// <summary>Scaled to fit, centred, the rest black.</summary>
    Letterbox = 1,
}

/// <summary>What the decoder refuses, before it allocates anything.</summary>
/// <param name="MaxBytes">Largest file, bytes.</param>
/// <param name="MaxPixels">Largest width times height, pixels.</param>
/// <param name="MaxSide">Largest width or height, pixels: a forged image of two pixels by millions costs many seconds.</param>
public sealed record DecodeLimits(long MaxBytes = 256L << 20, long MaxPixels = 100_000_000, int MaxSide = 65_535)
{
    /// <summary>Limits for files of a registered data set.</summary>
    public static DecodeLimits Dataset { get; } = new();

    /// <summary>Limits for an uploaded file: 64 MB, since an uncompressed radiograph of 4,300 x 3,500 pixels in 16 bits takes 30.</summary>
    public static DecodeLimits Upload { get; } = new(MaxBytes: 64_000_000);
}

/// <summary>Why an image could not be decoded.</summary>
public enum DecodeFailure
{
    /// <summary>The file is not there or may not be read.</summary>
    Unreadable,

    /// <summary>The file has no bytes.</summary>
    Empty,

    /// <summary>The content is not an image in a supported format.</summary>
    NotAnImage,

    /// <summary>The file ends before the image does.</summary>
    Truncated,

    /// <summary>The content is damaged.</summary>
    Damaged,

    /// <summary>More bytes than the limit.</summary>
    TooManyBytes,

    /// <summary>More pixels than the limit.</summary>
    TooManyPixels,

    /// <summary>A sound image, as far as can be told, of a kind that no library here decodes.</summary>
    Unsupported,
}

/// <summary>A failed decode: the kind, and a sentence for a person that says what to do.</summary>
/// <param name="Kind">The kind of failure.</param>
/// <param name="Message">What was wrong and what to do, one or two sentences.</param>
public sealed record DecodeError(DecodeFailure Kind, string Message);

/// <summary>Header facts of an image file.</summary>
/// <param name="Format">Format by content.</param>
/// <param name="Width">Stored width in pixels.</param>
/// <param name="Height">Stored height in pixels.</param>
/// <param name="Channels">Stored channels.</param>
/// <param name="BitsPerChannel">Bits per channel (1, 8, 16, 32).</param>
public sealed record ImageHeader(ImageFormat Format, int Width, int Height, int Channels, int BitsPerChannel);

/// <summary>A value or the reason why there is none.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly record struct DecodeResult<T>
    where T : class
{
    private DecodeResult(T? value, DecodeError? error)
    {
        Value = value;
        Error = error;
    }

    /// <summary>The value, when decoding succeeded.</summary>
    public T? Value { get; }

    /// <summary>The failure, when it did not.</summary>
    public DecodeError? Error { get; }

    /// <summary>A success.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The result.</returns>
    public static implicit operator DecodeResult<T>(T value) => new(value, null);

    /// <summary>A failure.</summary>
    /// <param name="error">The failure.</param>
    /// <returns>The result.</returns>
    public static implicit operator DecodeResult<T>(DecodeError error) => new(null, error);
}
