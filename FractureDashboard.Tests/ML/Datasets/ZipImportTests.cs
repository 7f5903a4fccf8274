using System.Buffers.Binary;
using System.IO.Compression;
using FractureDashboard.ML.Datasets;

namespace FractureDashboard.Tests.ML.Datasets;

public sealed class ZipImportTests : IDisposable
{
    private readonly TempFolder folder = new();

    private string Target => folder["out/set"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Images_are_unpacked_with_their_folders_and_the_rest_is_left_out()
    {
        var zip = Builders.Zip(
            folder,
            ("wrap/train/fractured/a.png", Builders.Picture(1)),
            ("wrap\\val\\not fractured\\b.dat", Builders.Picture(2)),
            ("./wrap//test/fractured/c.png", Builders.Picture(3)),
            ("wrap/empty/", []),
            ("wrap/readme.txt", "words"u8.ToArray()),
            ("wrap/none.png", []),
            ("__MACOSX/wrap/._a.png", Builders.Picture(4)),
            ("wrap/.DS_Store", [1, 2]),
            ("wrap/Thumbs.db", [1, 2]));

        var result = Import(zip);

        Assert.True(result.Succeeded, result.Failure);
        Assert.Equal((3, 2), (result.Files, result.SkippedCount));
        Assert.Equal(["wrap/none.png", "wrap/readme.txt"], result.Skipped.Select(s => s.RelativePath).Order(StringComparer.Ordinal));
        Assert.Equal(["wrap/test/fractured/c.png", "wrap/train/fractured/a.png", "wrap/val/not fractured/b.dat"], Unpacked());
        Assert.Equal(Builders.Picture(2), File.ReadAllBytes(Path.Combine(Target, "wrap/val/not fractured/b.dat")));
        Assert.Equal(result.Bytes, Directory.EnumerateFiles(Target, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length));
    }

    [Theory]
    [InlineData("../evil.png")]
    [InlineData("train/../../evil.png")]
    [InlineData("..\\evil.png")]
    [InlineData("train\\..\\..\\evil.png")]
    [InlineData("/evil.png")]
    [InlineData("\\evil.png")]
    [InlineData("\\\\server\\share\\evil.png")]
    [InlineData("C:\\evil.png")]
    [InlineData("c:evil.png")]
    [InlineData("train/.. /.. /evil.png")]
    [InlineData("train/evil\u0001.png")]
    [InlineData("train/evil\n.png")]
    public void Name_that_leads_out_refuses_the_whole_archive(string name)
    {
        var zip = Builders.Zip(folder, ("train/fractured/a.png", Builders.Picture(1)), (name, Builders.Picture(2)));

        AssertRefused(Import(zip), "leads out of the target folder");
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "evil*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Names_with_two_dots_that_stay_inside_are_fine()
    {
        var zip = Builders.Zip(folder, ("train/fractured/a..b.png", Builders.Picture(1)), ("train/..hidden/x.png", Builders.Picture(2)));

        Assert.Equal(1, Import(zip).Files);
    }

    [Fact]
    public void Symbolic_link_is_refused()
    {
        var zip = Builders.Zip(folder, [("train/fractured", "/etc"u8.ToArray())], CompressionLevel.Fastest, e => e.ExternalAttributes = unchecked((int)0xA1FF0000));

        AssertRefused(Import(zip), "symbolic link");
    }

    [Fact]
    public void Password_is_refused_with_advice()
    {
        var zip = Builders.Zip(folder, ("train/fractured/a.png", Builders.Picture(1)));
        Patch(zip, (content, central) => content[central + 8] |= 1);

        AssertRefused(Import(zip), "password");
    }

    [Fact]
    public void Bomb_is_refused_by_its_ratio_also_when_its_header_lies()
    {
        byte[] bomb = [.. Builders.Picture(1), .. new byte[20_000_000]];
        var honest = Builders.Zip(folder, [("train/fractured/a.png", bomb)], CompressionLevel.SmallestSize, null);
        // Claims one byte unpacked.
        var lying = Builders.Zip(folder, [("train/fractured/a.png", bomb)], CompressionLevel.SmallestSize, null);
        Patch(lying, (content, central) => BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(central + 24), 1));

        AssertRefused(Import(honest), "bomb");
        AssertRefused(Import(lying));
    }

    [Fact]
    public void Entries_that_share_their_packed_bytes_are_refused_by_the_whole_archives_ratio()
    {
        // Each entry alone stays below the ratio; the archive does not, because all point to the same bytes.
        var noise = new byte[400_000];
        new Random(3).NextBytes(noise);
        byte[] picture = [.. Builders.Picture(1), .. noise];
        var names = Enumerable.Range(0, 400).Select(i => $"{i:0000}.png").ToArray();
        var single = Builders.Zip(folder, (names[0], picture));
        var shared = folder["shared.zip"];
        File.WriteAllBytes(shared, Overlap(File.ReadAllBytes(single), names));

        AssertRefused(Import(shared));
    }

    [Fact]
    public void Limits_of_entry_total_and_number_hold()
    {
        var zip = Builders.Zip(
            folder,
            ("train/fractured/a.png", [.. Builders.Picture(1), .. Noise(50_000)]),
            ("train/fractured/b.png", [.. Builders.Picture(2), .. Noise(50_000)]));

        AssertRefused(Import(zip, new ZipLimits(MaxEntryBytes: 50_000)), "the limit for one file");
        AssertRefused(Import(zip, new ZipLimits(MaxTotalBytes: 90_000)), "the limit for one import");
        AssertRefused(Import(zip, new ZipLimits(MaxEntries: 1)), "2 entries");
        Assert.True(Import(zip, new ZipLimits(MaxEntries: 2)).Succeeded);
    }

    [Fact]
    public void Archive_with_more_entries_than_it_declares_is_refused()
    {
        var zip = Builders.Zip(folder, ("a.png", Builders.Picture(1)), ("b.png", Builders.Picture(2)), ("c.png", Builders.Picture(3)));
        var content = File.ReadAllBytes(zip);
        content[^14] = content[^12] = 1;
        File.WriteAllBytes(zip, content);

        AssertRefused(Import(zip, new ZipLimits(MaxEntries: 2)), "sound ZIP");
    }

    [Fact]
    public void Content_that_does_not_match_its_checksum_is_refused()
    {
        var zip = Builders.Zip(folder, [("train/fractured/a.png", [.. Builders.Picture(1), .. Noise(10_000)])], CompressionLevel.NoCompression, null);
        var content = File.ReadAllBytes(zip);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(zip, content);

        AssertRefused(Import(zip), "damaged");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(-1)]
    [InlineData(-30)]
    public void Archive_that_is_cut_off_or_no_archive_is_refused(int length)
    {
        var zip = Builders.Zip(folder, ("train/fractured/a.png", Builders.Picture(1)));
        var content = File.ReadAllBytes(zip);
        File.WriteAllBytes(zip, length < 0 ? content[..^-length] : content[..length]);

        AssertRefused(Import(zip), "ZIP archive");
    }

    [Fact]
    public void Missing_archive_and_archive_without_images_are_told_apart()
    {
        AssertRefused(Import(folder["none.zip"]), "does not exist");
        AssertRefused(Import(folder["no/such/none.zip"]), "does not exist");
        AssertRefused(Import(Builders.Zip(folder, ("a.txt", [65]))), "no JPEG");
    }

    [Fact]
    public void Names_that_differ_by_case_only_are_taken_once()
    {
        var zip = Builders.Zip(folder, ("train/fractured/a.png", Builders.Picture(1)), ("train/fractured/A.PNG", Builders.Picture(2)), ("train/fractured/a.png", Builders.Picture(3)));

        var result = Import(zip);

        Assert.Equal((1, 2), (result.Files, result.SkippedCount));
        Assert.Equal(Builders.Picture(1), File.ReadAllBytes(Path.Combine(Target, "train/fractured/a.png")));
    }

    [Fact]
    public void Cancelled_import_leaves_nothing()
    {
        var zip = Builders.Zip(folder, [.. Enumerable.Range(0, 20).Select(i => ($"train/fractured/{i}.png", Builders.Picture(i)))]);
        using var cancel = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() =>
            ZipImport.Extract(zip, Target, ZipLimits.Default, new AfterFirst(cancel), cancel.Token));

        AssertNothingLeft();
    }

    [Fact]
    public void Target_that_is_not_empty_is_left_alone()
    {
        folder.Write("out/set/mine.txt", [1]);
        var zip = Builders.Zip(folder, ("train/fractured/a.png", Builders.Picture(1)));

        Assert.Contains("not empty", Import(zip).Failure, StringComparison.Ordinal);
        Assert.Equal([folder["out/set/mine.txt"]], Directory.EnumerateFileSystemEntries(folder["out"], "*", SearchOption.AllDirectories).Where(File.Exists));
    }

    [Fact]
    public void Packed_synthetic_set_stays_marked_as_synthetic()
    {
        PhantomGenerator.Generate(folder["phantom"], new PhantomOptions(Images: 6, Size: 64), null, TestContext.Current.CancellationToken);
        ZipFile.CreateFromDirectory(folder["phantom"], folder["phantom.zip"], CompressionLevel.Fastest, includeBaseDirectory: true);

        Assert.Equal(6, Import(folder["phantom.zip"]).Files);

        Assert.Equal(6, PhantomGenerator.ReadManifest(DatasetCatalog.ResolveRoot(Target))?.Images.Count);
    }

    private ZipImportResult Import(string zip, ZipLimits? limits = null) =>
        ZipImport.Extract(zip, Target, limits ?? ZipLimits.Default, null, TestContext.Current.CancellationToken);

    private IEnumerable<string> Unpacked() => Directory.EnumerateFiles(Target, "*", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Target, f).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    private void AssertRefused(ZipImportResult result, string because = "")
    {
        Assert.False(result.Succeeded);
        Assert.Contains(because, result.Failure, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    private void AssertNothingLeft() =>
        Assert.True(!Directory.Exists(folder["out"]) || !Directory.EnumerateFileSystemEntries(folder["out"]).Any());

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(9).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Changes the archive's bytes; is told where the only entry's record in the central directory begins.</summary>
    private static void Patch(string zip, Action<byte[], int> change)
    {
        var content = File.ReadAllBytes(zip);
        change(content, content.AsSpan().LastIndexOf("PK\x01\x02"u8));
        File.WriteAllBytes(zip, content);
    }

    /// <summary>Repeats the only entry's record under other names; all records lead to the same packed bytes.</summary>
    private static byte[] Overlap(byte[] zip, string[] names)
    {
        var central = zip.AsSpan().LastIndexOf("PK\x01\x02"u8);
        var end = zip.AsSpan().LastIndexOf("PK\x05\x06"u8);
        var directory = names.SelectMany(name =>
        {
            var record = zip[central..end];
            System.Text.Encoding.ASCII.GetBytes(name).CopyTo(record, 46);
            return record;
        }).ToArray();
        var tail = zip[end..];
        BinaryPrimitives.WriteUInt16LittleEndian(tail.AsSpan(8), (ushort)names.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(tail.AsSpan(10), (ushort)names.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(tail.AsSpan(12), (uint)directory.Length);
        return [.. zip[..central], .. directory, .. tail];
    }

    private sealed class AfterFirst(CancellationTokenSource cancel) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => cancel.Cancel();
    }
}
