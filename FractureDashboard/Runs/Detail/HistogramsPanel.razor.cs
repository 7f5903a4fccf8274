using System.Globalization;
using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Runs.Detail;

/// <summary>Distributions of one array of weights, or one layer's output, at the ends of the epochs; a new epoch joins by itself.</summary>
public sealed partial class HistogramsPanel
{
    private const double Faintest = 0.15;

    private IReadOnlyList<HistogramSubject> subjects = [];
    private IReadOnlyList<EpochHistogram> epochs = [];
    private HistogramSubject? subject;
    private object drawing = new { };
    private long seen = -1;
    private int newest;

    /// <summary>The run as it stands.</summary>
    [Parameter, EditorRequired]
    public required Run Run { get; set; }

    [Inject]
    public required HistogramReader Reader { get; init; }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (seen == Run.LastSequence)
        {
            return;
        }

        seen = Run.LastSequence;
        var last = await Reader.NewestEpochAsync(Run.Id, CancellationToken.None);
        if (last == newest)
        {
            return;
        }

        newest = last;
        subjects = await Reader.SubjectsAsync(Run.Id, CancellationToken.None);
        await ChooseAsync(subject is not null && subjects.Contains(subject) ? subject : subjects.Count > 0 ? subjects[0] : null);
    }

    private async Task ChooseAsync(HistogramSubject? chosen)
    {
        var read = chosen is null ? [] : await Reader.ReadAsync(Run.Id, chosen, CancellationToken.None);
        if (read.Count > 0)
        {
            (subject, epochs, drawing) = (chosen, read, Draw(read));
        }
    }

    private static object Draw(IReadOnlyList<EpochHistogram> epochs) => new
    {
        grid = new { left = 8, right = 24, top = 16, bottom = 24, containLabel = true },
        xAxis = new { type = "value", name = "value", nameLocation = "middle", nameGap = 24, scale = true, splitLine = new { show = false } },
        yAxis = new { type = "value", min = 0, axisLine = new { onZero = false } },
        series = epochs.Select((e, i) => new
        {
            name = $"epoch {e.Epoch}",
            type = "line",
            tone = 0,
            showSymbol = false,
            silent = true,
            lineStyle = new { width = i == epochs.Count - 1 ? 2.2 : 1.2, opacity = epochs.Count == 1 ? 1 : Faintest + ((1 - Faintest) * i / (epochs.Count - 1)) },
            data = Density(e.Histogram),
        }).ToArray(),
    };

    // The bins of two epochs differ in width; densities can be compared, counts cannot.
    private static List<double[]> Density(ML.Training.Histogram histogram)
    {
        double total = histogram.Counts.Sum();
        var width = (histogram.Maximum - histogram.Minimum) / histogram.Counts.Count;
        return width <= 0 || total <= 0
            ? [[histogram.Minimum, 0], [histogram.Minimum, 1]]
            : [.. histogram.Counts.Select((c, i) => new[] { histogram.Minimum + ((i + 0.5) * width), c / total / width })];
    }

    private static string Text(HistogramSubject? subject) => subject is null ? "" : subject.IsActivation ? $"{subject.Name} (output)" : subject.Name;

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
