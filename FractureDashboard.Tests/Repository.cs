namespace FractureDashboard.Tests;

/// <summary>Places around the tests.</summary>
internal static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>The reference radiographs beside the repository, or null where they are absent.</summary>
    public static string? ReferenceData
    {
        get
        {
            var path = Path.GetFullPath(Path.Combine(Root, "..", "shared", "data", "bone-fracture"));
            return Directory.Exists(path) ? path : null;
        }
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "FractureDashboard.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The repository's root was not found above the test folder.");
    }
}
