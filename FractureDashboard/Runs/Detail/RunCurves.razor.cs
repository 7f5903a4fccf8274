using FractureDashboard.Charts;
using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Runs.Detail;

/// <summary>The three charts of a run. They are drawn once from the first read; everything after is appended.</summary>
public sealed partial class RunCurves
{
    private const int Charts = 3;

    private Chart? steps;
    private Chart? loss;
    private Chart? accuracy;
    private object stepOptions = new { };
    private object lossOptions = new { };
    private object accuracyOptions = new { };
    private int drawn;

    /// <summary>The first read. Later values are ignored; use <see cref="AppendAsync"/>.</summary>
    [Parameter, EditorRequired]
    public required RunDelta Initial { get; set; }

    /// <summary>Called once all charts are drawn.</summary>
    [Parameter]
    public EventCallback OnReady { get; set; }

    /// <summary>Appends what is new.</summary>
    /// <param name="delta">The news.</param>
    /// <returns>False when the browser did not take all of it; send it again.</returns>
    public async Task<bool> AppendAsync(RunDelta delta)
    {
        ArgumentNullException.ThrowIfNull(delta);
        return steps is not null && loss is not null && accuracy is not null
            && await steps.AppendAsync(new Dictionary<int, IReadOnlyList<double[]>> { [0] = StepPoints(delta.Steps) })
            && await loss.AppendAsync(EpochPoints(delta.Epochs, e => e.TrainLoss, e => e.ValidationLoss))
            && await accuracy.AppendAsync(EpochPoints(delta.Epochs, e => e.TrainAccuracy, e => e.ValidationAccuracy));
    }

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        var run = Initial.Run;
        stepOptions = new
        {
            grid = new { left = 8, right = 24, top = 16, bottom = 24, containLabel = true },
            tooltip = new { trigger = "axis" },
            xAxis = new { type = "value", name = "step", nameLocation = "middle", nameGap = 24, min = 0, max = "dataMax", minInterval = 1 },
            yAxis = new { type = "value", min = 0 },
            series = new[] { new { name = "loss (nats)", type = "line", showSymbol = false, lineStyle = new { width = 1.2 }, data = StepPoints(Initial.Steps) } },
        };
        var losses = EpochPoints(Initial.Epochs, e => e.TrainLoss, e => e.ValidationLoss);
        lossOptions = EpochOptions(run, losses, new { type = "value", min = 0 });
        var accuracies = EpochPoints(Initial.Epochs, e => e.TrainAccuracy, e => e.ValidationAccuracy);
        accuracyOptions = EpochOptions(run, accuracies, new { type = "value", max = 1, scale = true });
    }

    private static object EpochOptions(Run run, Dictionary<int, IReadOnlyList<double[]>> points, object yAxis) => new
    {
        grid = new { left = 8, right = 24, top = 36, bottom = 24, containLabel = true },
        tooltip = new { trigger = "axis" },
        legend = new { data = new[] { "train", "validation" }, top = 0 },
        xAxis = new { type = "value", name = "epoch", nameLocation = "middle", nameGap = 24, min = 0, max = run.Epochs, minInterval = 1 },
        yAxis,
        series = new object[]
        {
            new { name = "train", type = "line", symbol = "circle", symbolSize = 6, lineStyle = new { type = "dashed" }, data = points[0] },
            new { name = "validation", type = "line", symbol = "diamond", symbolSize = 8, lineStyle = new { type = "solid", width = 2.5 }, data = points[1] },
        },
    };

    private static List<double[]> StepPoints(IReadOnlyList<RunStep> steps) => [.. steps.Select(s => new[] { s.GlobalStep, s.Loss })];

    private static Dictionary<int, IReadOnlyList<double[]>> EpochPoints(IReadOnlyList<RunEpoch> epochs, Func<RunEpoch, double> train, Func<RunEpoch, double> validation) => new()
    {
        [0] = [.. epochs.Select(e => new[] { e.Epoch, train(e) })],
        [1] = [.. epochs.Select(e => new[] { e.Epoch, validation(e) })],
    };

    private async Task DrawnAsync()
    {
        if (++drawn == Charts)
        {
            await OnReady.InvokeAsync();
        }
    }
}
