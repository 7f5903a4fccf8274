namespace FractureDashboard.Jobs;

/// <summary>Asks for room on the disk before much is written.</summary>
public static class DatasetDiskSpace
{
    // What must stay free for the database and everything else.
    private const long Reserve = 256_000_000;

    /// <summary>Whether so much more can be written to a folder's disk.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="bytes">What is to be written.</param>
    /// <returns>What is missing, or null when there is room.</returns>
    public static string? Problem(string folder, long bytes)
    {
        var usable = Math.Max(0, new DriveInfo(folder).AvailableFreeSpace - Reserve);
        return bytes <= usable
            ? null
            : $"Not enough space on the server's disk: {bytes / 1e9:N1} GB needed, {usable / 1e9:N1} GB usable in '{folder}'. Free some space, or start the dashboard with --data on a larger disk.";
    }
}
