using FractureDashboard.Charts;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Runs.Comparison;

/// <summary>The curves of several runs over one another. Drawn once; later epochs are appended.</summary>
public sealed partial class CompareCurves
{
    private static readonly Func<RunEpoch, double?>[] Metrics = [e => e.ValidationLoss, e => e.ValidationAccuracy, e => e.TrainLoss, e => e.ValidationAuc];

    private readonly Chart?[] charts = new Chart?[Metrics.Length];
    private readonly object[] options = new object[Metrics.Length];
    private int drawn;

    /// <summary>The runs, one series each. Later values are ignored.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<Run> Runs { get; set; }

    /// <summary>The epochs so far, in the order of the runs.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<IReadOnlyList<RunEpoch>> Epochs { get; set; }

    /// <summary>Called once all charts are drawn.</summary>
    [Parameter]
    public EventCallback OnReady { get; set; }

    /// <summary>Appends epochs.</summary>
    /// <param name="epochs">Index of the run to its new epochs.</param>
    /// <returns>False when the browser did not take all of them; send them again.</returns>
    public async Task<bool> AppendAsync(IReadOnlyDictionary<int, IReadOnlyList<RunEpoch>> epochs)
    {
        for (var c = 0; c < charts.Length; c++)
        {
            var points = epochs.ToDictionary(e => e.Key, IReadOnlyList<double[]> (e) => Points(e.Value, Metrics[c]));
            if (charts[c] is null || !await charts[c]!.AppendAsync(points))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        for (var c = 0; c < options.Length; c++)
        {
            var metric = Metrics[c];
            options[c] = new
            {
                grid = new { left = 8, right = 24, top = 48, bottom = 24, containLabel = true },
                tooltip = new { trigger = "axis" },
                legend = new { top = 0, itemWidth = 36, textStyle = new { width = 110, overflow = "truncate" }, tooltip = new { show = true } },
                xAxis = new { type = "value", name = "epoch", nameLocation = "middle", nameGap = 24, min = 0, max = Runs.Max(r => r.Epochs), minInterval = 1 },
                yAxis = c is 1 or 3 ? (object)new { type = "value", max = 1, scale = true } : new { type = "value", min = 0 },
                series = Runs.Select((r, i) => new
                {
                    name = $"#{r.Id} {r.Name}",
                    type = "line",
                    symbol = RunKey.Symbol(i),
                    symbolSize = 7,
                    lineStyle = new { type = RunKey.Dash(i), width = 2 },
                    data = Points(Epochs[i], metric),
                }).ToArray(),
            };
        }
    }

    private static List<double[]> Points(IReadOnlyList<RunEpoch> epochs, Func<RunEpoch, double?> metric) =>
        [.. epochs.Where(e => metric(e) is not null).Select(e => new[] { e.Epoch, metric(e)!.Value })];

    private async Task DrawnAsync()
    {
        if (++drawn == charts.Length)
        {
            await OnReady.InvokeAsync();
        }
    }
}
