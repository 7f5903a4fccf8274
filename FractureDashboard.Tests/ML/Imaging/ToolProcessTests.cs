using System.Text;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Tests.ML.Imaging;

public sealed class ToolProcessTests
{
    private const long Plenty = 1 << 20;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    public ToolProcessTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "the programs of this test are those of Linux");

    [Fact]
    public async Task A_program_gets_no_environment()
    {
        var output = await RunAsync("/usr/bin/env");

        Assert.True(output.IsSuccess);
        Assert.Empty(output.Output);
    }

    [Fact]
    public async Task A_program_works_in_a_folder_of_its_own_that_goes_with_it()
    {
        var folder = Encoding.UTF8.GetString((await RunAsync("/bin/pwd")).Output).Trim();

        Assert.StartsWith(Path.GetTempPath(), folder, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Arguments_reach_the_program_as_they_are()
    {
        const string Argument = "a b; echo $HOME `id` \"x\" *";

        Assert.Equal(Argument, Encoding.UTF8.GetString((await RunAsync("/usr/bin/printf", "%s", Argument)).Output));
    }

    [Fact]
    public async Task A_program_that_takes_too_long_is_stopped()
    {
        var output = await ToolProcess.RunAsync("/bin/sleep", ["60"], Plenty, TimeSpan.FromSeconds(0.5), CancellationToken.None);

        Assert.Equal(ToolEnd.TimedOut, output.End);
    }

    [Fact]
    public async Task A_program_that_writes_too_much_is_stopped() => Assert.Equal(ToolEnd.TooMuchOutput, (await RunAsync("/usr/bin/yes")).End);

    [Fact]
    public async Task A_program_may_not_write_a_file()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/prlimit"), "prlimit is not installed");

        Assert.False((await RunAsync("/bin/cp", "/bin/pwd", "copy")).IsSuccess);
    }

    [Fact]
    public async Task A_program_that_is_not_there_or_fails_says_so()
    {
        Assert.False((await RunAsync("/usr/bin/no-such-program")).IsSuccess);
        Assert.False((await RunAsync("/bin/false")).IsSuccess);
    }

    [Fact]
    public async Task Cancelling_ends_the_program()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(0.3));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ToolProcess.RunAsync("/bin/sleep", ["60"], Plenty, Long, cancellation.Token));
    }

    private static Task<ToolOutput> RunAsync(string program, params string[] arguments) =>
        ToolProcess.RunAsync(program, arguments, Plenty, Long, CancellationToken.None);
}
