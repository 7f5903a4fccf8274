namespace FractureDashboard.ML.Datasets;

/// <summary>
/// A temporary folder beside its target. <see cref="Publish"/> renames it to the target in one step; disposed without
/// that, it vanishes.
/// </summary>
internal sealed class StagingFolder : IDisposable
{
    private readonly string target;
    private bool published;

    /// <summary>Names the folder and creates it.</summary>
    public StagingFolder(string target)
    {
        this.target = target;
        Path = $"{target}.partial-{Guid.NewGuid():N}";
        Directory.CreateDirectory(Path);
    }

    /// <summary>Where to write.</summary>
    public string Path { get; }

    /// <summary>Gives the folder its final name. An empty folder of that name gives way.</summary>
    public void Publish()
    {
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: false);
        }

        Directory.Move(Path, target);
        published = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!published && Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
