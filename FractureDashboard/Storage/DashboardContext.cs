using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace FractureDashboard.Storage;

/// <summary>The database. A context lives for one operation; take it from the factory.</summary>
/// <param name="options">Provider and connection.</param>
public sealed class DashboardContext(DbContextOptions<DashboardContext> options) : DbContext(options)
{
    public DbSet<Dataset> Datasets => Set<Dataset>();

    public DbSet<DatasetVersion> DatasetVersions => Set<DatasetVersion>();

    public DbSet<DatasetImage> Images => Set<DatasetImage>();

    public DbSet<DatasetSkippedFile> SkippedFiles => Set<DatasetSkippedFile>();

    public DbSet<QualityScanRow> QualityScans => Set<QualityScanRow>();

    public DbSet<QualityFindingRow> QualityFindings => Set<QualityFindingRow>();

    public DbSet<QualityFactsRow> QualityFacts => Set<QualityFactsRow>();

    public DbSet<QualityIgnore> QualityIgnores => Set<QualityIgnore>();

    public DbSet<ImageSource> ImageSources => Set<ImageSource>();

    public DbSet<ImageCorrection> ImageCorrections => Set<ImageCorrection>();

    public DbSet<Evaluation> Evaluations => Set<Evaluation>();

    public DbSet<EvaluationScore> EvaluationScores => Set<EvaluationScore>();

    public DbSet<ChosenThreshold> ChosenThresholds => Set<ChosenThreshold>();

    public DbSet<TestLook> TestLooks => Set<TestLook>();

    public DbSet<LabelMark> LabelMarks => Set<LabelMark>();

    public DbSet<Run> Runs => Set<Run>();

    public DbSet<RunEpoch> RunEpochs => Set<RunEpoch>();

    public DbSet<RunStep> RunSteps => Set<RunStep>();

    public DbSet<RunHistograms> RunHistograms => Set<RunHistograms>();

    public DbSet<RunLog> RunLogs => Set<RunLog>();

    public DbSet<RunScore> RunScores => Set<RunScore>();

    public DbSet<Prediction> Predictions => Set<Prediction>();

    public DbSet<PredictionFeedback> PredictionFeedbacks => Set<PredictionFeedback>();

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        ArgumentNullException.ThrowIfNull(configurationBuilder);
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcConverter>();
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<Dataset>(e => e.HasIndex(d => d.Name).IsUnique());

        modelBuilder.Entity<DatasetVersion>(e =>
        {
            e.HasIndex(v => new { v.DatasetId, v.Number }).IsUnique();
            e.HasOne<Dataset>().WithMany().HasForeignKey(v => v.DatasetId).OnDelete(DeleteBehavior.Cascade);
        });

        modelBuilder.Entity<DatasetImage>(e =>
        {
            e.HasIndex(i => new { i.DatasetId, i.RelativePath }).IsUnique();
            e.HasIndex(i => new { i.DatasetId, i.Split, i.Label, i.RelativePath });
            e.HasIndex(i => new { i.DatasetId, i.ContentHash });
            e.HasOne<Dataset>().WithMany().HasForeignKey(i => i.DatasetId).OnDelete(DeleteBehavior.Cascade);
        });

        modelBuilder.Entity<DatasetSkippedFile>(e =>
        {
            e.HasIndex(s => new { s.DatasetId, s.RelativePath });
            e.HasOne<Dataset>().WithMany().HasForeignKey(s => s.DatasetId).OnDelete(DeleteBehavior.Cascade);
        });

        QualityModel.Configure(modelBuilder);
        EvaluationModel.Configure(modelBuilder);
        PredictionFeedback.Configure(modelBuilder);
        modelBuilder.Entity<Run>(e =>
        {
            e.HasIndex(r => r.State);
            e.HasIndex(r => r.CreatedUtc);
            e.HasOne<Dataset>().WithMany().HasForeignKey(r => r.DatasetId).OnDelete(DeleteBehavior.SetNull);
        });

        modelBuilder.Entity<RunEpoch>().HasKey(x => new { x.RunId, x.Epoch });
        modelBuilder.Entity<RunStep>().HasKey(x => new { x.RunId, x.Sequence });
        modelBuilder.Entity<RunHistograms>().HasKey(x => new { x.RunId, x.Epoch });
        modelBuilder.Entity<RunLog>().HasKey(x => new { x.RunId, x.Sequence });
        modelBuilder.Entity<RunScore>().HasKey(x => new { x.RunId, x.RelativePath });
        modelBuilder.Entity<RunEpoch>().HasOne<Run>().WithMany().HasForeignKey(x => x.RunId).OnDelete(DeleteBehavior.Cascade);
        modelBuilder.Entity<RunStep>().HasOne<Run>().WithMany().HasForeignKey(x => x.RunId).OnDelete(DeleteBehavior.Cascade);
        modelBuilder.Entity<RunHistograms>().HasOne<Run>().WithMany().HasForeignKey(x => x.RunId).OnDelete(DeleteBehavior.Cascade);
        modelBuilder.Entity<RunLog>().HasOne<Run>().WithMany().HasForeignKey(x => x.RunId).OnDelete(DeleteBehavior.Cascade);
        modelBuilder.Entity<RunScore>().HasOne<Run>().WithMany().HasForeignKey(x => x.RunId).OnDelete(DeleteBehavior.Cascade);

        modelBuilder.Entity<Prediction>(e =>
        {
            e.HasIndex(p => p.CreatedUtc);
            e.HasOne<Run>().WithMany().HasForeignKey(p => p.RunId).OnDelete(DeleteBehavior.SetNull);
        });
    }

    // SQLite hands times back without a kind; they are UTC by our own rule.
    private sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(
        v => v.ToUniversalTime(),
        v => DateTime.SpecifyKind(v, DateTimeKind.Utc));
}
