using FractureDashboard.ML.Datasets;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Storage;

/// <summary>Whether somebody who looked at the image agrees with an answer.</summary>
public enum FeedbackVerdict
{
    /// <summary>The decision is right.</summary>
    Agree = 1,

    /// <summary>The decision is wrong.</summary>
    Disagree = 2,

    /// <summary>It cannot be told from this image.</summary>
    Unsure = 3,
}

/// <summary>What somebody who looked at the image says of an answer.</summary>
public sealed class PredictionFeedback
{
    /// <summary>Longest comment, in UTF-16 units.</summary>
    public const int MaximumComment = 2000;

    /// <summary>The answer; it has one judgement at most.</summary>
    public int PredictionId { get; set; }

    public FeedbackVerdict Verdict { get; set; }

    /// <summary>What the image shows; null where that cannot be told.</summary>
    public Label? CorrectLabel { get; set; }

    /// <summary>Free words, perhaps none.</summary>
    public string Comment { get; set; } = "";

    public DateTime UpdatedUtc { get; set; }

    /// <summary>Keys, indices and relations.</summary>
    internal static void Configure(ModelBuilder modelBuilder) => modelBuilder.Entity<PredictionFeedback>(e =>
    {
        e.HasKey(f => f.PredictionId);
        e.Property(f => f.PredictionId).ValueGeneratedNever();
        e.Property(f => f.Comment).HasMaxLength(MaximumComment);
        e.HasOne<Prediction>().WithOne().HasForeignKey<PredictionFeedback>(f => f.PredictionId).OnDelete(DeleteBehavior.Cascade);
    });
}
