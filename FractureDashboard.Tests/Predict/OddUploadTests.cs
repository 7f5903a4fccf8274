using System.Globalization;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Tests.ML.Imaging;

namespace FractureDashboard.Tests.Predict;

/// <summary>Bad and odd uploads: each gets the right answer or a clear message, and the service goes on.</summary>
public sealed class OddUploadTests
{
    public static TheoryData<string> Good => [.. OddFiles.Good.Keys];

    public static TheoryData<string> Bad => [.. OddFiles.Bad.Keys];

    [Fact]
    public void There_are_many_of_them() => Assert.True(OddFiles.Good.Count + OddFiles.Bad.Count >= 60, (OddFiles.Good.Count + OddFiles.Bad.Count).ToString(CultureInfo.InvariantCulture));

    [Theory]
    [MemberData(nameof(Good))]
    public async Task An_odd_file_is_answered(string name)
    {
        SkipWithoutTools(name);
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync();

        var outcome = await stage.Service.PredictUploadAsync(new MemoryStream(OddFiles.Good[name]()), name, run.Id, 0.5, CancellationToken.None);

        Assert.True(outcome.Result is not null, outcome.Error?.Message);
        Assert.Equal(3, stage.Files().Count);
        var asked = stage.Loader.Loaded.Single().Asked!;
        Assert.Equal((64, 64, 3), (asked.Width, asked.Height, asked.Channels));

        // All of these show the same picture, more or less: none came out black, inverted or turned.
        var expected = Pictures.Decoded(Pictures.Encode(OddFiles.Picture, ImageFormat.Png), new DecodeOptions(Size: 64));
        Assert.True(Pictures.Difference(expected, asked).Mean < OddFiles.Tolerance(name), $"{name}: {Pictures.Difference(expected, asked)}");
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_bad_file_is_refused_in_words_and_the_next_good_one_is_answered(string name)
    {
        SkipWithoutTools(name);
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync();
        var (content, kind, words) = OddFiles.Bad[name];

        var outcome = await stage.Service.PredictUploadAsync(new MemoryStream(content()), name, run.Id, 0.5, CancellationToken.None);

        Assert.Null(outcome.Result);
        Assert.Equal(kind, outcome.Error!.Kind);
        Assert.Contains(words, outcome.Error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith(".", outcome.Error.Message.Split(" (Decoder:")[0], StringComparison.Ordinal);
        Assert.Empty(stage.Files());
        Assert.NotNull(await stage.AnswerAsync(DrawnImages.Png(), run.Id));
    }

    [Fact]
    public async Task Memory_returns_after_many_bad_files()
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync();
        string[] names = ["a PNG of 60,000 pixels a side", "a bitmap of 60,000 pixels a side", "a truncated JPEG", "noise", "a PNG with damaged data"];
        await RoundsAsync(3);
        var before = Memory();
        await RoundsAsync(40);

        // 200 refusals; each of the bombs would take gigabytes if it were unpacked.
        Assert.InRange(Memory() - before, long.MinValue, 100_000_000);

        async Task RoundsAsync(int rounds)
        {
            for (var i = 0; i < rounds * names.Length; i++)
            {
                var (content, kind, _) = OddFiles.Bad[names[i % names.Length]];
                var outcome = await stage.Service.PredictUploadAsync(new MemoryStream(content()), "a", run.Id, 0.5, CancellationToken.None);
                Assert.Equal(kind, outcome.Error!.Kind);
            }
        }

        static long Memory()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            return process.PrivateMemorySize64;
        }
    }

    private static void SkipWithoutTools(string name) =>
        Assert.SkipWhen(name.Contains("DICOM", StringComparison.Ordinal) && !new DicomTools().AreInstalled, DicomTools.Missing);
}
