namespace FractureDashboard.ML.Imaging;

/// <summary>An image file format, decided by content and never by the file's name.</summary>
public enum ImageFormat
{
    /// <summary>None of the formats below.</summary>
    Unknown = 0,

    /// <summary>JPEG (any variant).</summary>
    Jpeg = 1,

    /// <summary>PNG.</summary>
    Png = 2,

    /// <summary>Windows bitmap.</summary>
    Bmp = 3,

    /// <summary>GIF.</summary>
    Gif = 4,

    /// <summary>WebP, lossy or lossless.</summary>
    WebP = 5,

    /// <summary>TIFF.</summary>
    Tiff = 6,

    /// <summary>DICOM. Never decoded as such: <see cref="DicomConverter"/> makes a PNG of it first.</summary>
    Dicom = 7,
}
