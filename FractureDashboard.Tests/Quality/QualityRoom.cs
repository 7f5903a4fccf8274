using System.Security.Cryptography;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Datasets;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Quality;

/// <summary>What tests of actions put into a data set: scans, findings, sources.</summary>
internal static class QualityRoom
{
    /// <summary>The data set of <see cref="TestImages.Tree"/>: twelve images, two in each split and class.</summary>
    public static async Task<Dataset> AddTreeAsync(this DatasetRoom room) => await room.AddFolderAsync(TestImages.Tree(Path.Combine(room.Folder, "set")));

    public static async Task ChangeAsync(this DatasetRoom room, Func<DashboardContext, Task> change)
    {
        await using var db = await room.OpenAsync();
        await change(db);
        await db.SaveChangesAsync();
    }

    /// <summary>A completed scan of the data set as it is, with findings.</summary>
    public static async Task<int> AddScanAsync(this DatasetRoom room, Dataset dataset, params (QualityRule Rule, QualitySeverity Severity, string Path)[] findings)
    {
        await using var db = await room.OpenAsync();
        var scan = new QualityScanRow
        {
            DatasetId = dataset.Id,
            DatasetVersion = dataset.Version,
            Fingerprint = dataset.Fingerprint,
            State = ScanState.Completed,
            CreatedUtc = DateTime.UtcNow,
            FinishedUtc = DateTime.UtcNow,
            Errors = findings.Count(f => f.Severity == QualitySeverity.Error),
            Warnings = findings.Count(f => f.Severity == QualitySeverity.Warning),
            Infos = findings.Count(f => f.Severity == QualitySeverity.Info),
        };
        db.QualityScans.Add(scan);
        await db.SaveChangesAsync();
        db.QualityFindings.AddRange(findings.Select(f => new QualityFindingRow { ScanId = scan.Id, Rule = f.Rule, Severity = f.Severity, RelativePath = f.Path, Evidence = "Seen." }));
        await db.SaveChangesAsync();
        return scan.Id;
    }

    public static async Task<QualityScanRow> ScanAsync(this DatasetRoom room, int scanId)
    {
        await using var db = await room.OpenAsync();
        return await db.QualityScans.AsNoTracking().SingleAsync(s => s.Id == scanId);
    }

    /// <summary>Names the source of every indexed image by a rule.</summary>
    public static async Task AddSourcesAsync(this DatasetRoom room, Dataset dataset, Func<DatasetImage, string> source)
    {
        var images = await room.ImagesAsync(dataset.Id);
        await room.ChangeAsync(db =>
        {
            db.ImageSources.AddRange(images.DistinctBy(i => i.ContentHash).Select(i => new ImageSource { DatasetId = dataset.Id, ContentHash = i.ContentHash, Source = source(i), Confidence = 0.9 }));
            return Task.CompletedTask;
        });
    }

    /// <summary>The hashes of all files below a folder but for the quarantine's own, by relative path.</summary>
    public static SortedDictionary<string, string> Hashes(string folder)
    {
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => !f.Contains(Quarantine.FolderName, StringComparison.Ordinal)))
        {
            hashes[Path.GetRelativePath(folder, file).Replace('\\', '/')] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
        }

        return hashes;
    }
}
