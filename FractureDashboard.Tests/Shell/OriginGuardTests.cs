using FractureDashboard.Shell;
using Microsoft.AspNetCore.Http;

namespace FractureDashboard.Tests.Shell;

public sealed class OriginGuardTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData("http://127.0.0.1:5080", false)]
    [InlineData("HTTP://127.0.0.1:5080", false)]
    [InlineData("http://evil.example", true)]
    [InlineData("http://127.0.0.1:9999", true)]
    [InlineData("https://127.0.0.1:5080", true)]
    [InlineData("http://127.0.0.1:5080.evil.example", true)]
    [InlineData("null", true)]
    public void A_request_is_foreign_when_it_names_another_origin_than_its_host(string? origin, bool expected)
    {
        var request = new DefaultHttpContext().Request;
        request.Scheme = "http";
        request.Host = new HostString("127.0.0.1", 5080);
        if (origin is not null)
        {
            request.Headers.Origin = origin;
        }

        Assert.Equal(expected, OriginGuard.IsForeign(request));
    }
}
