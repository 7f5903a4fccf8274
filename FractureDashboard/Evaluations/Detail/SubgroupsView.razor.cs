using FractureDashboard.ML.Evaluation;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Evaluations.Detail;

/// <summary>Figures by group of images, worked out in the background: each draw of radiographs is repeated for each group.</summary>
public sealed partial class SubgroupsView : IDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(300);
    private static readonly BootstrapOptions Bootstrap = new(Draws: 500);

    private CancellationTokenSource working = new();
    private (JudgedImages? Judged, double Threshold, string Path) shown;
    private EvaluationMetrics? all;
    private IReadOnlyList<Subgroup>? groups;

    /// <summary>The images.</summary>
    [Parameter, EditorRequired]
    public required JudgedImages Judged { get; set; }

    /// <summary>The threshold, 0 to 1.</summary>
    [Parameter, EditorRequired]
    public double Threshold { get; set; }

    /// <summary>The page's query.</summary>
    [Parameter, EditorRequired]
    public required EvaluationQuery Query { get; set; }

    /// <summary>Tells of another query.</summary>
    [Parameter, EditorRequired]
    public EventCallback<EvaluationQuery> QueryChanged { get; set; }

    /// <inheritdoc />
    public void Dispose()
    {
        working.Cancel();
        working.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var wanted = (Judged, Threshold, Query.Path);
        if (shown == wanted)
        {
            return;
        }

        (shown, groups) = (wanted, null);
        await working.CancelAsync();
        working.Dispose();
        working = new CancellationTokenSource();
        var stop = working.Token;
        try
        {
            await Task.Delay(Rest, stop);
            (all, groups) = await Task.Run(() => Work(wanted, stop), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Another threshold, or another page, is wanted by now.
        }
    }

    private static (EvaluationMetrics All, IReadOnlyList<Subgroup> Groups) Work((JudgedImages Judged, double Threshold, string Path) of, CancellationToken cancellationToken) =>
    (
        EvaluationMetrics.Of(of.Judged.Set, of.Threshold, bootstrap: Bootstrap, cancellationToken: cancellationToken),
        Subgroups.Of(of.Judged.Set, SubgroupTags.Of(of.Judged.Images, of.Path), of.Threshold, bootstrap: Bootstrap, cancellationToken: cancellationToken));
}
