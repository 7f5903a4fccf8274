using System.Text.Json;
using FractureDashboard.ML.Datasets;

namespace FractureDashboard.Jobs;

/// <summary>What a data set's files still have to be made from. Stored with the data set until they are in place.</summary>
/// <param name="ZipPath">An archive on this machine to unpack.</param>
/// <param name="IsUpload">True when the archive is our own temporary copy and goes with the import.</param>
/// <param name="Phantom">A synthetic set to draw.</param>
public sealed record DatasetSource(string? ZipPath, bool IsUpload, PhantomOptions? Phantom)
{
    /// <summary>Files to unpack from an archive.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="isUpload">True when it is our own temporary copy.</param>
    /// <returns>The source.</returns>
    public static DatasetSource Zip(string path, bool isUpload) => new(path, isUpload, null);

    /// <summary>Files to draw.</summary>
    /// <param name="options">What to draw.</param>
    /// <returns>The source.</returns>
    public static DatasetSource Draw(PhantomOptions options) => new(null, false, options);

    /// <summary>Reads the stored form.</summary>
    /// <param name="json">The stored form, or null.</param>
    /// <returns>The source; null when the files are in place.</returns>
    public static DatasetSource? Parse(string? json) => json is null ? null : JsonSerializer.Deserialize<DatasetSource>(json);

    /// <summary>The form that is stored.</summary>
    /// <returns>JSON.</returns>
    public string ToJson() => JsonSerializer.Serialize(this);
}
