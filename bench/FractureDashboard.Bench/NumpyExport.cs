using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;

namespace FractureDashboard.Bench;

/// <summary>Writes what a training reads from the tensor cache as numpy arrays, so that another program can train on the same.</summary>
internal static class NumpyExport
{
    /// <summary>Writes <c>pixels.npy</c>, uint8 [N, S, S, 3], and <c>labels.npy</c>, uint8 [N].</summary>
    /// <param name="phantoms">The set, and the cache, which is built where it is missing.</param>
    /// <param name="images">Which images.</param>
    /// <param name="all">All images of the cache.</param>
    /// <param name="size">Side in pixels.</param>
    /// <param name="folder">Where to write; created when missing.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static void Write(
        Phantoms phantoms, IReadOnlyList<ImageRecord> images, IReadOnlyList<ImageRecord> all, int size, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        using var cache = new TensorCacheBuilder(new ImageDecoder()).Open(
            phantoms.Cache, phantoms.Root, all, size, PreprocessingOptions.Notebook, (_, _) => { }, cancellationToken);
        using var pixels = File.Create(Path.Combine(folder, "pixels.npy"));
        pixels.Write(NpyHeader.ForBytes(images.Count, size, size, cache.Channels));
        var row = new byte[cache.RowBytes];
        foreach (var image in images)
        {
            cache.CopyRow(cache.RowOf(image.ContentHash)!.Value, row);
            pixels.Write(row);
        }

        using var labels = File.Create(Path.Combine(folder, "labels.npy"));
        labels.Write(NpyHeader.ForBytes(images.Count));
        labels.Write([.. images.Select(i => i.Label == Label.Fractured ? (byte)1 : (byte)0)]);
    }
}
