using FractureDashboard.Datasets;
using FractureDashboard.ML.Datasets;

namespace FractureDashboard.Tests.Datasets;

public sealed class DatasetRegistryTests
{
    [Fact]
    public async Task The_same_folder_is_refused_the_second_time_by_whatever_path()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var folder = TestImages.Tree(Path.Combine(room.Folder, "wrap", "set"));
        var link = Path.Combine(room.Folder, "link");
        Directory.CreateSymbolicLink(link, folder);
        await room.AddFolderAsync(folder, "First");

        foreach (var path in (string[])[folder + "/", $"\"{folder}\"", Path.Combine(room.Folder, "wrap"), link])
        {
            var result = await room.Registry.AddFolderAsync("Second", path, CancellationToken.None);
            Assert.Equal(RegistrationField.Source, result.Field);
            Assert.Contains("registered already as 'First'", result.Problem, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("set")]
    [InlineData("../set")]
    [InlineData("/no/such/folder")]
    public async Task A_path_that_leads_nowhere_is_refused_beside_its_field(string path)
    {
        await using var room = await DatasetRoom.CreateAsync();

        var folder = await room.Registry.AddFolderAsync("Set", path, CancellationToken.None);
        var zip = await room.Registry.AddZipAsync("Set", path, CancellationToken.None);

        Assert.Equal((null, RegistrationField.Source), (folder.Id, folder.Field));
        Assert.Equal((null, RegistrationField.Source), (zip.Id, zip.Field));
        Assert.Empty(room.Queued);
    }

    [Fact]
    public async Task Our_own_folder_is_refused()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var folder = TestImages.Tree(Path.Combine(room.Paths.Datasets, "x"));

        var result = await room.Registry.AddFolderAsync("Set", folder, CancellationToken.None);

        Assert.Contains("own data folder", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_splits_is_refused_with_what_is_expected()
    {
        await using var room = await DatasetRoom.CreateAsync();
        TestImages.Write(room.Folder, "set/a.png", TestImages.Png(1));

        var result = await room.Registry.AddFolderAsync("Set", Path.Combine(room.Folder, "set"), CancellationToken.None);

        Assert.Contains(DatasetLayoutException.Expected, result.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Röntgen")]
    [InlineData(" RÖNTGEN ")]
    public async Task A_name_is_unique_in_any_case(string name)
    {
        await using var room = await DatasetRoom.CreateAsync();
        await room.AddFolderAsync(TestImages.Tree(Path.Combine(room.Folder, "a")), "röntgen");

        var added = await room.Registry.AddPhantomAsync(name, new PhantomOptions(6, 1, 64), CancellationToken.None);

        Assert.Equal(RegistrationField.Name, added.Field);
        Assert.Contains("already", added.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Renaming_follows_the_same_rules_and_may_change_the_case()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var first = await room.AddFolderAsync(TestImages.Tree(Path.Combine(room.Folder, "a")), "first");
        await room.AddFolderAsync(TestImages.Tree(Path.Combine(room.Folder, "b")), "second");

        Assert.NotNull((await room.Registry.RenameAsync(first.Id, "Second", CancellationToken.None)).Problem);
        Assert.NotNull((await room.Registry.RenameAsync(first.Id, " ", CancellationToken.None)).Problem);
        Assert.NotNull((await room.Registry.RenameAsync(first.Id, new string('x', 121), CancellationToken.None)).Problem);
        Assert.Null((await room.Registry.RenameAsync(first.Id, " FIRST ", CancellationToken.None)).Problem);
        Assert.Equal("FIRST", (await room.FindAsync(first.Id)).Name);
    }

    [Theory]
    [InlineData(5, 64, RegistrationField.Images)]
    [InlineData(20_001, 64, RegistrationField.Images)]
    [InlineData(6, 63, RegistrationField.Size)]
    [InlineData(6, 1025, RegistrationField.Size)]
    public async Task A_drawing_out_of_range_is_refused_beside_its_field(int images, int size, RegistrationField field)
    {
        await using var room = await DatasetRoom.CreateAsync();

        Assert.Equal(field, (await room.Registry.AddPhantomAsync("Phantom", new PhantomOptions(images, 1, size), CancellationToken.None)).Field);
    }

    [Theory]
    [InlineData("/srv/x-rays/wrist", "wrist")]
    [InlineData("/srv/x-rays/wrist/", "wrist")]
    [InlineData("\"C:\\data\\wrist.zip\"", "wrist")]
    [InlineData("wrist.ZIP", "wrist")]
    [InlineData("/", "")]
    [InlineData("", "")]
    public void A_name_is_suggested_from_the_path(string path, string expected) => Assert.Equal(expected, DatasetNames.Suggest(path));
}
