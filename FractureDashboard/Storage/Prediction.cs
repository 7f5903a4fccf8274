using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Storage;

/// <summary>An answer given for an uploaded image.</summary>
public sealed class Prediction
{
    public int Id { get; set; }

    /// <summary>The run whose weights answered; null once that run has been deleted.</summary>
    public int? RunId { get; set; }

    public required string RunName { get; set; }

    public required string WeightsHash { get; set; }

    /// <summary>The name the browser gave; shown, never used as a path.</summary>
    public required string FileName { get; set; }

    /// <summary>SHA-256 of the uploaded bytes; also the name of the kept file.</summary>
    public required string ContentHash { get; set; }

    public ImageFormat Format { get; set; }

    public long Bytes { get; set; }

    public int Width { get; set; }

    public int Height { get; set; }

    /// <summary>P(fractured), 0 to 1.</summary>
    public double Score { get; set; }

    /// <summary>Scores at or above it are called fractured.</summary>
    public double Threshold { get; set; }

    /// <summary>Milliseconds from decoded upload to answer, decoding included.</summary>
    public double Milliseconds { get; set; }

    public DateTime CreatedUtc { get; set; }

    /// <summary>The decision at the threshold.</summary>
    public bool IsFractured => Score >= Threshold;
}
