using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Tests.ML.Imaging;

public sealed class DicomConverterTests : IDisposable
{
    private const string Sr = "1.2.840.10008.5.1.4.1.1.88.11";
    private static readonly PixelImage Picture = Pictures.Grey(95, 63);
    private static readonly ushort[] Ramp = [.. Enumerable.Range(0, 256).Select(i => (ushort)(1000 + (i * 10)))];
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fd-dicom-");

    public static TheoryData<string> Refusals => [.. Refused.Keys];

    private static readonly Dictionary<string, (Func<byte[]> Content, DecodeFailure Kind, string Words)> Refused = new(StringComparer.Ordinal)
    {
        ["a report"] = (() => Dicoms.WithoutPixels(Sr).File(), DecodeFailure.NotAnImage, "a structured report"),
        ["a waveform"] = (() => Dicoms.WithoutPixels("1.2.840.10008.5.1.4.1.1.9.1.1").File(), DecodeFailure.NotAnImage, "a waveform"),
        ["no size"] = (() => new Dicoms().Add(0x7FE00010, "OW", new byte[2]).File(), DecodeFailure.NotAnImage, "how many rows"),
        ["cut off"] = (() => Dicoms.Grey8(Picture).File()[..^1000], DecodeFailure.Truncated, "ends before the image does"),
        ["cut off in the header"] = (() => Dicoms.Grey8(Picture).File()[..200], DecodeFailure.Truncated, "ends before the image does"),
        ["too few pixels"] = (() => Dicoms.Image(95, 63, 8, "MONOCHROME2").Add(0x7FE00010, "OB", new byte[100]).File(), DecodeFailure.Truncated, "fewer pixels"),
        ["a bomb"] = (() => Dicoms.Image(65_535, 65_535, 8, "MONOCHROME2").Add(0x7FE00010, "OB", new byte[100]).File(), DecodeFailure.TooManyPixels, "65,535 x 65,535"),
        ["JPEG 2000"] = (() => Dicoms.Image(95, 63, 8, "MONOCHROME2", "1.2.840.10008.1.2.4.90").Add(0x7FE00010, "OB", new byte[100]).File(), DecodeFailure.Unsupported, "compressed as JPEG 2000"),
        ["a video"] = (() => Dicoms.Image(95, 63, 8, "MONOCHROME2", "1.2.840.10008.1.2.4.102").Add(0x7FE00010, "OB", new byte[100]).File(), DecodeFailure.Unsupported, "MPEG video"),
        ["only a mark"] = (() => [.. new byte[128], .. "DICM"u8, .. new byte[380]], DecodeFailure.Truncated, "ends before"),
    };

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Eight_bits_stay_as_they_are()
    {
        var converted = await PixelsAsync(Dicoms.Grey8(Picture).File());

        Assert.Equal((95, 63), (converted.Width, converted.Height));
        Assert.Equal(Picture.Pixels, converted.Pixels);
    }

    [Fact]
    public async Task A_bare_data_set_is_read_as_well()
    {
        var content = Dicoms.Grey8(Picture).DataSet();

        Assert.True(DicomFiles.IsDicom(content));
        Assert.Equal(Picture.Pixels, (await PixelsAsync(content)).Pixels);
    }

    [Fact]
    public async Task Where_zero_is_white_the_picture_is_inverted()
    {
        var converted = await PixelsAsync(Dicoms.Grey8(Picture, "MONOCHROME1").File());

        // DCMTK rounds where it inverts.
        Assert.All(converted.Pixels.Zip(Picture.Pixels), p => Assert.InRange(p.First, 254 - p.Second, 256 - p.Second));
    }

    [Fact]
    public async Task A_window_maps_its_range_to_black_and_white()
    {
        var converted = await PixelsAsync(Dicoms.Grey16(16, 16, Ramp).Window(2275, 500).File());

        Assert.All(converted.Pixels.Zip(Ramp), p => Assert.InRange(p.First, Expected(p.Second) - 2, Expected(p.Second) + 2));

        static double Expected(int value) => Math.Clamp((value - 2025) / 500.0, 0, 1) * 255;
    }

    [Fact]
    public async Task Without_a_window_the_least_value_is_black_and_the_greatest_white()
    {
        var converted = await PixelsAsync(Dicoms.Grey16(16, 16, Ramp).File());
        var inverted = await PixelsAsync(Dicoms.Grey16(16, 16, Ramp, "MONOCHROME1").File());

        Assert.Equal((0, 255), (converted.Pixels[0], converted.Pixels[^1]));
        Assert.All(converted.Pixels.Select((p, i) => (p, i)), p => Assert.InRange(p.p, p.i - 2, p.i + 2));
        Assert.Equal((255, 0), (inverted.Pixels[0], inverted.Pixels[^1]));
    }

    [Fact]
    public async Task An_empty_window_is_none()
    {
        var content = Dicoms.Grey16(16, 16, Ramp).Text(0x00281050, "DS", "").Text(0x00281051, "DS", "").File();

        var converted = await PixelsAsync(content);

        Assert.Equal((0, 255), (converted.Pixels[0], converted.Pixels[^1]));
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_gives_no_image_is_refused_by_name_of_the_reason(string name)
    {
        var (content, kind, words) = Refused[name];

        var result = await ConvertAsync(content(), "a.dcm");

        Assert.Null(result.Value);
        Assert.Equal(kind, result.Error!.Kind);
        Assert.Contains(words, result.Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hand.dcm", "hand.dcm")]
    [InlineData("IM0001", "IM0001")]
    [InlineData("Mustermann_Erika.dcm", DicomConverter.NeutralName)]
    [InlineData("hand erika.dcm", DicomConverter.NeutralName)]
    [InlineData("P-77881.dcm", DicomConverter.NeutralName)]
    [InlineData("19550607.dcm", DicomConverter.NeutralName)]
    public async Task A_name_that_gives_the_patient_away_is_not_kept(string name, string kept)
    {
        var content = Dicoms.Grey8(Picture).Patient("MUSTERMANN^ERIKA", "P-77881", "19550607").File();

        Assert.Equal(kept, (await ConvertAsync(content, name)).Value!.Name);
    }

    [Fact]
    public async Task Where_the_programs_are_missing_the_message_says_how_to_get_them()
    {
        var converter = new DicomConverter(new DicomTools([folder.FullName]));

        var result = await converter.ConvertAsync(Write(Dicoms.Grey8(Picture).File()), "a.dcm", DecodeLimits.Upload, CancellationToken.None);

        Assert.Equal((DecodeFailure.Unsupported, DicomTools.Missing), (result.Error!.Kind, result.Error.Message));
    }

    [Fact]
    public void Other_files_are_not_taken_for_DICOM()
    {
        Assert.All(Pictures.AllFormats, f => Assert.False(DicomFiles.IsDicom(Pictures.Encode(Picture, f))));
        Assert.False(DicomFiles.IsDicom("just words, no picture"u8));
        Assert.False(DicomFiles.IsDicom([]));
        Assert.True(DicomFiles.IsDicom(Dicoms.Grey8(Picture).File([0x49, 0x49, 42, 0])));
    }

    private async Task<PixelImage> PixelsAsync(byte[] content)
    {
        var result = await ConvertAsync(content, "a.dcm");
        Assert.True(result.Value is not null, result.Error?.Message);
        return Pictures.Decoded(result.Value.Png, new DecodeOptions(Channels: 1));
    }

    private Task<DecodeResult<DicomPicture>> ConvertAsync(byte[] content, string name)
    {
        var tools = new DicomTools();
        Assert.SkipUnless(tools.AreInstalled, DicomTools.Missing);
        return new DicomConverter(tools).ConvertAsync(Write(content), name, DecodeLimits.Upload, CancellationToken.None);
    }

    private string Write(byte[] content)
    {
        var path = Path.Combine(folder.FullName, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(path, content);
        return path;
    }
}
