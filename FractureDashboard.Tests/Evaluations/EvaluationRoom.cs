using Bunit;
using FractureDashboard.Evaluations;
using FractureDashboard.Evaluations.Detail;
using FractureDashboard.Evaluations.Listing;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Runs;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace FractureDashboard.Tests.Evaluations;

/// <summary>
/// A run with a complete evaluation of known scores: ten validation images, of which one fracture is missed and one image without is
/// called fractured at 0.5, and four test images, one of them a twin of a training image.
/// </summary>
public sealed class EvaluationRoom : IAsyncDisposable
{
    private static readonly (double Score, Label Label)[] Validation =
    [
        (0.9, Label.Fractured), (0.8, Label.Fractured), (0.7, Label.Fractured), (0.6, Label.Fractured), (0.2, Label.Fractured),
        (0.1, Label.NotFractured), (0.15, Label.NotFractured), (0.3, Label.NotFractured), (0.4, Label.NotFractured), (0.65, Label.NotFractured),
    ];

    private static readonly (double Score, Label Label)[] Test = [(0.95, Label.Fractured), (0.45, Label.Fractured), (0.05, Label.NotFractured), (0.55, Label.NotFractured)];

    private readonly BunitContext bunit = new();

    private EvaluationRoom(RunStore store) => Store = store;

    internal RunStore Store { get; }

    internal static string Weights { get; } = new('a', 64);

    public int DatasetId { get; private set; }

    public int RunId { get; private set; }

    public int EvaluationId { get; private set; }

    internal EvaluationQueue Queue { get; private set; } = null!;

    internal EvaluationReader Reader => new(Store.Databases);

    internal ChosenThresholds Thresholds => Get<ChosenThresholds>();

    internal TestLooks Looks => Get<TestLooks>();

    internal LabelMarks Marks => Get<LabelMarks>();

    public IRenderedComponent<MudSnackbarProvider> Snackbars { get; private set; } = null!;

    public static async Task<EvaluationRoom> CreateAsync(string splits = "val,test")
    {
        var room = new EvaluationRoom(await RunStore.CreateAsync());
        room.Queue = new EvaluationQueue(room.Store.Databases, room.Store.Jobs, room.Store.Live, TimeProvider.System);
        await room.FillAsync(splits);
        room.bunit.JSInterop.Mode = JSRuntimeMode.Loose;
        room.bunit.JSInterop.SetupModule("./js/chart.js").Mode = JSRuntimeMode.Loose;
        room.bunit.Services.AddMudServices().AddScoped<LocalClock>();
        room.Register(room.bunit.Services);
        room.bunit.Render<MudPopoverProvider>();
        room.Snackbars = room.bunit.Render<MudSnackbarProvider>();
        return room;
    }

    /// <summary>Registers the room on this store.</summary>
    public IServiceCollection Register(IServiceCollection services) => services
        .AddSingleton(TimeProvider.System).AddSingleton(Store.Databases).AddSingleton(Store.Paths).AddSingleton(Store.Live).AddSingleton(Queue)
        .AddSingleton<ImageDecoder>().AddSingleton<ChosenThresholds>().AddSingleton<TestLooks>().AddSingleton<LabelMarks>().AddEvaluations();

    public T Get<T>()
        where T : notnull => bunit.Services.GetRequiredService<T>();

    internal string Address => Get<NavigationManager>().Uri;

    internal IRenderedComponent<EvaluationsOfRun> ShowList() => bunit.Render<EvaluationsOfRun>(p => p.Add(c => c.RunId, RunId));

    internal IRenderedComponent<EvaluationResults> Show(EvaluationQuery? query = null, int? id = null) =>
        bunit.Render<EvaluationResults>(p => p.Add(c => c.RunId, RunId).Add(c => c.EvaluationId, id ?? EvaluationId).Add(c => c.Query, query ?? new EvaluationQuery()));

    internal async Task<LoadedEvaluation> LoadAsync() => (await Reader.LoadAsync(RunId, EvaluationId, CancellationToken.None))!;

    internal async Task<int> AddEvaluationAsync(EvaluationState state, Action<Evaluation>? set = null)
    {
        var evaluation = new Evaluation
        {
            RunId = RunId,
            DatasetId = DatasetId,
            DatasetVersion = 1,
            Fingerprint = "f",
            Splits = "val,test",
            State = state,
            WeightsHash = Weights,
            CreatedUtc = DateTime.UtcNow,
        };
        set?.Invoke(evaluation);
        await Store.ChangeAsync(db =>
        {
            db.Evaluations.Add(evaluation);
            return Task.CompletedTask;
        });
        return evaluation.Id;
    }

    internal async Task ChangeAsync(int evaluationId, Action<Evaluation> change)
    {
        await Store.ChangeAsync(async db => change(await db.Evaluations.SingleAsync(e => e.Id == evaluationId)));
        Store.Live.Signal(FractureDashboard.Live.Topics.Evaluations(RunId));
    }

    public async ValueTask DisposeAsync()
    {
        await bunit.DisposeAsync();
        await Store.DisposeAsync();
    }

    private async Task FillAsync(string splits)
    {
        DatasetId = await Store.AddDatasetAsync();
        RunId = await Store.AddRunAsync("Wrist model", set: r => (r.DatasetId, r.DatasetVersion, r.WeightsHash) = (DatasetId, 1, Weights));
        await Store.ChangeAsync(db =>
        {
            db.DatasetVersions.Add(new DatasetVersion { DatasetId = DatasetId, Number = 1, Name = "Folders", Fingerprint = "f" });
            return Task.CompletedTask;
        });
        EvaluationScore[] scores =
        [
            .. splits.Contains("val", StringComparison.Ordinal) ? Validation.Select((v, i) => Score("val", Split.Validation, i, v.Score, v.Label, i / 2)) : [],
            .. splits.Contains("test", StringComparison.Ordinal) ? Test.Select((v, i) => Score("test", Split.Test, i, v.Score, v.Label, 100 + i)) : [],
        ];
        EvaluationId = await AddEvaluationAsync(
            EvaluationState.Completed,
            e => (e.Splits, e.Done, e.Total, e.FinishedUtc, e.SummaryJson) = (splits, scores.Length + 1, scores.Length + 1, DateTime.UtcNow, EvaluationSummary.Of(scores, [new SkippedFile("val/broken.png", "The file is cut off.")]).ToJson()));
        await Store.ChangeAsync(db =>
        {
            foreach (var score in scores)
            {
                score.EvaluationId = EvaluationId;
                db.EvaluationScores.Add(score);
                db.Images.Add(new DatasetImage
                {
                    DatasetId = DatasetId,
                    RelativePath = score.RelativePath,
                    Split = score.Split,
                    Label = score.Label,
                    ContentHash = score.ContentHash,
                    Format = score.Split == Split.Test ? ImageFormat.Jpeg : ImageFormat.Png,
                    Width = 640,
                    Height = 480,
                    Bytes = 10,
                });
            }

            return Task.CompletedTask;
        });
    }

    private static EvaluationScore Score(string folder, Split split, int i, double score, Label label, int group) => new()
    {
        RelativePath = $"{folder}/{FolderNames.For(label)}/{i}.png",
        Split = split,
        Label = label,
        Score = score,
        ContentHash = $"{folder}{i}".PadRight(64, '0'),
        Group = $"g{group}",
        HasTwinInTrain = split == Split.Test && i == 0,
        SharesSourceWithTrain = split == Split.Test && i < 2,
    };
}
