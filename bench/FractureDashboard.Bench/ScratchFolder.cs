namespace FractureDashboard.Bench;

/// <summary>A temporary folder that goes with this object.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fracturedashboard-bench-");

    /// <summary>A path below it.</summary>
    public string Sub(string name) => Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);
}
