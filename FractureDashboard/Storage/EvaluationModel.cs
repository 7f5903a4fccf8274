using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Storage;

/// <summary>Keys and indexes of evaluations and of what people concluded from them. They go with their run, or with their data set.</summary>
internal static class EvaluationModel
{
    public static void Configure(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Evaluation>(e =>
        {
            e.HasIndex(x => new { x.RunId, x.Id });
            e.HasIndex(x => new { x.DatasetId, x.DatasetVersion, x.Kind });
            e.HasIndex(x => x.State);
            e.HasOne<Run>().WithMany().HasForeignKey(x => x.RunId).OnDelete(DeleteBehavior.Cascade);
            e.HasOne<Dataset>().WithMany().HasForeignKey(x => x.DatasetId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<EvaluationScore>(e =>
        {
            e.HasKey(s => new { s.EvaluationId, s.RelativePath });
            e.HasOne<Evaluation>().WithMany().HasForeignKey(s => s.EvaluationId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<ChosenThreshold>(e =>
        {
            e.HasKey(t => t.RunId);
            e.HasOne<Run>().WithMany().HasForeignKey(t => t.RunId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<TestLook>(e =>
        {
            e.HasIndex(l => new { l.RunId, l.AtUtc });
            e.HasOne<Run>().WithMany().HasForeignKey(l => l.RunId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<LabelMark>(e =>
        {
            e.HasIndex(m => new { m.DatasetId, m.RelativePath }).IsUnique();
            e.HasOne<Dataset>().WithMany().HasForeignKey(m => m.DatasetId).OnDelete(DeleteBehavior.Cascade);
        });
    }
}
