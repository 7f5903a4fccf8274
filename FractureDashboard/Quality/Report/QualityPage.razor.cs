using System.Text.Json;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Quality;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FractureDashboard.Quality.Report;

/// <summary>Whether a data set is fit to train and to judge on, and why.</summary>
public sealed partial class QualityPage
{
    private ScanView? activity;
    private CheckCounts? counts;
    private LeakageCount? leakage;
    private string? counted;

    [Inject]
    public required ReportReader Reader { get; init; }

    [Inject]
    public required QualityQueue Queue { get; init; }

    [Inject]
    public required QualityActivities Activities { get; init; }

    [Inject]
    public required ISnackbar Snackbar { get; init; }

    /// <inheritdoc />
    protected override async Task LoadAsync(QualityHeader header)
    {
        activity = Activities.Find(header.Dataset.Id);
        if (header.Completed is not { } scan)
        {
            (counts, leakage, counted) = (null, null, null);
        }
        else if (counted != header.Stamp)
        {
            // A running scan says several times a second how far it is; the findings of the one before stay as they are.
            var read = await Reader.CountAsync(header, Leaving);
            if (ReferenceEquals(header, Header))
            {
                (counts, leakage, counted) = (read, scan.LeakageJson is { } json ? JsonSerializer.Deserialize<LeakageCount>(json) : null, header.Stamp);
            }
        }
    }

    private async Task StartAsync()
    {
        var started = await Queue.StartAsync(Id, Leaving);
        if (started.Problem is { } problem)
        {
            Snackbar.Add(problem, Severity.Warning);
        }

        await ReloadAsync();
    }

    private async Task CancelAsync()
    {
        if (Header?.Latest is { } scan)
        {
            await Queue.CancelAsync(scan.Id, Leaving);
            await ReloadAsync();
        }
    }
}
