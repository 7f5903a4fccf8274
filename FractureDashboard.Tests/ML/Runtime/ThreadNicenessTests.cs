using System.Globalization;
using FractureDashboard.ML.Runtime;

namespace FractureDashboard.Tests.ML.Runtime;

public sealed class ThreadNicenessTests
{
    [Fact]
    public void The_calling_thread_and_those_it_starts_step_back_and_no_other()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("nice values are Linux'");
        }

        int mine = 0, child = 0;
        var thread = new Thread(() =>
        {
            Assert.True(ThreadNiceness.Lower());
            mine = Nice();
            var started = new Thread(() => child = Nice());
            started.Start();
            started.Join();
        });
        var before = Nice();
        thread.Start();
        thread.Join();

        Assert.Equal((10, 10, before), (mine, child, Nice()));
    }

    // proc(5): the 19th field of stat; the second, the name, ends with the last parenthesis.
    private static int Nice()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }
}
