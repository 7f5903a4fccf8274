namespace FractureDashboard.ML.Quality;

/// <summary>What a scan looks for. The numbers are stored; a rule keeps its number for ever.</summary>
public enum QualityRule
{
    /// <summary>The file is not there or may not be read.</summary>
    Unreadable = 0,

    /// <summary>The file has no bytes.</summary>
    Empty = 1,

    /// <summary>The content is no image: text, HTML, an archive, a PDF, an SVG, …</summary>
    NotAnImage = 2,

    /// <summary>The file ends before the image does.</summary>
    Truncated = 3,

    /// <summary>The decoder complains somewhere within the image.</summary>
    Damaged = 4,

    /// <summary>The header claims more pixels, or the file has more bytes, than anybody should decode.</summary>
    TooLarge = 5,

    /// <summary>The name's extension says another format than the content.</summary>
    WrongExtension = 6,

    /// <summary>A sound image that TensorFlow's <c>decode_image</c> does not read.</summary>
    NotForTensorFlow = 7,

    /// <summary>Several frames or pages; only the first is used.</summary>
    SeveralPages = 8,

    /// <summary>A coloured image in a data set of grey ones.</summary>
    Colour = 9,

    /// <summary>Stored as CMYK.</summary>
    Cmyk = 10,

    /// <summary>More than eight bits a channel.</summary>
    DeepBits = 11,

    /// <summary>Transparency.</summary>
    Alpha = 12,

    /// <summary>EXIF says that the pixels lie turned or mirrored; programs that pass over it see another image.</summary>
    Orientation = 13,

    /// <summary>Too few pixels to show a fracture.</summary>
    TooSmall = 14,

    /// <summary>Far longer than wide, or the reverse.</summary>
    ExtremeAspect = 15,

    /// <summary>One tone, or nearly so.</summary>
    Blank = 16,

    /// <summary>Very dark.</summary>
    VeryDark = 17,

    /// <summary>Very bright.</summary>
    VeryBright = 18,

    /// <summary>Little difference between dark and bright.</summary>
    LowContrast = 19,

    /// <summary>No sharp contours.</summary>
    Blurred = 20,

    /// <summary>Burnt-in letters, tags or lead markers that take much of the image.</summary>
    BurntInMarkers = 21,

    /// <summary>Uniform borders or collimation that take much of the image.</summary>
    Borders = 22,

    /// <summary>The same bytes several times within one class of one split.</summary>
    ExactDuplicate = 30,

    /// <summary>The same bytes in both classes: one of the labels is wrong.</summary>
    ExactDuplicateAcrossClasses = 31,

    /// <summary>The same bytes in several splits: what is measured on the held-out one is memory.</summary>
    ExactDuplicateAcrossSplits = 32,

    /// <summary>Nearly the same picture several times within one class of one split.</summary>
    NearDuplicate = 33,

    /// <summary>Nearly the same picture in both classes.</summary>
    NearDuplicateAcrossClasses = 34,

    /// <summary>Nearly the same picture in several splits.</summary>
    NearDuplicateAcrossSplits = 35,

    /// <summary>One radiograph, turned, mirrored or zoomed, in both classes.</summary>
    SourceAcrossClasses = 36,

    /// <summary>One radiograph, turned, mirrored or zoomed, in several splits.</summary>
    SourceAcrossSplits = 37,

    /// <summary>Far from all other images in its statistics, or in what a trained model sees in it.</summary>
    Outlier = 40,

    /// <summary>A model that has not seen the image contradicts its label with confidence.</summary>
    LabelError = 41,
}

/// <summary>How much a finding matters.</summary>
public enum QualitySeverity
{
    /// <summary>Worth knowing; nothing has to be done.</summary>
    Info = 0,

    /// <summary>May hurt training or evaluation; look at it.</summary>
    Warning = 1,

    /// <summary>Hurts training or makes evaluation untrue; act on it.</summary>
    Error = 2,
}
