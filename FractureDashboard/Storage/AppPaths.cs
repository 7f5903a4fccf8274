namespace FractureDashboard.Storage;

/// <summary>Where the program keeps what it makes. Everything lies under one root, so that a backup is one folder.</summary>
public sealed class AppPaths
{
    /// <summary>Creates the folders that are missing.</summary>
    /// <param name="root">The data root; relative paths are taken from the current folder.</param>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public AppPaths(string root)
    {
        Root = Path.GetFullPath(root);
        foreach (var folder in new[] { Root, Datasets, Cache, Runs, Thumbnails, Predictions, Temporary, Weights })
        {
            Directory.CreateDirectory(folder);
        }
    }

    /// <summary>The root of all that follows.</summary>
    public string Root { get; }

    /// <summary>The SQLite database file.</summary>
    public string Database => Path.Combine(Root, "fracturedashboard.db");

    /// <summary>Data sets that the program itself unpacked or drew.</summary>
    public string Datasets => Path.Combine(Root, "datasets");

    /// <summary>Decoded images, shared by runs.</summary>
    public string Cache => Path.Combine(Root, "cache");

    /// <summary>One folder a run: checkpoints, weights, scores.</summary>
    public string Runs => Path.Combine(Root, "runs");

    /// <summary>Thumbnails by content hash.</summary>
    public string Thumbnails => Path.Combine(Root, "thumbnails");

    /// <summary>Uploaded images of the prediction history.</summary>
    public string Predictions => Path.Combine(Root, "predictions");

    /// <summary>Weights files that users brought, to start trainings from.</summary>
    public string Weights => Path.Combine(Root, "weights");

    /// <summary>Uploads on their way; on the same disk as the rest, so that a rename is atomic.</summary>
    public string Temporary => Path.Combine(Root, "tmp");

    /// <summary>What scans of a data set keep of its images, so that the next one need not decode them.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <returns>An absolute path; the folder need not exist.</returns>
    public string ScanCache(int datasetId) => Path.Combine(Cache, "scans", datasetId.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The folder of one run.</summary>
    /// <param name="runId">The run.</param>
    /// <returns>An absolute path.</returns>
    public string Run(int runId) => Path.Combine(Runs, runId.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
