using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Storage;

/// <summary>Keys and indexes of what scans leave behind. All of it goes with the data set.</summary>
internal static class QualityModel
{
    public static void Configure(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<QualityScanRow>(e =>
        {
            e.ToTable("QualityScans");
            e.HasIndex(s => new { s.DatasetId, s.Id });
            e.HasOne<Dataset>().WithMany().HasForeignKey(s => s.DatasetId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<QualityFindingRow>(e =>
        {
            e.ToTable("QualityFindings");
            e.HasIndex(f => new { f.ScanId, f.Rule, f.GroupKey, f.RelativePath });
            e.HasIndex(f => new { f.ScanId, f.RelativePath });
            e.HasOne<QualityScanRow>().WithMany().HasForeignKey(f => f.ScanId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<QualityFactsRow>(e =>
        {
            e.ToTable("QualityFacts");
            e.HasKey(f => new { f.DatasetId, f.RelativePath });
            e.HasOne<Dataset>().WithMany().HasForeignKey(f => f.DatasetId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<QualityIgnore>(e =>
        {
            e.HasIndex(i => new { i.DatasetId, i.Rule, i.RelativePath }).IsUnique();
            e.HasOne<Dataset>().WithMany().HasForeignKey(i => i.DatasetId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<ImageSource>(e =>
        {
            e.HasKey(s => new { s.DatasetId, s.ContentHash });
            e.HasIndex(s => new { s.DatasetId, s.Source });
            e.HasOne<Dataset>().WithMany().HasForeignKey(s => s.DatasetId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<ImageCorrection>(e =>
        {
            e.HasIndex(c => new { c.DatasetId, c.RelativePath });
            e.HasOne<Dataset>().WithMany().HasForeignKey(c => c.DatasetId).OnDelete(DeleteBehavior.Cascade);
        });
    }
}
