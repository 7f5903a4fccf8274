using FractureDashboard.Shell;
using Microsoft.Extensions.Configuration;

namespace FractureDashboard.Tests.Shell;

public sealed class LoopbackGuardTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5080")]
    [InlineData("http://localhost:5080")]
    [InlineData("http://[::1]:5080")]
    [InlineData("http://127.0.0.9:80")]
    public void Loopback_is_accepted(string url) => LoopbackGuard.RequireLoopback([url]);

    [Theory]
    [InlineData("http://0.0.0.0:5080")]
    [InlineData("http://*:5080")]
    [InlineData("http://+:5080")]
    [InlineData("http://192.168.1.4:5080")]
    [InlineData("http://[::]:5080")]
    [InlineData("http://example.org:5080")]
    public void An_address_others_can_reach_is_refused_with_its_reason(string url)
    {
        var error = Assert.Throws<InvalidOperationException>(() => LoopbackGuard.RequireLoopback(["http://127.0.0.1:1", url]));

        Assert.Contains("no sign-in", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Endpoints_of_Kestrel_are_addresses_too()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["urls"] = "http://127.0.0.1:1;http://127.0.0.1:2", ["Kestrel:Endpoints:Open:Url"] = "http://0.0.0.0:5080" })
            .Build();

        Assert.Equal(["http://127.0.0.1:1", "http://127.0.0.1:2", "http://0.0.0.0:5080"], LoopbackGuard.Addresses(configuration));
    }
}
