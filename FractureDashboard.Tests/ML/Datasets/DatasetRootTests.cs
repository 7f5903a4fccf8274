using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Tests.ML.Datasets;

public sealed class DatasetRootTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a/b")]
    [InlineData("Bone_Fracture/Bone_Fracture/data set")]
    [InlineData("training")]
    [InlineData("archive/test")]
    public void Root_is_found_below_wrapping_folders(string below)
    {
        Builders.SmallDataset(folder, below);
        folder.Write("notes/read me.txt", [1]);

        Assert.Equal(Path.TrimEndingDirectorySeparator(folder[below]), DatasetCatalog.ResolveRoot(folder.Path));
        Assert.Equal(6, Builders.Index(DatasetCatalog.ResolveRoot(folder.Path + Path.DirectorySeparatorChar)).Images.Count);
    }

    [Fact]
    public void Too_deep_a_root_is_not_found()
    {
        Builders.SmallDataset(folder, "a/b/c/d");

        Assert.Contains("No split folder", Assert.Throws<DatasetLayoutException>(() => DatasetCatalog.ResolveRoot(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_candidates_are_named()
    {
        Builders.SmallDataset(folder, "wrist");
        Builders.SmallDataset(folder, "elbow");

        var message = Assert.Throws<DatasetLayoutException>(() => DatasetCatalog.ResolveRoot(folder.Path)).Message;

        Assert.Contains("'wrist'", message, StringComparison.Ordinal);
        Assert.Contains("'elbow'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_folder_and_file_are_told_apart()
    {
        var file = folder.Write("a.zip", [1]);

        Assert.Contains("does not exist", Assert.Throws<DatasetLayoutException>(() => DatasetCatalog.ResolveRoot(folder["none"])).Message, StringComparison.Ordinal);
        Assert.Contains("is a file", Assert.Throws<DatasetLayoutException>(() => DatasetCatalog.ResolveRoot(file)).Message, StringComparison.Ordinal);
        Assert.Throws<DatasetLayoutException>(() => Builders.Index(folder.Path));
    }

    [Fact]
    public void Linked_files_count_inside_the_root_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "symbolic links need a privilege on Windows");
        Builders.SmallDataset(folder, "set");
        var outside = folder.Write("secret/outside.png", Builders.Picture(70));
        Link("set/train/fractured/in.png", folder["set/val/fractured/2.png"]);
        Link("set/train/fractured/relative.png", "../../val/fractured/2.png");
        Link("set/train/fractured/out.png", outside);
        Link("set/train/fractured/out-relative.png", "../../../secret/outside.png");
        Link("set/train/fractured/broken.png", "nowhere.png");
        Link("set/train/fractured/circle.png", "circle.png");
        Directory.CreateSymbolicLink(folder["set/test/fractured/folder"], folder["secret"]);

        var result = Builders.Index(folder["set"]);

        Assert.Equal(8, result.Images.Count);
        Assert.Equal(
            ["test/fractured/folder", "train/fractured/broken.png", "train/fractured/circle.png", "train/fractured/out-relative.png", "train/fractured/out.png"],
            result.Skipped.Select(s => s.RelativePath));
    }

    [Fact]
    public void Link_that_leaves_through_another_link_is_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "symbolic links need a privilege on Windows");
        Builders.SmallDataset(folder, "set");
        // As text, "away/../val/..." stays in the data set; the system leaves it, because "away" leads elsewhere.
        folder.Write("secret/below/x", [1]);
        folder.Write("secret/val/fractured/2.png", Builders.Picture(71));
        Directory.CreateSymbolicLink(folder["set/away"], folder["secret/below"]);
        Link("set/train/fractured/trick.png", Path.Combine(folder["set"], "away/../val/fractured/2.png"));

        var result = Builders.Index(folder["set"]);

        Assert.DoesNotContain(result.Images, i => i.RelativePath.EndsWith("trick.png", StringComparison.Ordinal));
        Assert.Contains(result.Skipped, s => s.RelativePath == "train/fractured/trick.png");
    }

    [Fact]
    public void Root_that_is_itself_a_link_is_indexed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "symbolic links need a privilege on Windows");
        Builders.SmallDataset(folder, "set");
        Directory.CreateSymbolicLink(folder["alias"], folder["set"]);
        Link("set/train/fractured/in.png", "../../val/fractured/2.png");

        Assert.Equal(7, Builders.Index(folder["alias"]).Images.Count);
    }

    [Fact]
    public async Task Pipe_in_a_class_folder_does_not_hang_the_indexing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "makes a named pipe with a Unix tool");
        Builders.SmallDataset(folder);
        foreach (var place in new[] { "train/fractured/pipe.png", "stray.png" })
        {
            using var mkfifo = System.Diagnostics.Process.Start("mkfifo", [folder[place]]);
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var result = await Task.Run(() => Builders.Index(folder.Path)).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal(6, result.Images.Count);
        Assert.Equal("train/fractured/pipe.png", Assert.Single(result.Skipped).RelativePath);
    }

    [Fact]
    public void Unreadable_files_and_folders_are_skipped_with_a_reason()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("tests Unix permissions");
            return;
        }

        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may read everything");
        Builders.SmallDataset(folder);
        File.SetUnixFileMode(folder["train/fractured/0.png"], UnixFileMode.None);
        File.SetUnixFileMode(folder["val/fractured"], UnixFileMode.None);
        try
        {
            var result = Builders.Index(folder.Path);

            Assert.Equal(4, result.Images.Count);
            Assert.Equal(["train/fractured/0.png", "val/fractured"], result.Skipped.Select(s => s.RelativePath));
        }
        finally
        {
            File.SetUnixFileMode(folder["val/fractured"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Reference_data_are_counted_as_published()
    {
        var root = Repository.ReferenceData;
        Assert.SkipWhen(root is null, "the reference radiographs are not on this machine");

        var result = Builders.Index(DatasetCatalog.ResolveRoot(root!));

        Assert.Empty(result.Skipped);
        Assert.Equal(10_548, result.Images.Count);
        Assert.Equal(3_876, result.Images.Select(i => i.ContentHash).Distinct().Count());
        int Count(Split split, Label label) => result.Images.Count(i => i.Split == split && i.Label == label);
        Assert.Equal((4593, 4625), (Count(Split.Train, Label.Fractured), Count(Split.Train, Label.NotFractured)));
        Assert.Equal((336, 490), (Count(Split.Validation, Label.Fractured), Count(Split.Validation, Label.NotFractured)));
        Assert.Equal((237, 267), (Count(Split.Test, Label.Fractured), Count(Split.Test, Label.NotFractured)));
        Assert.All(result.Images, i => Assert.Equal(ImageFormat.Jpeg, i.Format));

        Assert.Equal(0, Builders.Index(DatasetCatalog.ResolveRoot(root!), result.Images).FilesRead);
    }

    private void Link(string relative, string target) => File.CreateSymbolicLink(folder[relative], target);
}
