namespace FractureDashboard.Shell;

/// <summary>How the dashboard is served.</summary>
/// <param name="Port">Port on the loopback address; 0 lets the system choose.</param>
/// <param name="DataRoot">Folder for everything the program keeps.</param>
/// <param name="CreateDemo">Whether an empty database gets the synthetic demo data set.</param>
/// <param name="DemoImages">Images of the demo data set.</param>
/// <param name="ScanNewData">Whether data sets that are new or have changed are scanned without being asked.</param>
public sealed record ServeOptions(int Port, string DataRoot, bool CreateDemo = true, int DemoImages = 600, bool ScanNewData = true)
{
    /// <summary>The port when none is given.</summary>
    public const int DefaultPort = 5080;

    /// <summary>The data folder when none is given.</summary>
    public const string DefaultData = "data";
}
