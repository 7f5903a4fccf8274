namespace FractureDashboard.Bench;

/// <summary>A temporary folder that goes with this object, or one that is another's and stays.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo folder;
    private readonly bool stays;

    /// <summary>A new one.</summary>
    public ScratchFolder() => folder = Directory.CreateTempSubdirectory("fracturedashboard-bench-");

    /// <summary>Another's.</summary>
    /// <param name="path">Its path.</param>
    public ScratchFolder(string path)
    {
        folder = new DirectoryInfo(path);
        stays = true;
    }

    /// <summary>A path below it.</summary>
    public string Sub(string name) => Path.Combine(folder.FullName, name);

    public void Dispose()
    {
        if (!stays)
        {
            folder.Delete(recursive: true);
        }
    }
}
