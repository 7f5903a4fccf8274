using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Tests.ML.Imaging;

/// <summary>Files from pydicom's test suite, which are not part of this repository.</summary>
public sealed class DicomCorpusTests
{
    private static readonly string Corpus = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "data", "dicom"));

    /// <summary>Those that give no image, and what must be said of them.</summary>
    private static readonly Dictionary<string, string> WithoutImage = new(StringComparer.Ordinal)
    {
        ["ExplVR_LitEndNoMeta.dcm"] = "a radiotherapy plan",
        ["meta_missing_tsyntax.dcm"] = "how many rows",
        ["nested_priv_SQ.dcm"] = "how many rows",
        ["priv_SQ.dcm"] = "holds no image",
        ["reportsi_with_empty_number_tags.dcm"] = "a structured report",
        ["test-SR.dcm"] = "a structured report",
        ["waveform_ecg.dcm"] = "a waveform",
        // Its image is sound, but DCMTK has no decoder for this compression.
        ["SC_rgb_gdcm_KY.dcm"] = "compressed as JPEG 2000",
    };

    // Its first byte is a stray space, so that no program can tell what it is.
    private const string NotDicom = "no_meta.dcm";

    [Fact]
    public async Task Every_file_that_holds_an_image_gives_one_and_every_other_the_reason()
    {
        Assert.SkipUnless(Directory.Exists(Corpus), "the DICOM files of pydicom's test suite are not on this machine");
        var tools = new DicomTools();
        Assert.SkipUnless(tools.AreInstalled, DicomTools.Missing);
        var converter = new DicomConverter(tools);
        var files = Directory.GetFiles(Corpus, "*.dcm").Where(f => Path.GetFileName(f) != NotDicom).ToList();
        Assert.True(files.Count >= 38);

        var surprises = new List<string>();
        foreach (var path in files)
        {
            var name = Path.GetFileName(path);
            var result = await converter.ConvertAsync(path, name, DecodeLimits.Upload, CancellationToken.None);
            var expected = WithoutImage.GetValueOrDefault(name);
            if (!DicomFiles.IsDicom(path))
            {
                surprises.Add($"{name} is not taken for DICOM");
            }
            else if (result.Value is { } picture)
            {
                surprises.AddRange(expected is null && new ImageDecoder().Decode(picture.Png, new()).Value is not null ? [] : [$"{name} gave a picture"]);
            }
            else if (expected is null || !result.Error!.Message.Contains(expected, StringComparison.Ordinal))
            {
                surprises.Add($"{name}: {result.Error!.Message}");
            }
        }

        Assert.Empty(surprises);
    }

    [Fact]
    public void A_file_that_nothing_can_tell_is_no_image()
    {
        var path = Path.Combine(Corpus, NotDicom);
        Assert.SkipUnless(File.Exists(path), "the DICOM files of pydicom's test suite are not on this machine");

        Assert.False(DicomFiles.IsDicom(path));
        Assert.Equal(DecodeFailure.NotAnImage, new ImageDecoder().DecodeFile(path, new()).Error!.Kind);
    }
}
