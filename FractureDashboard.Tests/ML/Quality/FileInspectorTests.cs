using System.Security.Cryptography;
using CsCheck;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using FractureDashboard.Tests.ML.Datasets;
using FractureDashboard.Tests.ML.Quality.Corpus;

namespace FractureDashboard.Tests.ML.Quality;

public sealed class FileInspectorTests
{
    private static readonly FileInspector Inspector = new(new ImageDecoder());

    [Fact]
    public void Every_file_that_can_be_read_is_hashed_whatever_it_holds()
    {
        using var folder = new TempFolder();
        foreach (var file in BrokenFiles.All().Concat(OddFiles.All()).Concat(SoundFiles.All()))
        {
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file.Content)), Look(folder.Write(file.Name, file.Content)).ContentHash);
        }

        // More than one part of what is hashed without being held.
        var large = new byte[700_000];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(large)), Look(folder.Write("large.bin", large)).ContentHash);
    }

    [Fact]
    public void A_sound_image_has_all_its_facts()
    {
        using var folder = new TempFolder();
        var facts = Look(folder.Write("a.jpg", Radiographs.Encode(Radiographs.Rgb(), ImageFormat.Jpeg)));

        Assert.Equal((ImageFormat.Jpeg, Radiographs.Width, Radiographs.Height, 3, 8), (facts.Format, facts.Width, facts.Height, facts.Channels, facts.BitsPerChannel));
        Assert.Equal((1, 1, true, (DecodeFailure?)null), (facts.Orientation, facts.Pages, facts.IsForTensorFlow, facts.Failure));
        Assert.Matches("^[0-9a-f]{16}$", facts.Hash);
        Assert.NotNull(facts.Pixels);
        Assert.Equal(0, facts.Markers);
    }

    [Fact]
    public void A_mirrored_picture_has_the_same_picture_hash_and_another_content_hash()
    {
        using var folder = new TempFolder();
        var plain = Look(folder.Write("a.png", Radiographs.Encode(Radiographs.Grey(), ImageFormat.Png)));
        var mirrored = Look(folder.Write("b.png", Radiographs.Save(Radiographs.Grey(), i => i.PngsaveBuffer(), i => i.FlipHor())));

        Assert.Equal(plain.Hash, mirrored.Hash);
        Assert.NotEqual(plain.ContentHash, mirrored.ContentHash);
    }

    [Fact]
    public void What_is_too_large_still_tells_what_it_claims()
    {
        using var folder = new TempFolder();
        var bomb = BrokenFiles.All().Single(f => f.Name == "bomb.png");
        var facts = Look(folder.Write(bomb.Name, bomb.Content));

        Assert.Equal((DecodeFailure.TooManyPixels, 60_000, 60_000), (facts.Failure, facts.Width, facts.Height));
    }

    [Fact]
    public void A_file_that_is_not_there_is_unreadable_and_has_no_hash()
    {
        using var folder = new TempFolder();
        var facts = Look(folder["gone.jpg"]);
        var finding = Assert.Single(QualityJudge.OfFile(new("gone.jpg", null, null, 1, DateTime.UnixEpoch), facts));

        Assert.Equal((DecodeFailure.Unreadable, null), (facts.Failure, facts.ContentHash));
        Assert.Equal((QualityRule.Unreadable, QualitySeverity.Error), (finding.Rule, finding.Severity));
        Assert.Equal(DecodeFailure.Unreadable, Look(folder.Path).Failure);
    }

    [Fact]
    public void A_content_that_has_been_seen_is_not_looked_at_again()
    {
        using var folder = new TempFolder();
        var path = folder.Write("a.jpg", Radiographs.Encode(Radiographs.Rgb(), ImageFormat.Jpeg));
        var known = Look(path);

        var shared = Inspector.Inspect(path, (hash, _) => hash == known.ContentHash ? known : throw new InvalidOperationException(hash), TestContext.Current.CancellationToken);

        Assert.Same(known, shared);
    }

    [Fact]
    public void Hashing_a_large_file_that_is_no_image_can_be_stopped()
    {
        using var folder = new TempFolder();
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();

        Assert.Throws<OperationCanceledException>(() => Inspector.Inspect(folder.Write("a.bin", new byte[600_000]), stopped.Token));
    }

    [Fact]
    public void Changed_files_never_throw_and_are_sound_or_explained()
    {
        using var folder = new TempFolder();
        var files = OddFiles.All().Concat(SoundFiles.All()).Where(f => f.Content.Length < 60_000).ToArray();
        Gen.Select(Gen.Int[0, files.Length - 1], Gen.Select(Gen.Double[0, 1], Gen.Byte).Array[1, 8], Gen.Int).Sample(
            (which, changes, name) =>
            {
                var content = (byte[])files[which].Content.Clone();
                foreach (var (share, value) in changes)
                {
                    // Half of the changes hit the header, where they do the most.
                    var reach = value % 2 == 0 ? content.Length : Math.Min(content.Length, 200);
                    content[Math.Min(content.Length - 1, (int)(share * reach))] = value;
                }

                var path = folder.Write($"{name}.x", content);
                var facts = Look(path);
                Assert.Equal(facts.Failure is null, facts.Pixels is not null);
                Assert.Equal(facts.Failure is null, facts.Problem is null);
                Assert.All(QualityJudge.OfFile(new(files[which].Name, null, null, 1, DateTime.UnixEpoch), facts), f => Assert.NotEmpty(f.Evidence));
                File.Delete(path);
            },
            iter: 300);
    }

    private static FileFacts Look(string path) => Inspector.Inspect(path, TestContext.Current.CancellationToken);
}
