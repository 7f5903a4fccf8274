using System.Text.Json;
using Bunit;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Quality.Impact;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace FractureDashboard.Tests.Quality;

/// <summary>The panel "What this does to your evaluation".</summary>
public sealed class EvaluationImpactTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly BunitContext context = new();
    private RunStore store = null!;
    private EvaluationQueue queue = null!;
    private int dataset;

    public async ValueTask InitializeAsync()
    {
        store = await RunStore.CreateAsync();
        queue = new EvaluationQueue(store.Databases, store.Jobs, store.Live, TimeProvider.System);
        dataset = await store.AddDatasetAsync(images: [("train/1", Split.Train, "a"), ("val/1", Split.Validation, "a"), ("test/1", Split.Test, "b")]);
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        context.Services.AddSingleton(store.Live).AddSingleton(queue).AddSingleton(new ImpactReader(store.Databases, store.Paths));
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        await store.DisposeAsync();
    }

    [Fact]
    public void Before_any_run_it_says_what_will_happen()
    {
        var panel = Show();

        panel.WaitForAssertion(() => Assert.Contains("1 of 2 validation and test images", panel.Find("[data-testid=impact-seen]").TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains("50.0 % of the images it is judged by", panel.Find("[data-testid=impact-ahead]").TextContent, StringComparison.Ordinal);
        Assert.Empty(panel.FindAll("[data-testid=impact-table]"));
    }

    [Fact]
    public async Task A_run_shows_its_numbers_and_is_evaluated_on_the_honest_split_by_a_click()
    {
        var run = await AddRunAsync(1);
        var honest = await AddRunAsync(2);
        await store.ChangeAsync(db =>
        {
            db.DatasetVersions.Add(new DatasetVersion { DatasetId = dataset, Number = 2, Name = "By source", Fingerprint = "h", Kind = DatasetVersionKind.HonestSplit, Manifest = VersionImages.Pack([]) });
            return Task.CompletedTask;
        });
        var panel = Show();

        panel.WaitForAssertion(() => Assert.Contains("100.0 % (34.2–100.0)", panel.Find($"[data-testid=impact-run-{run}]").TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains("trained on it", panel.Find($"[data-testid=impact-run-{honest}]").TextContent, StringComparison.Ordinal);
        Assert.Empty(panel.FindAll($"[data-testid=impact-evaluate-{honest}]"));
        Assert.Contains("Only a run trained on the honest split", panel.Find("[data-testid=impact-note]").TextContent, StringComparison.Ordinal);
        await panel.Find($"[data-testid=impact-evaluate-{run}]").ClickAsync();

        panel.WaitForAssertion(() => Assert.Contains("Waiting for its turn", panel.Find($"[data-testid=impact-run-{run}]").TextContent, StringComparison.Ordinal), Patience);
        var id = Assert.Single(store.Jobs.RunIds);

        // The worker ends it; the panel hears of it.
        EvaluationScore[] scores =
        [
            new() { RelativePath = "x", Label = Label.Fractured, Score = 0.9, ContentHash = "x", Group = "x", SharesSourceWithTrain = true },
            new() { RelativePath = "y", Label = Label.Fractured, Score = 0.1, ContentHash = "y", Group = "y" },
        ];
        var json = EvaluationSummary.Of(scores, []).ToJson();
        await store.ChangeAsync(db => db.Evaluations.Where(e => e.Id == id).ExecuteUpdateAsync(s => s.SetProperty(e => e.State, EvaluationState.Completed).SetProperty(e => e.SummaryJson, json)));
        store.Live.Signal(FractureDashboard.Live.Topics.Evaluations(run));

        panel.WaitForAssertion(() => Assert.Contains("1 of them seen in training; on the other 1: 0.0 %", panel.Find($"[data-testid=impact-run-{run}]").TextContent, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task Without_an_honest_split_the_way_to_one_is_shown()
    {
        await AddRunAsync(1);

        var panel = Show();

        panel.WaitForAssertion(() => Assert.NotNull(panel.Find($"a[href='/datasets/{dataset}/quality/split']")), Patience);
    }

    private IRenderedComponent<EvaluationImpact> Show() => context.Render<EvaluationImpact>(p => p.Add(c => c.DatasetId, dataset));

    private async Task<int> AddRunAsync(int version)
    {
        var id = await store.AddRunAsync(set: r => (r.DatasetId, r.DatasetVersion, r.WeightsHash) = (dataset, version, "w"));
        var folder = Directory.CreateDirectory(store.Paths.Run(id)).FullName;
        ImageRecord[] images = [Image("train/1", Split.Train, "a"), Image("val/1", Split.Validation, "a"), Image("test/1", Split.Test, "b")];
        await File.WriteAllBytesAsync(Path.Combine(folder, "manifest.json"), JsonSerializer.SerializeToUtf8Bytes(images));
        await store.ChangeAsync(db =>
        {
            db.RunScores.AddRange(
                new RunScore { RunId = id, RelativePath = "val/1", Split = Split.Validation, Label = Label.Fractured, Score = 0.8, HasTwinInTrain = true },
                new RunScore { RunId = id, RelativePath = "test/1", Split = Split.Test, Label = Label.NotFractured, Score = 0.2 });
            return Task.CompletedTask;
        });
        return id;
    }

    private static ImageRecord Image(string path, Split split, string hash) => new(path, split, Label.Fractured, 1, DateTime.UnixEpoch, hash, 8, 8, ImageFormat.Png);
}
