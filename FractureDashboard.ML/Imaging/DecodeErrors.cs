using System.Globalization;

namespace FractureDashboard.ML.Imaging;

/// <summary>The sentences of failed decodes, and what a library's message means.</summary>
internal static class DecodeErrors
{
    public static DecodeError Empty { get; } =
        new(DecodeFailure.Empty, "The file is empty (0 bytes). Copy or export it again.");

    public static DecodeError EngineMissing(string problem) => new(DecodeFailure.Unreadable, problem);

    public static DecodeError Unreadable(Exception e) => new(DecodeFailure.Unreadable, e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "The file is not there any more. Index the data set again.",
        UnauthorizedAccessException => "The file may not be read. Give the user of this program read permission on it.",
        EndOfStreamException => "The file shrank while it was read. Wait until it is written completely and try again.",
        _ => $"The file could not be read: {Sentence(e.Message)} Check the disk and try again.",
    });

    public static DecodeError NotAnImage(ReadOnlySpan<byte> head)
    {
        var guess = ImageFormats.Guess(head);
        return new(DecodeFailure.NotAnImage, guess is null
            ? "The content is not a JPEG, PNG, BMP, GIF, WebP or TIFF image, whatever its name says. Export the image in one of these formats."
            : $"The content is {guess}, not a JPEG, PNG, BMP, GIF, WebP or TIFF image. Export the image in one of these formats.");
    }

    public static DecodeError TooManyBytes(long bytes, long limit) => new(
        DecodeFailure.TooManyBytes,
        $"The file has {Megabytes(bytes)}; the limit is {Megabytes(limit)}. Reduce the image or store it compressed.");

    public static DecodeError TooManyPixels(long width, long height, DecodeLimits limits) => new(
        DecodeFailure.TooManyPixels,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The image says it is {width:N0} x {height:N0} pixels; the limits are {limits.MaxPixels / 1e6:0.#} megapixels and {limits.MaxSide:N0} pixels a side. Scale it down."));

    public static DecodeError Truncated(string? detail = null) => new(
        DecodeFailure.Truncated,
        "The file ends before the image does, as after an interrupted download or copy. Copy or export it again." + Detail(detail));

    public static DecodeError Damaged(string? detail = null) => new(
        DecodeFailure.Damaged,
        "The image data are damaged. Copy or export the file again." + Detail(detail));

    public static DecodeError Unsupported(JpegFrame frame) => new(
        DecodeFailure.Unsupported,
        $"The file is a JPEG of a kind that hardly any program reads ({frame switch
        {
            { IsLossless: true } => "lossless",
            { Precision: not 8 } => $"{frame.Precision} bits a channel",
            { Height: 0 } => "height given at the end",
            _ => "hierarchical",
        }}). It may well be sound. Export it as PNG or as an ordinary JPEG.");

    /// <summary>
    /// What a failed decode means, judged by the file's structure. The library's message is not told: it comes from a buffer that all
    /// threads share, and may be about another file.
    /// </summary>
    public static DecodeError FromLibrary(ImageFormat format, ReadOnlySpan<byte> content)
    {
        if (FileEnds.IsCutOff(format, content))
        {
            return Truncated();
        }

        return format == ImageFormat.Jpeg && JpegFrame.Read(content) is { IsUnusual: true } frame ? Unsupported(frame) : Damaged();
    }

    private static string Detail(string? detail) => detail is null ? "" : $" Cause: {detail}.";

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N1} MB");
}
