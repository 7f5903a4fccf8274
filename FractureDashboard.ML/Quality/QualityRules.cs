using static FractureDashboard.ML.Quality.QualityCategory;
using static FractureDashboard.ML.Quality.QualitySeverity;

namespace FractureDashboard.ML.Quality;

/// <summary>All rules, in the order in which a report lists them.</summary>
public static class QualityRules
{
    /// <summary>Every rule, ordered by its number.</summary>
    public static IReadOnlyList<QualityRuleInfo> All { get; } =
    [
        new(QualityRule.Unreadable, "unreadable", "Unreadable file", Integrity, Error,
            "The file cannot be opened, so neither a training nor an evaluation can use the image, and what else is wrong with it stays unknown.",
            "Give the user of this program permission to read it, check the disk, or index the data set again if the file was moved."),
        new(QualityRule.Empty, "empty", "Empty file", Integrity, Error,
            "The file has no bytes. Most training programs stop at it, others drop the image without a word.",
            "Copy or export the image again, or put the file into quarantine."),
        new(QualityRule.NotAnImage, "not-an-image", "Not an image", Integrity, Error,
            "The content is something else: text, a web page, an archive. Nothing can be learned from it, and many programs stop at it.",
            "Export the picture in an image format, or put the file into quarantine."),
        new(QualityRule.Truncated, "truncated", "Cut-off image", Integrity, Error,
            "The file ends before the picture does, as after an interrupted download. Lenient decoders fill the rest with grey, so a model learns from a picture that nobody took; strict ones stop.",
            "Copy or export the image again, or put the file into quarantine."),
        new(QualityRule.Damaged, "damaged", "Damaged image", Integrity, Error,
            "The decoder meets data that cannot be right. What it shows from there on is invented: stripes, shifted blocks, wrong tones.",
            "Copy or export the image again, or put the file into quarantine."),
        new(QualityRule.TooLarge, "too-large", "Far too large", Integrity, Error,
            "The file claims more pixels, or has more bytes, than a radiograph ever needs. Decoding it could take all memory, so it is not decoded at all.",
            "Scale the image down, or put the file into quarantine if its size is forged."),

        new(QualityRule.WrongExtension, "wrong-extension", "Name contradicts content", Format, Warning,
            "The name says one format and the content is another, or the name says none. Programs that choose by name pass the image over or fail at it, so that two of them train on different sets.",
            "Rename the file to the extension of its content."),
        new(QualityRule.NotForTensorFlow, "not-for-tensorflow", "TensorFlow does not read it", Format, Warning,
            "The image is sound, but TensorFlow's decoder refuses its format or variant. A Keras program stops at it or leaves it out; this one may read it, so the results of the two are not comparable.",
            "Convert the image to PNG, which loses nothing, if the set shall serve TensorFlow as well."),
        new(QualityRule.SeveralPages, "several-pages", "Several frames or pages", Format, Warning,
            "The file holds more than one picture. Only the first is used; the others, which may show the fracture, are ignored.",
            "Save the frame that matters as an image of its own."),
        new(QualityRule.Colour, "colour", "Colour among greyscale", Format, Warning,
            "The image has colours where nearly all others are grey: a photograph, a coloured overlay, an annotation. A model may learn the colour instead of the bone.",
            "Look at it. Replace it by the plain radiograph, or put it into quarantine if it is none."),
        new(QualityRule.Cmyk, "cmyk", "CMYK colours", Format, Warning,
            "Stored in the colours of a printing press. Programs convert them to different tones, some inverted, so the image looks different wherever it is opened.",
            "Convert the image to greyscale or RGB."),
        new(QualityRule.DeepBits, "deep-bits", "More than eight bits a channel", Format, Info,
            "Finer tones than eight bits hold. They are mapped to eight bits over the full range, which may leave an image of little contrast; other programs cut the range elsewhere.",
            "Nothing, if its contrast is fine. Otherwise export it with the intended window as eight bits."),
        new(QualityRule.Alpha, "alpha", "Transparency", Format, Info,
            "Some pixels are transparent. Here the picture is laid on black; another program lays it on white or drops the transparency, and sees another image.",
            "Save the image without transparency."),
        new(QualityRule.Orientation, "orientation", "Turned by EXIF", Format, Warning,
            "The pixels lie turned or mirrored and a note in the file says how to turn them back. Here the note is followed; many training programs pass over it and see the image lying on its side.",
            "Save the image with its pixels turned upright and the note removed."),

        new(QualityRule.TooSmall, "too-small", "Too few pixels", Picture, Warning,
            "So few pixels that a fracture line vanishes between them. Enlarged to the size of the network, the image is a blur with a label.",
            "Export the image at its original size, or put it into quarantine."),
        new(QualityRule.ExtremeAspect, "extreme-aspect", "Far longer than wide", Picture, Warning,
            "Brought to a square, the image is squeezed until bones lose their shape, or shrinks to a stripe between bars.",
            "Crop the image to the part that matters."),
        new(QualityRule.Blank, "blank", "Blank", Picture, Warning,
            "One tone, or nearly so: there is nothing to see. In training it teaches that nothing is a class, in an evaluation its result is chance.",
            "Put it into quarantine."),
        new(QualityRule.VeryDark, "very-dark", "Very dark", Picture, Warning,
            "Hardly a pixel is bright. Details are lost in the shadows, and a model may learn the exposure instead of the bone.",
            "Export the image with a suitable window, or put it into quarantine."),
        new(QualityRule.VeryBright, "very-bright", "Very bright", Picture, Warning,
            "Hardly a pixel is dark, or much of the image is entirely white. Details are burnt out, and a model may learn the exposure instead of the bone.",
            "Export the image with a suitable window, or put it into quarantine."),
        new(QualityRule.LowContrast, "low-contrast", "Low contrast", Picture, Warning,
            "Dark and bright lie close together, so that a fracture line differs little from the bone around it.",
            "Export the image with a suitable window, or train with equalised contrast."),
        new(QualityRule.Blurred, "blurred", "Blurred", Picture, Warning,
            "No contour is sharp: enlarged from a small image, out of focus or moved. A hairline fracture cannot be seen in it.",
            "Export the image at its original size, or put it into quarantine."),
        new(QualityRule.BurntInMarkers, "burnt-in-markers", "Large burnt-in markers", Picture, Warning,
            "Letters, tags or lead markers take much of the image. They tell a hospital, a side or a device, and a model learns from them what it should learn from the bone.",
            "Crop them away, and look at how much of a model's score rests on markers."),
        new(QualityRule.Borders, "borders", "Large uniform borders", Picture, Info,
            "Bars of one tone take much of the image, so fewer pixels are left for the bone, and their width may give away where the image comes from.",
            "Crop the image to its content."),

        .. QualityRulesOfSets.All,
    ];

    // Behind All, which they are made from.
    private static readonly Dictionary<QualityRule, QualityRuleInfo> ByRule = All.ToDictionary(r => r.Rule);
    private static readonly Dictionary<string, QualityRule> ByCode = All.ToDictionary(r => r.Code, r => r.Rule, StringComparer.OrdinalIgnoreCase);

    /// <summary>A rule for people.</summary>
    /// <param name="rule">The rule.</param>
    /// <exception cref="KeyNotFoundException">There is no such rule.</exception>
    public static QualityRuleInfo Of(QualityRule rule) => ByRule[rule];

    /// <summary>The rule with a code.</summary>
    /// <param name="code">For example <c>exact-duplicate</c>; upper or lower case.</param>
    /// <returns>Null when no rule has it.</returns>
    public static QualityRule? Parse(string? code) => code is not null && ByCode.TryGetValue(code, out var rule) ? rule : null;
}
