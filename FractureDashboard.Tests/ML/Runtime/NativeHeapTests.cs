using System.Diagnostics;
using FractureDashboard.ML.Runtime;
using FractureDashboard.Tests.Browser;
using FractureDashboard.Tests.ML.Datasets;

namespace FractureDashboard.Tests.ML.Runtime;

/// <summary>The real program, since glibc takes the settings at the start of a process only.</summary>
public sealed class NativeHeapTests
{
    [Fact]
    public async Task The_program_serves_with_its_arguments_on_a_heap_that_keeps_its_pages()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only glibc has these settings");
        using var folder = new TempFolder();
        await using var dashboard = await DashboardProcess.StartAsync(folder.Path, ["--no-demo"]);

        var variables = (await File.ReadAllTextAsync($"/proc/{dashboard.Id}/environ", TestContext.Current.CancellationToken)).Split('\0');

        Assert.Contains("MALLOC_MMAP_MAX_=0", variables);
        Assert.Contains("MALLOC_ARENA_MAX=1", variables);
        Assert.Contains("THP_MEM_ALLOC_ENABLE=1", variables);
    }

    [Theory]
    [InlineData("system", "--help", 0, "--no-demo")]
    [InlineData("", "--help", 0, "--no-demo")]
    [InlineData("", "--port=a b", 1, "'a b'")]
    [InlineData("", "--port=70000", 1, "between 1 and 65535")]
    public async Task Output_arguments_and_exit_code_are_the_programs_own(string heap, string argument, int exitCode, string says)
    {
        var start = new ProcessStartInfo("dotnet", [DashboardProcess.Program(), argument]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment[NativeHeap.Variable] = heap;

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains(says, output + await errors, StringComparison.Ordinal);
        Assert.Equal(exitCode, process.ExitCode);
    }
}
