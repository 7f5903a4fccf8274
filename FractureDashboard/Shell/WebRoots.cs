namespace FractureDashboard.Shell;

/// <summary>
/// Finds the static files: beside a published program, at the top of the repository for a build output.
/// </summary>
internal static class WebRoots
{
    /// <summary>The folder that configuration files are read from.</summary>
    public static string ContentRoot() => AppContext.BaseDirectory;

    /// <summary>The folder of the static files.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static string WebRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "wwwroot");
            if (File.Exists(Path.Combine(candidate, "css", "app.css")))
            {
                return candidate;
            }
        }

        throw new DirectoryNotFoundException($"The static files (wwwroot/css/app.css) were found neither in {AppContext.BaseDirectory} nor above it. Publish the program again.");
    }
}
