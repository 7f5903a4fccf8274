using System.Globalization;
using System.Text.Json;
using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;

namespace FractureDashboard.Jobs;

/// <summary>What was known of the quality of a run's data when it was launched.</summary>
/// <param name="ScanId">The newest completed scan.</param>
/// <param name="FinishedUtc">When it ended.</param>
/// <param name="Fingerprint">Of the images that it looked at.</param>
/// <param name="IsOutdated">True when the data set had changed since.</param>
/// <param name="Errors">Errors that nobody had asked not to hear of.</param>
/// <param name="Warnings">The same of warnings.</param>
/// <param name="Infos">The same of remarks.</param>
/// <param name="Leakage">What the folders' training split gave away of the held-out ones.</param>
/// <param name="Split">The same of the version trained on; null when that was the folders as they were.</param>
public sealed record RunQuality(
    int ScanId, DateTime? FinishedUtc, string Fingerprint, bool IsOutdated, int Errors, int Warnings, int Infos, LeakageCount? Leakage, SplitLeakage? Split)
{
    /// <summary>Reads the stored form.</summary>
    /// <param name="json">The value of <see cref="Run.QualityJson"/>.</param>
    /// <returns>Null when there was no scan, or another version of the program wrote something unreadable.</returns>
    public static RunQuality? Parse(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<RunQuality>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The same in words.</summary>
    /// <returns>A line for a table.</returns>
    public string Describe()
    {
        var leakage = Split is { } made ? (made.WithTwin, made.WithSource, made.HeldOut)
            : Leakage is { } found ? (found.WithTwin, found.WithSource, found.HeldOut)
            : ((int WithTwin, int WithSource, int HeldOut)?)null;
        var counts = string.Create(CultureInfo.InvariantCulture, $"{Errors:N0} errors, {Warnings:N0} warnings, {Infos:N0} remarks in scan {ScanId}{(IsOutdated ? ", of an earlier state" : "")}");
        return leakage is not { } l
            ? counts
            : string.Create(CultureInfo.InvariantCulture, $"{counts}; of {l.HeldOut:N0} validation and test images {l.WithTwin:N0} with an identical twin in train, {l.WithSource:N0} with their radiograph in train");
    }

    /// <summary>The form that is stored.</summary>
    /// <returns>JSON.</returns>
    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>Sums up the newest scan of a data set.</summary>
    internal static async Task<RunQuality?> ReadAsync(DashboardContext db, Dataset dataset, int version, CancellationToken cancellationToken)
    {
        if (await NewestScan.FindAsync(db, dataset.Id, cancellationToken) is not { } scan)
        {
            return null;
        }

        var split = version == dataset.Version ? null : SplitLeakage.Of(await VersionImages.LoadAsync(db, dataset, version, cancellationToken));
        return new(scan.Id, scan.FinishedUtc, scan.Fingerprint, scan.IsOutdated, scan.Errors, scan.Warnings, scan.Infos, LeakageOf(scan), split);
    }

    /// <summary>What a scan counted.</summary>
    /// <param name="scan">The scan.</param>
    /// <returns>Null when it is not completed or unreadable.</returns>
    public static LeakageCount? LeakageOf(QualityScanRow scan)
    {
        ArgumentNullException.ThrowIfNull(scan);
        try
        {
            return scan.LeakageJson is { } json ? JsonSerializer.Deserialize<LeakageCount>(json, JsonSerializerOptions.Web) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
