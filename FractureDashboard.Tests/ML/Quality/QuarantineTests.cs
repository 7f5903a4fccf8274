using System.Security.Cryptography;
using System.Text;
using CsCheck;
using FractureDashboard.ML.Quality;
using FractureDashboard.Tests.ML.Datasets;

namespace FractureDashboard.Tests.ML.Quality;

public sealed class QuarantineTests
{
    private static readonly string Journal = Path.Combine(Quarantine.FolderName, "journal.jsonl");

    [Fact]
    public void Files_are_put_aside_and_come_back_to_the_byte()
    {
        using var root = new TempFolder();
        var requests = Fill(root, 5);
        var quarantine = new Quarantine(root.Path, TimeProvider.System);

        var aside = quarantine.PutAside(requests[..3], TestContext.Current.CancellationToken);

        Assert.Empty(aside.Problems);
        Assert.Equal(requests[..3].Select(r => (r.RelativePath, r.ContentHash, r.Reason)), quarantine.Files.Select(f => (f.RelativePath, f.ContentHash, f.Reason)));
        Assert.All(requests[..3], r => Assert.False(File.Exists(root[r.RelativePath])));
        Assert.All(requests[3..], r => Assert.Equal(r.ContentHash, Hash(root[r.RelativePath])));
        Assert.All(aside.Moved, f => Assert.Equal(f.ContentHash, Hash(quarantine.Aside(f))));

        var one = quarantine.Restore(new HashSet<Guid> { aside.Moved[1].Id });
        Assert.Equal(requests[1].RelativePath, Assert.Single(one.Moved).RelativePath);
        Assert.Equal(2, quarantine.Files.Count);

        Assert.Empty(quarantine.Restore(aside.Moved.Select(f => f.Id).ToHashSet()).Problems);
        Assert.Empty(quarantine.Files);
        Assert.All(requests, r => Assert.Equal(r.ContentHash, Hash(root[r.RelativePath])));
    }

    // How many of ten files had been moved when it stopped, of how many of them the journal had said so, and what the end of
    // the journal had become.
    private static readonly Gen<(int Moved, int Said, int CutOff, bool Returning)> Crashes =
        Gen.Select(Gen.Int[0, 10], Gen.Int[0, 1], Gen.Int[0, 40], Gen.Bool);

    [Fact]
    public void A_crash_in_the_middle_leaves_every_file_in_one_place_and_the_next_start_ends_the_move() => Crashes.Sample(crash =>
    {
        using var root = new TempFolder();
        var requests = Fill(root, 10);
        var quarantine = new Quarantine(root.Path, TimeProvider.System);
        var aside = quarantine.PutAside(requests, CancellationToken.None).Moved;
        if (crash.Returning)
        {
            quarantine.Restore(aside.Select(f => f.Id).ToHashSet());
        }

        // Back to what a crash leaves: the intention in the journal, some files here, some there, a line half written.
        var lines = File.ReadAllLines(root[Journal]);
        var intended = crash.Returning ? 30 : 10;
        var text = string.Concat(lines.Take(intended).Select(l => l + "\n")) + lines[intended][..Math.Min(crash.CutOff, lines[intended].Length)];
        File.WriteAllText(root[Journal], text);
        foreach (var file in aside.Skip(crash.Moved))
        {
            var (from, to) = crash.Returning ? (root[file.RelativePath], quarantine.Aside(file)) : (quarantine.Aside(file), root[file.RelativePath]);
            File.Move(from, to);
        }

        var again = new Quarantine(root.Path, TimeProvider.System);
        Assert.Empty(again.Recover().Problems);

        Assert.Equal(crash.Returning ? 0 : 10, again.Files.Count);
        Assert.All(aside, f => Assert.Equal(crash.Returning, File.Exists(root[f.RelativePath])));
        Assert.All(aside, f => Assert.NotEqual(crash.Returning, File.Exists(again.Aside(f))));
        again.Restore(again.Files.Select(f => f.Id).ToHashSet());
        Assert.All(requests, r => Assert.Equal(r.ContentHash, Hash(root[r.RelativePath])));
        Assert.Empty(again.Recover().Moved);
    }, iter: 40);

    [Fact]
    public void A_file_changed_gone_or_outside_stays_and_the_others_are_moved()
    {
        using var outer = new TempFolder();
        outer.Write("secret.png", [1]);
        using var root = new TempFolder();
        var requests = Fill(root, 3);
        root.Write(requests[0].RelativePath, [9, 9]);
        File.Delete(root[requests[1].RelativePath]);
        var escape = new QuarantineRequest(Path.GetRelativePath(root.Path, outer["secret.png"]).Replace('\\', '/'), Hash(outer["secret.png"]), "no");

        var result = new Quarantine(root.Path, TimeProvider.System).PutAside([.. requests, escape], TestContext.Current.CancellationToken);

        Assert.Equal(requests[2].RelativePath, Assert.Single(result.Moved).RelativePath);
        Assert.Equal([requests[0].RelativePath, requests[1].RelativePath, escape.RelativePath], result.Problems.Select(p => p.RelativePath));
        Assert.True(File.Exists(outer["secret.png"]));
    }

    [Fact]
    public void A_place_taken_meanwhile_is_not_overwritten()
    {
        using var root = new TempFolder();
        var request = Fill(root, 1)[0];
        var quarantine = new Quarantine(root.Path, TimeProvider.System);
        var file = quarantine.PutAside([request], TestContext.Current.CancellationToken).Moved[0];
        root.Write(request.RelativePath, [7]);

        var result = quarantine.Restore(new HashSet<Guid> { file.Id });

        Assert.Contains("Another file", Assert.Single(result.Problems).Problem, StringComparison.Ordinal);
        Assert.Equal([7], File.ReadAllBytes(root[request.RelativePath]));
        Assert.Equal(file.Id, Assert.Single(quarantine.Files).Id);
        Assert.Equal(request.ContentHash, Hash(quarantine.Aside(file)));
    }

    [Fact]
    public void A_file_put_in_place_of_another_after_a_crash_is_not_taken_for_it()
    {
        using var root = new TempFolder();
        var requests = Fill(root, 2);
        var quarantine = new Quarantine(root.Path, TimeProvider.System);
        var aside = quarantine.PutAside(requests, TestContext.Current.CancellationToken).Moved;

        // The first was on its way when the process died, the second is said to be aside; both places hold something new.
        File.WriteAllLines(root[Journal], File.ReadAllLines(root[Journal]).Where((_, i) => i != 2));
        File.Delete(quarantine.Aside(aside[0]));
        File.Delete(quarantine.Aside(aside[1]));
        root.Write(requests[0].RelativePath, [5]);
        root.Write(requests[1].RelativePath, [6]);

        var result = new Quarantine(root.Path, TimeProvider.System).Recover();

        Assert.Empty(result.Moved);
        Assert.Equal(requests[0].RelativePath, Assert.Single(result.Problems).RelativePath);
        Assert.Equal([5], File.ReadAllBytes(root[requests[0].RelativePath]));
        Assert.Equal([6], File.ReadAllBytes(root[requests[1].RelativePath]));
    }

    [Fact]
    public void Nothing_is_written_before_something_is_put_aside()
    {
        using var root = new TempFolder();
        var quarantine = new Quarantine(root.Path, TimeProvider.System);

        quarantine.Recover();
        quarantine.PutAside([], TestContext.Current.CancellationToken);

        Assert.Empty(Directory.GetFileSystemEntries(root.Path));
    }

    private static QuarantineRequest[] Fill(TempFolder root, int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        var path = root.Write($"train/fractured/{i}.png", Encoding.UTF8.GetBytes($"content {i}"));
        return new QuarantineRequest($"train/fractured/{i}.png", Hash(path), $"reason {i}");
    })];

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
