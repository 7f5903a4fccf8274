using System.CommandLine;
using System.Text.Json;
using FractureDashboard.Cli;
using FractureDashboard.Tests.Datasets;
using FractureDashboard.Tests.ML;

namespace FractureDashboard.Tests.Cli;

public sealed class ScanCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    [Fact]
    public async Task A_broken_file_in_a_data_set_is_listed_and_makes_the_exit_code_1()
    {
        var root = TestImages.Tree(folder.Sub("set"));
        TestImages.Write(root, "test/fractured/cut.jpg", TestImages.Of("jpg", 77)[..^40]);

        var code = await ScanAsync(folder.Path);

        Assert.Equal(ScanCommand.Found, code);
        Assert.Contains(root, output.ToString(), StringComparison.Ordinal);
        Assert.Matches(@"error +1  truncated", output.ToString());
        Assert.Contains("test/fractured/cut.jpg: truncated. ", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Of 8 validation and test images", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Looking at each file (13)", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error", ScanCommand.Clean)]
    [InlineData("none", ScanCommand.Clean)]
    [InlineData("warning", ScanCommand.Found)]
    [InlineData("info", ScanCommand.Found)]
    public async Task The_level_decides_what_fails(string level, int expected)
    {
        // A sound picture under a wrong name: a warning, and no error.
        TestImages.Write(folder.Path, "pictures/real.jpg", DrawnPng());

        Assert.Equal(expected, await ScanAsync(folder.Path, "--fail-on", level));
    }

    [Fact]
    public async Task Errors_do_not_fail_a_scan_that_is_to_fail_on_none()
    {
        TestImages.Write(folder.Path, "empty.png", []);

        Assert.Equal(ScanCommand.Clean, await ScanAsync(folder.Path, "--fail-on", "none"));
        Assert.Contains("empty.png: empty. ", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sound_file_alone_is_clean()
    {
        var path = TestImages.Write(folder.Path, "one.png", DrawnPng());

        Assert.Equal(ScanCommand.Clean, await ScanAsync(path));
        Assert.Contains("files: 1,", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_alone_goes_to_the_output_and_holds_every_finding()
    {
        var root = TestImages.Tree(folder.Sub("set"));
        var copy = File.ReadAllBytes(Path.Combine(root, "train/fractured/a.png"));
        TestImages.Write(root, "test/fractured/copy.png", copy);
        TestImages.Write(root, "val/unfractured/empty.png", []);

        var code = await ScanAsync(root, "--json");

        Assert.Equal(ScanCommand.Found, code);
        using var json = JsonDocument.Parse(output.ToString());
        var all = json.RootElement;
        Assert.Equal((1, root, true, 14), (all.GetProperty("version").GetInt32(), all.GetProperty("path").GetString(), all.GetProperty("isDataset").GetBoolean(), all.GetProperty("files").GetInt32()));
        Assert.Equal((9, 1), (all.GetProperty("leakage").GetProperty("heldOut").GetInt32(), all.GetProperty("leakage").GetProperty("withTwin").GetInt32()));
        Assert.Equal(JsonValueKind.Null, all.GetProperty("leakage").GetProperty("withSource").ValueKind);
        var findings = all.GetProperty("findings").EnumerateArray().ToList();
        var empty = Assert.Single(findings, f => f.GetProperty("code").GetString() == "empty");
        Assert.Equal(
            ("error", "val/unfractured/empty.png", "validation", "not-fractured"),
            (empty.GetProperty("severity").GetString(), empty.GetProperty("path").GetString(), empty.GetProperty("split").GetString(), empty.GetProperty("label").GetString()));
        var copies = findings.Where(f => f.GetProperty("code").GetString() == "exact-duplicate-across-splits").ToList();
        Assert.Equal(2, copies.Count);
        Assert.Single(copies.Select(f => f.GetProperty("group").GetString()).Distinct());
        Assert.Equal(64, copies[0].GetProperty("hash").GetString()!.Length);
        Assert.Equal(findings.Count, all.GetProperty("rules").EnumerateArray().Sum(r => r.GetProperty("findings").GetInt32()));
        Assert.Equal(findings.Count, all.GetProperty("counts").EnumerateObject().Sum(c => c.Value.GetInt32()));
    }

    [Fact]
    public async Task The_same_files_give_the_same_json()
    {
        var root = TestImages.Tree(folder.Sub("set"));
        await ScanAsync(root, "--json");
        var first = output.ToString();
        output.GetStringBuilder().Clear();

        await ScanAsync(root, "--json");

        Assert.Equal(first, output.ToString());
    }

    [Fact]
    public async Task A_list_of_findings_is_written_and_replaced_but_nothing_else_is()
    {
        TestImages.Write(folder.Path, "set/=1+1, \"x\".png", []);
        var csv = folder.Sub("findings.csv");
        await ScanAsync(folder.Sub("set"), "--csv", csv);
        var lines = await File.ReadAllLinesAsync(csv);
        Assert.Equal("code,severity,path,split,label,hash,group,score,evidence", lines[0]);
        Assert.StartsWith("empty,error,\"'=1+1, \"\"x\"\".png\",,,", lines[1], StringComparison.Ordinal);

        Assert.Equal(ScanCommand.Found, await ScanAsync(folder.Sub("set"), "--csv", csv));
        Assert.Equal(lines, await File.ReadAllLinesAsync(csv));

        await File.WriteAllTextAsync(csv, "mine");
        Assert.Equal(ScanCommand.Unusable, await ScanAsync(folder.Sub("set"), "--csv", csv));
        Assert.Equal("mine", await File.ReadAllTextAsync(csv));
        Assert.Equal(["findings.csv", "set"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_scanned_is_told_from_findings()
    {
        Directory.CreateDirectory(folder.Sub("nothing"));

        Assert.Equal(ScanCommand.Unusable, await ScanAsync(folder.Sub("missing")));
        Assert.Contains("does not exist", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ScanCommand.Unusable, await ScanAsync(folder.Sub("nothing")));
        Assert.Equal(ScanCommand.Unusable, await ScanAsync(folder.Path, "--fail-on", "everything"));
        Assert.Equal(ScanCommand.Unusable, await RunAsync("scan"));
        Assert.Equal(ScanCommand.Unusable, await ScanAsync(folder.Path, "--csv", folder.Sub("no/such/folder.csv")));
    }

    public void Dispose()
    {
        folder.Dispose();
        output.Dispose();
        error.Dispose();
    }

    private Task<int> ScanAsync(string path, params string[] more) => RunAsync(["scan", path, "--no-sources", .. more]);

    private Task<int> RunAsync(params string[] arguments) => CommandLine.RunAsync(arguments, new InvocationConfiguration { Output = output, Error = error });

    // Large and lively enough to please every rule about pictures.
    private static byte[] DrawnPng()
    {
        using var noise = NetVips.Image.Gaussnoise(256, 256, sigma: 40, mean: 120, seed: 1);
        using var bytes = noise.Cast(NetVips.Enums.BandFormat.Uchar);
        using var image = bytes.Copy(interpretation: NetVips.Enums.Interpretation.Bw);
        return image.PngsaveBuffer();
    }
}
