using System.Net;

namespace FractureDashboard.Shell;

/// <summary>
/// Patients' images are served without sign-in, so only this machine may ask. Refuses to start on any other address,
/// and answers only to host names that mean this machine (which stops DNS rebinding).
/// </summary>
internal static class LoopbackGuard
{
    /// <summary>The address listened on.</summary>
    public const string Address = "127.0.0.1";

    /// <summary>Host names accepted in a request.</summary>
    public static IReadOnlyList<string> Hosts { get; } = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>All addresses that a configuration names: endpoints of Kestrel override the usual ones.</summary>
    /// <param name="configuration">Of the whole application: files, environment, command line.</param>
    /// <returns>The addresses.</returns>
    public static IEnumerable<string> Addresses(IConfiguration configuration) =>
    [
        .. configuration["urls"]?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [],
        .. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"]).OfType<string>(),
    ];

    /// <summary>Stops a start whose configuration names an address that others can reach.</summary>
    /// <param name="urls">The addresses to listen on.</param>
    /// <exception cref="InvalidOperationException">One of them is not a loopback address.</exception>
    public static void RequireLoopback(IEnumerable<string> urls)
    {
        foreach (var url in urls)
        {
            var host = BindingAddress.Parse(url).Host;
            if (!string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
                && !(IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)))
            {
                throw new InvalidOperationException(
                    $"Refusing to listen on {url}: the dashboard has no sign-in, so it serves this machine only. Use http://127.0.0.1:PORT and an SSH tunnel to reach it from elsewhere.");
            }
        }
    }
}
