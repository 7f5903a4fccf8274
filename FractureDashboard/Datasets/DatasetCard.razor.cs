using FractureDashboard.Jobs;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Datasets;

/// <summary>One data set in the list.</summary>
public sealed partial class DatasetCard
{
    [Parameter, EditorRequired]
    public required Dataset Dataset { get; set; }

    /// <summary>Images by split and class; empty until indexed.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<SplitCount> Counts { get; set; }

    /// <summary>What scans said of it; null when it was never scanned.</summary>
    [Parameter]
    public DatasetQuality? Quality { get; set; }

    /// <summary>How far the work on it has come.</summary>
    [Parameter]
    public DatasetProgress? Progress { get; set; }

    [Parameter]
    public EventCallback OnReindex { get; set; }

    [Parameter]
    public EventCallback OnRename { get; set; }

    [Parameter]
    public EventCallback OnRemove { get; set; }

    [Inject]
    public required LocalClock Clock { get; init; }

    private bool IsBusy => Dataset.State is DatasetState.Pending or DatasetState.Working;

    private string SkippedUrl => $"/datasets/{Dataset.Id}/skipped";
}
