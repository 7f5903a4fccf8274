using System.Globalization;
using System.Text;
using NetVips;

namespace FractureDashboard.ML.Imaging;

/// <summary>A DICOM file's picture, free of everything else that the file said.</summary>
/// <param name="Png">8 bits a channel, without metadata; of several frames the first.</param>
/// <param name="Name">The file's name, or a neutral one when it gave the patient away.</param>
public sealed record DicomPicture(byte[] Png, string Name);

/// <summary>
/// Turns DICOM files into PNGs by DCMTK's programs, in processes of their own. Nothing of a file but its pixels is kept or
/// repeated in a message. Pixels into which a device burnt text are left as they are.
/// </summary>
/// <param name="tools">Where the programs are.</param>
public sealed class DicomConverter(DicomTools tools)
{
    /// <summary>The name of an image whose own name gave the patient away.</summary>
    public const string NeutralName = "DICOM image";

    private const int MaximumHeader = 256 * 1024;
    private const int PortableHead = 64;
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);

    /// <summary>Converts a file.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="name">What its owner calls it.</param>
    /// <param name="limits">What is refused.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The picture, or why there is none.</returns>
    public async Task<DecodeResult<DicomPicture>> ConvertAsync(string path, string name, DecodeLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);

        // An absolute path is neither taken for an option nor for a list of arguments (@file).
        if (!Path.IsPathFullyQualified(path))
        {
            throw new ArgumentException("The path must be absolute.", nameof(path));
        }

        if (!tools.AreInstalled)
        {
            return new DecodeError(DecodeFailure.Unsupported, DicomTools.Missing);
        }

        var header = await ReadHeaderAsync(path, cancellationToken);
        if (header.Value is not { } facts)
        {
            return header.Error!;
        }

        if (Refuse(facts, limits) is { } refused)
        {
            return refused;
        }

        var rendered = await RenderAsync(path, facts, cancellationToken);
        return rendered.Value is { } png
            ? new DicomPicture(png, facts.IsGivenAwayBy(name) ? NeutralName : name)
            : rendered.Error!;
    }

    private static DecodeError? Refuse(DicomHeader header, DecodeLimits limits)
    {
        if (header.HasFloatPixels)
        {
            return new(DecodeFailure.Unsupported, "The DICOM file holds a map of floating-point numbers, not an image. Choose the X-ray itself.");
        }

        if (!header.HasPixels)
        {
            return new(DecodeFailure.NotAnImage, $"The DICOM file holds no image: it is {header.Kind}. Choose the X-ray itself.");
        }

        if (header.Rows == 0 || header.Columns == 0)
        {
            return new(DecodeFailure.NotAnImage, "The DICOM file holds no image: it does not say how many rows and columns its pixels have. Export it again.");
        }

        if (header.Columns > limits.MaxSide || header.Rows > limits.MaxSide || (long)header.Rows * header.Columns > limits.MaxPixels)
        {
            return DecodeErrors.TooManyPixels(header.Columns, header.Rows, limits);
        }

        if (header.IsShortOfPixels)
        {
            return DecodeErrors.Truncated("the DICOM file holds fewer pixels than its header says");
        }

        return header.UnreadCompression is { } compression
            ? new(DecodeFailure.Unsupported, $"The DICOM file's image is compressed as {compression}, which is not read here. Export it uncompressed, as JPEG, or as PNG.")
            : null;
    }

    private async Task<DecodeResult<DicomHeader>> ReadHeaderAsync(string path, CancellationToken cancellationToken)
    {
        // -M: no pixels are loaded; +pe: also where a compressed image is stored against the rules; -Un: UIDs as numbers; +p: nested elements are told apart by their path.
        string[] arguments = ["-M", "+pe", "-Un", "+p", .. DicomHeader.Elements.SelectMany(e => new[] { "+P", e }), path];
        var output = await ToolProcess.RunAsync(tools.Dump!, arguments, MaximumHeader, TimeLimit, cancellationToken);
        return output is { End: ToolEnd.Exited, IsSuccess: true }
            ? DicomHeader.Parse(Encoding.UTF8.GetString(output.Output))
            : Failure(output);
    }

    private async Task<DecodeResult<byte[]>> RenderAsync(string path, DicomHeader header, CancellationToken cancellationToken)
    {
        // -O: overlays may carry writing; the image's own pixels are all that is wanted.
        string[] arguments = ["+op", "-O", "+F", "1", .. header.Windowing, path];
        var program = header.IsJpegLs ? tools.JpegLsRenderer! : tools.Renderer!;
        var most = ((long)header.Rows * header.Columns * 3) + PortableHead;
        var output = await ToolProcess.RunAsync(program, arguments, most, TimeLimit, cancellationToken);
        if (output is not { End: ToolEnd.Exited, IsSuccess: true })
        {
            return Failure(output);
        }

        if (ReadPortable(output.Output) is not { } pixels)
        {
            return DecodeErrors.Damaged("the DICOM file's pixels could not be rendered");
        }

        if (VipsRuntime.Problem is { } problem)
        {
            return DecodeErrors.EngineMissing(problem);
        }

        using var image = VipsPipeline.FromPixels(pixels, Sizing.Original, side: 0, equalise: false);
        return image.PngsaveBuffer(compression: 3, keep: Enums.ForeignKeep.None);
    }

    // The programs' own words are not repeated: nobody promises that they hold nothing of the file's content.
    private static DecodeError Failure(ToolOutput output) => output switch
    {
        { End: ToolEnd.TimedOut } => DecodeErrors.Damaged($"rendering the DICOM file took longer than {TimeLimit.TotalSeconds:0} seconds"),
        { End: ToolEnd.TooMuchOutput } => DecodeErrors.Damaged("the DICOM file holds more than its header says"),
        { End: ToolEnd.NotStarted } => new(DecodeFailure.Unsupported, DicomTools.Missing),
        _ when output.Errors.Contains("premature end", StringComparison.OrdinalIgnoreCase) => DecodeErrors.Truncated("the DICOM file's pixels end too soon"),
        _ => DecodeErrors.Damaged("the DICOM file could not be rendered"),
    };

    /// <summary>Reads a binary PGM or PPM of 8 bits: "P5" or "P6", width, height and greatest value, one white space, pixels.</summary>
    private static PixelImage? ReadPortable(byte[] content)
    {
        var fields = new List<string>();
        var at = 0;
        while (fields.Count < 4 && at < Math.Min(content.Length, PortableHead))
        {
            var start = at;
            while (at < content.Length && !char.IsWhiteSpace((char)content[at]))
            {
                at++;
            }

            fields.Add(Encoding.ASCII.GetString(content, start, at - start));
            at++;
        }

        var channels = fields.FirstOrDefault() switch { "P5" => 1, "P6" => 3, _ => 0 };
        return channels > 0 && fields.Count == 4 && fields[3] == "255"
            && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            && content.Length - at == (long)width * height * channels
                ? new PixelImage(width, height, channels, content[at..])
                : null;
    }
}
