namespace FractureDashboard.ML.Imaging;

/// <summary>How an image is decoded.</summary>
/// <param name="Size">Side of the square target in pixels; null keeps the image's own size.</param>
/// <param name="Channels">1 (greyscale, Rec. 601 weights) or 3 (RGB).</param>
/// <param name="Fit">How the image is fitted into the target; used only with <paramref name="Size"/>.</param>
/// <param name="Limits">What is refused; null stands for <see cref="DecodeLimits.Dataset"/>.</param>
/// <param name="Strict">
/// Decodes every pixel and fails on anything the format library complains about, which finds damage that an
/// ordinary decode passes over. Not all of it: a JPEG, an uncompressed image and some TIFFs have no checksum, so what changes
/// values without changing how many there are cannot be told from a picture. Slower: no shrink-on-load.
/// </param>
/// <param name="Clahe">Equalises the local contrast with limited slope, after scaling.</param>
public sealed record DecodeOptions(
    int? Size = null,
    int Channels = 3,
    FitMode Fit = FitMode.Stretch,
    DecodeLimits? Limits = null,
    bool Strict = false,
    bool Clahe = false);
