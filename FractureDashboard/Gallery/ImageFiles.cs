using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Gallery;

/// <summary>An indexed image's file as it lies on the disk now.</summary>
/// <param name="FullPath">Where it is; below the data set's root, links resolved.</param>
/// <param name="ContentHash">The hash of its bytes when it was indexed.</param>
/// <param name="Format">Its format when it was indexed.</param>
/// <param name="IsAsIndexed">False when size or time say that the file has changed since, so that the hash no longer names its content.</param>
internal sealed record ImageFile(string FullPath, string ContentHash, ImageFormat Format, bool IsAsIndexed);

/// <summary>An image's file, or why there is none.</summary>
/// <param name="File">The file.</param>
/// <param name="IsIndexed">Whether the database knows the image at all.</param>
/// <param name="Problem">A sentence for a person.</param>
internal sealed record ImageFileLookup(ImageFile? File, bool IsIndexed, string? Problem);

/// <summary>Finds the files of indexed images. What it hands out lies below the data set's root, whatever the database says.</summary>
/// <param name="databases">The database.</param>
internal sealed class ImageFiles(IDbContextFactory<DashboardContext> databases)
{
    private static readonly ImageFileLookup Unknown = new(null, IsIndexed: false, "There is no such image. It may have been removed with its data set.");
    private static readonly ImageFileLookup Gone = new(null, IsIndexed: true, "The file is not there any more. Index the data set again.");
    private static readonly ImageFileLookup Outside = new(null, IsIndexed: true, "The file lies outside the data set's folder and is not shown. Index the data set again.");

    public async Task<ImageFileLookup> FindAsync(int imageId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var row = await db.Images.AsNoTracking()
            .Where(i => i.Id == imageId)
            .Join(db.Datasets, i => i.DatasetId, d => d.Id, (i, d) => new { d.Root, i.RelativePath, i.ContentHash, i.Format, i.Bytes, i.ModifiedUtc })
            .FirstOrDefaultAsync(cancellationToken);
        if (row is null)
        {
            return Unknown;
        }

        if (row.RelativePath.Contains('\0') || PhysicalPath.Resolve(row.Root) is not { } root)
        {
            return Gone;
        }

        if (PhysicalPath.Resolve(Path.Combine(root, row.RelativePath)) is not { } path || !PhysicalPath.IsBelow(path, root))
        {
            return Outside;
        }

        var info = new FileInfo(path);
        if (!info.Exists)
        {
            return Gone;
        }

        // The index keeps times to the millisecond.
        var unchanged = info.Length == row.Bytes && (info.LastWriteTimeUtc - row.ModifiedUtc).Duration() < TimeSpan.FromMilliseconds(1);
        return new(new ImageFile(path, row.ContentHash, row.Format, unchanged), IsIndexed: true, null);
    }
}
