namespace FractureDashboard.Tests.Browser;

/// <summary>A dashboard started on an empty data folder, and a browser, shared by the tests of a class.</summary>
public sealed class DashboardFixture : IAsyncLifetime
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("fracturedashboard-browser-");
    private DashboardProcess? dashboard;
    private BrowserSession? browser;

    public BrowserSession Browser => browser ?? throw new InvalidOperationException("The browser did not start.");

    public DashboardProcess Dashboard => dashboard ?? throw new InvalidOperationException("The dashboard did not start.");

    /// <summary>An image of the demo set's test split.</summary>
    public string TestImage(string label) =>
        Directory.GetFiles(data.FullName, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .First(p => p.Contains(Path.Combine("test", label) + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    public async ValueTask InitializeAsync()
    {
        browser = await BrowserSession.StartAsync();
        dashboard = await DashboardProcess.StartAsync(data.FullName);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        if (dashboard is not null)
        {
            await dashboard.DisposeAsync();
        }

        data.Delete(recursive: true);
    }
}
