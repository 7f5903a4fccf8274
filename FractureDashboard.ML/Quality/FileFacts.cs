using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Quality;

/// <summary>What a full decode saw of one file, apart from its place in the data set. Stored as JSON.</summary>
/// <param name="ContentHash">SHA-256 of the bytes, lower-case hexadecimal; null where they could not be read.</param>
/// <param name="Format">Format by content.</param>
/// <param name="Width">Width in pixels as stored; 0 where unknown.</param>
/// <param name="Height">Height in pixels as stored; 0 where unknown.</param>
/// <param name="Channels">Stored channels; 0 where unknown.</param>
/// <param name="BitsPerChannel">Bits a channel; 0 where unknown.</param>
/// <param name="Orientation">EXIF orientation, 1 to 8; 1 is upright.</param>
/// <param name="Pages">Frames or pages; 1 for most.</param>
/// <param name="HasAlpha">Some pixel is transparent; an alpha channel that is opaque everywhere does not count.</param>
/// <param name="IsCmyk">Stored as CMYK.</param>
/// <param name="IsForTensorFlow">False for what TensorFlow's <c>decode_image</c> refuses.</param>
/// <param name="Failure">Why it cannot be used; null for a sound image.</param>
/// <param name="Problem">The failure in a sentence, with what to do.</param>
/// <param name="Pixels">What its pixels look like; null without pixels.</param>
/// <param name="Hash">Perceptual hash, 64 bits as 16 hexadecimal digits, the same for the mirrored picture; null without pixels.</param>
/// <param name="Markers">Share of the area that burnt-in markers take, see <see cref="MarkerLocator"/>; null without pixels.</param>
/// <param name="IsRare">Sound, but in a variant of its format that hardly any other program reads.</param>
public sealed record FileFacts(
    string? ContentHash,
    ImageFormat Format,
    int Width,
    int Height,
    int Channels,
    int BitsPerChannel,
    int Orientation,
    int Pages,
    bool HasAlpha,
    bool IsCmyk,
    bool IsForTensorFlow,
    DecodeFailure? Failure,
    string? Problem,
    PixelStatistics? Pixels,
    string? Hash,
    double? Markers = null,
    bool IsRare = false)
{
    /// <summary>Grows whenever an inspection sees something else in the same bytes; facts of another version are made anew.</summary>
    public const int Version = 2;
}
