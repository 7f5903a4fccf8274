using FractureDashboard.ML.Runtime;

namespace FractureDashboard.Tests.ML.Runtime;

public sealed class SystemMemoryTests
{
    [Fact]
    public void Some_memory_is_free_and_less_than_a_petabyte() => Assert.InRange(SystemMemory.AvailableBytes(), 1 << 20, 1L << 50);

    [Fact]
    public void The_kernels_estimate_is_read() =>
        Assert.Equal(1024L * 2000, SystemMemory.AvailableIn("MemTotal:       8000 kB\nMemFree:        100 kB\nMemAvailable:   2000 kB\n"));

    [Theory]
    [InlineData("1000\n", "700\n", "anon 5\ninactive_file 100\n", 400L)]
    [InlineData("1000\n", "1700\n", "", 0L)]
    [InlineData("max\n", "700\n", "inactive_file 100\n", null)]
    [InlineData(null, null, null, null)]
    public void A_containers_limit_is_read(string? limit, string? usage, string? statistics, long? left) =>
        Assert.Equal(left, SystemMemory.LeftInGroup(limit, usage, statistics));
}
