namespace FractureDashboard.Datasets;

/// <summary>Limits of uploads; the section <c>Datasets</c> of the configuration.</summary>
public sealed class DatasetUploadOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Datasets";

    /// <summary>The largest archive that can be uploaded, in bytes; 8 GiB unless configured.</summary>
    public long MaxUploadBytes { get; set; } = 8L << 30;
}
