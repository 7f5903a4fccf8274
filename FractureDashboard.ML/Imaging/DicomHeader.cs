using System.Globalization;
using System.Text.RegularExpressions;

namespace FractureDashboard.ML.Imaging;

/// <summary>What must be known of a DICOM file to render it. What identifies the patient is read only to be kept out of names, and leaves with this object.</summary>
internal sealed partial class DicomHeader
{
    /// <summary>The elements asked for, as dcmdump wants them.</summary>
    public static readonly string[] Elements =
    [
        TransferSyntaxTag, SopClassTag, PatientNameTag, PatientIdTag, BirthDateTag, PhotometricTag, RowsTag, ColumnsTag,
        SamplesTag, AllocatedTag, BitsTag, WindowTag, SlopeTag, LutTag, PixelsTag, FloatPixelsTag, DoublePixelsTag,
    ];

    private const string TransferSyntaxTag = "0002,0010";
    private const string SopClassTag = "0008,0016";
    private const string PatientNameTag = "0010,0010";
    private const string PatientIdTag = "0010,0020";
    private const string BirthDateTag = "0010,0030";
    private const string PhotometricTag = "0028,0004";
    private const string RowsTag = "0028,0010";
    private const string ColumnsTag = "0028,0011";
    private const string SamplesTag = "0028,0002";
    private const string AllocatedTag = "0028,0100";
    private const string BitsTag = "0028,0101";
    private const string WindowTag = "0028,1050";
    private const string SlopeTag = "0028,1053";
    private const string LutTag = "0028,3010";
    private const string PixelsTag = "7fe0,0010";
    private const string FloatPixelsTag = "7fe0,0008";
    private const string DoublePixelsTag = "7fe0,0009";

    // What dcmdump prints of an element that is there and empty, as many optional ones are.
    private const string NoValue = "(no value available)";

    private const string Uid = "1.2.840.10008.";
    private const int ShortestTellingPart = 3;

    private readonly Dictionary<string, string> values = [];
    private long pixelBytes;

    private DicomHeader()
    {
    }

    public bool HasPixels => values.ContainsKey(PixelsTag);

    /// <summary>Pixels as floating-point numbers, which parametric maps have and radiographs do not.</summary>
    public bool HasFloatPixels => values.ContainsKey(FloatPixelsTag) || values.ContainsKey(DoublePixelsTag);

    public int Rows => Number(RowsTag);

    public int Columns => Number(ColumnsTag);

    public bool IsJpegLs => Value(TransferSyntaxTag) is Uid + "1.2.4.80" or Uid + "1.2.4.81";

    /// <summary>Compression that DCMTK does not read, in words; null where it does.</summary>
    public string? UnreadCompression => Value(TransferSyntaxTag) switch
    {
        Uid + "1.2.4.90" or Uid + "1.2.4.91" or Uid + "1.2.4.92" or Uid + "1.2.4.93" => "JPEG 2000",
        Uid + "1.2.4.201" or Uid + "1.2.4.202" or Uid + "1.2.4.203" => "high-throughput JPEG 2000",
        Uid + "1.2.4.110" or Uid + "1.2.4.111" or Uid + "1.2.4.112" => "JPEG XL",
        var syntax when syntax.StartsWith(Uid + "1.2.4.10", StringComparison.Ordinal) => "MPEG video",
        _ => null,
    };

    /// <summary>Whether the pixels are stored as they are and are fewer than the header says; DCMTK would make up the rest.</summary>
    public bool IsShortOfPixels =>
        Value(TransferSyntaxTag) is Uid + "1.2" or Uid + "1.2.1" or Uid + "1.2.2" && pixelBytes < (long)Rows * Columns * Number(AllocatedTag) * StoredSamples / 8;

    /// <summary>What a file without a picture is, with its article.</summary>
    public string Kind => Value(SopClassTag) switch
    {
        var c when c.StartsWith(Uid + "5.1.4.1.1.88.", StringComparison.Ordinal) => "a structured report",
        var c when c.StartsWith(Uid + "5.1.4.1.1.9.", StringComparison.Ordinal) => "a waveform such as an ECG",
        Uid + "5.1.4.1.1.481.5" or Uid + "5.1.4.1.1.481.8" => "a radiotherapy plan",
        var c when c.StartsWith(Uid + "5.1.4.1.1.481.", StringComparison.Ordinal) => "a radiotherapy record",
        var c when c.StartsWith(Uid + "5.1.4.1.1.104.", StringComparison.Ordinal) => "an enclosed document",
        var c when c.StartsWith(Uid + "5.1.4.1.1.11.", StringComparison.Ordinal) => "a presentation state",
        Uid + "1.3.10" => "a directory of other files",
        _ => "a data set without a picture",
    };

    /// <summary>
    /// How dcmj2pnm shall map values to grey: by the file's own window, else its own table, else, where more than 8 bits are
    /// stored, from the least to the greatest value. Eight bits stay as they are, so that they score like the same picture in a PNG.
    /// </summary>
    public IReadOnlyList<string> Windowing => this switch
    {
        { IsGrey: false } => [],
        _ when values.ContainsKey(WindowTag) => ["+Wi", "1"],
        _ when values.ContainsKey(LutTag) => ["+Wl", "1"],
        _ when Number(BitsTag) <= 8 && !values.ContainsKey(SlopeTag) => ["-W"],
        _ => ["+Wm"],
    };

    // With halved colour two pixels share theirs.
    private int StoredSamples => Value(PhotometricTag).EndsWith("_422", StringComparison.Ordinal) ? 2 : Number(SamplesTag);

    private bool IsGrey => Value(PhotometricTag).StartsWith("MONOCHROME", StringComparison.Ordinal);

    /// <summary>Reads what dcmdump printed.</summary>
    /// <param name="dump">Its output, with UIDs as numbers and, before nested elements, their path.</param>
    /// <returns>The header.</returns>
    public static DicomHeader Parse(string dump)
    {
        var header = new DicomHeader();
        foreach (Match line in Line().Matches(dump))
        {
            // The first counts: nested ones are on other lines, and a sound file has no second.
            var (tag, value) = (line.Groups["tag"].Value, line.Groups["value"].Value.Trim());
            if (value != NoValue && header.values.TryAdd(tag, value) && tag == PixelsTag)
            {
                header.pixelBytes = long.TryParse(line.Groups["length"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : 0;
            }
        }

        return header;
    }

    /// <summary>Whether a file's name gives away the patient's name, id or date of birth.</summary>
    /// <param name="fileName">The name.</param>
    /// <returns>True when any telling part of them stands in it.</returns>
    public bool IsGivenAwayBy(string fileName) =>
        new[] { PatientNameTag, PatientIdTag, BirthDateTag }
            .SelectMany(tag => Words().Matches(Value(tag)))
            .Any(word => word.Length >= ShortestTellingPart && fileName.Contains(word.Value, StringComparison.OrdinalIgnoreCase));

    private string Value(string tag) => values.GetValueOrDefault(tag, "");

    private int Number(string tag) => int.TryParse(Value(tag), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    // (0028,0010) US 128        #   2, 1 Rows      and      (0010,0010) PN [Doe^John]    #  8, 1 PatientName
    [GeneratedRegex(@"^\((?<tag>[0-9a-f]{4},[0-9a-f]{4})\) [A-Za-z]{2} (?:\[(?<value>[^\]\r\n]*)\]|=?(?<value>[^#\r\n]*?)) *#(?: *(?<length>\d+))?", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Line();

    [GeneratedRegex(@"[\p{L}\p{Nd}]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Words();
}
