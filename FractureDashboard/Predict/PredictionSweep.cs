using System.Data.Common;
using FractureDashboard.Storage;

namespace FractureDashboard.Predict;

/// <summary>At start, removes what an ended process left behind: half-received uploads and images without an answer.</summary>
/// <param name="paths">Where they lie.</param>
/// <param name="archive">Knows which images are still referred to.</param>
/// <param name="clock">The time.</param>
/// <param name="logger">The log.</param>
internal sealed partial class PredictionSweep(AppPaths paths, PredictionArchive archive, TimeProvider clock, ILogger<PredictionSweep> logger) : BackgroundService
{
    // No upload takes this long, so a second process on the same folder would not lose one.
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Everything up to the first await would hold up the start.
        await Task.Yield();
        try
        {
            var temporary = RemoveAbandoned();
            var images = await archive.SweepAsync(stoppingToken);
            if (temporary + images > 0)
            {
                LogSwept(temporary, images);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DbException)
        {
            // Left-overs only take up space; the next start tries again.
            LogFailed(e);
        }
    }

    private int RemoveAbandoned()
    {
        var limit = clock.GetUtcNow().UtcDateTime - Abandoned;
        var files = new[] { UploadReceiver.TemporaryPrefix, PredictionArchive.TemporaryPrefix }
            .SelectMany(prefix => Directory.EnumerateFiles(paths.Temporary, prefix + "*"))
            .Where(f => File.GetLastWriteTimeUtc(f) < limit)
            .ToList();
        files.ForEach(File.Delete);
        return files.Count;
    }

    [LoggerMessage(EventId = 5002, Level = LogLevel.Information, Message = "Removed {Temporary} abandoned uploads and {Images} images without an answer")]
    private partial void LogSwept(int temporary, int images);

    [LoggerMessage(EventId = 5003, Level = LogLevel.Warning, Message = "Left-overs of predictions could not be removed")]
    private partial void LogFailed(Exception exception);
}
