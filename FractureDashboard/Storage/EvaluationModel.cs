using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Storage;

/// <summary>Keys and indexes of evaluations. They go with their run, and with their data set.</summary>
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
    }
}
