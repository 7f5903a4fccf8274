namespace FractureDashboard.ML.Imaging;

/// <summary>Where DCMTK's programs are, which read DICOM files for us.</summary>
/// <param name="folders">The folders to look in.</param>
public sealed class DicomTools(IReadOnlyList<string> folders)
{
    /// <summary>What to say where they are not installed.</summary>
    public const string Missing =
        "DICOM files are read by DCMTK, which is not installed on this machine. Install it (Debian, Ubuntu: apt-get install dcmtk; macOS: brew install dcmtk), or export the image as PNG.";

    /// <summary>Looks in the search path and the usual places.</summary>
    public DicomTools()
        : this([.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries), "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"])
    {
    }

    /// <summary>Whether all of them are there.</summary>
    public bool AreInstalled => Dump is not null && Renderer is not null && JpegLsRenderer is not null;

    /// <summary>Prints the header.</summary>
    internal string? Dump => Find("dcmdump");

    /// <summary>Renders images without compression, run-length encoded, or as JPEG.</summary>
    internal string? Renderer => Find("dcmj2pnm");

    /// <summary>Renders images compressed as JPEG-LS.</summary>
    internal string? JpegLsRenderer => Find("dcml2pnm");

    private string? Find(string program)
    {
        var name = OperatingSystem.IsWindows() ? program + ".exe" : program;
        return folders.Where(Path.IsPathFullyQualified).Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
    }
}
