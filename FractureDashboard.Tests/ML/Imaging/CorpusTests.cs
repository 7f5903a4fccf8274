using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Tests.ML.Imaging;

/// <summary>Files from the test suites of other decoders, which are not part of this repository.</summary>
public sealed class CorpusTests
{
    private static readonly string Corpus = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "data", "corpus"));

    /// <summary>
    /// Called broken because two other libraries do not know them, yet sound: a palette of two bits and alpha bit
    /// fields, both defined by Windows CE.
    /// </summary>
    private static readonly string[] SoundAfterAll = ["pal2color.bmp", "rgba32abf.bmp"];

    private static readonly ImageFormat[] Known = [ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.Bmp, ImageFormat.Gif, ImageFormat.WebP, ImageFormat.Tiff];

    [Fact]
    public void Sound_files_decode_and_broken_ones_are_refused()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(Corpus, "manifest.csv")), "the corpus of image files is not on this machine");
        var decoder = new ImageDecoder();
        var files = File.ReadLines(Path.Combine(Corpus, "manifest.csv")).Skip(1).Select(l => l.Split(',')).ToList();
        Assert.True(files.Count > 200);

        var surprises = new List<string>();
        foreach (var file in files)
        {
            var path = Path.Combine(Corpus, file[0]);
            var results = new DecodeOptions[] { new(), new(Size: 64), new(Strict: true, Channels: 1), new(Size: 64, Strict: true, Fit: FitMode.Letterbox) }
                .Select(o => (o.Strict, Error: decoder.DecodeFile(path, o).Error))
                .ToList();
            var verdict = SoundAfterAll.Any(s => file[0].EndsWith(s, StringComparison.Ordinal)) ? "sound" : file[^1];
            surprises.AddRange(verdict switch
            {
                "sound" => results.Where(r => r.Error is not null).Select(r => $"{file[0]}: {r.Error!.Message}"),
                "broken" => results.Where(r => r.Strict && r.Error is null).Select(_ => $"{file[0]} was accepted"),
                _ => [],
            });
        }

        Assert.Empty(surprises);
    }

    [Fact]
    public void Shrinking_while_decoding_gives_what_decoding_and_shrinking_gives()
    {
        Assert.SkipUnless(Directory.Exists(Corpus), "the corpus of image files is not on this machine");
        var decoder = new ImageDecoder();

        foreach (var path in Directory.EnumerateFiles(Corpus, "*", SearchOption.AllDirectories))
        {
            var fast = decoder.DecodeFile(path, new(Size: 64)).Value;
            var strict = decoder.DecodeFile(path, new(Size: 64, Strict: true)).Value;
            if (fast is not null && strict is not null)
            {
                Assert.True(Pictures.Difference(fast, strict).Mean < 1.5, path);
            }
        }
    }

    [Fact]
    public void Formats_are_told_as_the_manifest_says()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(Corpus, "manifest.csv")), "the corpus of image files is not on this machine");

        foreach (var file in File.ReadLines(Path.Combine(Corpus, "manifest.csv")).Skip(1).Select(l => l.Split(',')))
        {
            var format = ImageFormats.Sniff(File.ReadAllBytes(Path.Combine(Corpus, file[0])));
            Assert.True(
                format == ImageFormat.Unknown ? file[^1] != "sound" : Known.Contains(format) && format.ToString().Equals(file[4], StringComparison.OrdinalIgnoreCase),
                $"{file[0]}: {format}, expected {file[4]}");
        }
    }
}
