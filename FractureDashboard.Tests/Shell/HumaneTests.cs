using FractureDashboard.Shell;

namespace FractureDashboard.Tests.Shell;

public sealed class HumaneTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(5L << 30, "5 GiB")]
    public void Bytes_have_a_unit(long bytes, string expected) => Assert.Equal(expected, Humane.Bytes(bytes));

    [Theory]
    [InlineData(0.25, "250 ms")]
    [InlineData(3.21, "3.2 s")]
    [InlineData(59, "59 s")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(7260, "2 h 1 min")]
    [InlineData(-3, "0 s")]
    public void Durations_have_two_units_at_most(double seconds, string expected) =>
        Assert.Equal(expected, Humane.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Missing_numbers_show_a_dash()
    {
        Assert.Equal("–", Humane.Percent(null));
        Assert.Equal("–", Humane.Loss(null));
    }
}
