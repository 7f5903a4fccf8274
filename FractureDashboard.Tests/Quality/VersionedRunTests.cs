using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using FractureDashboard.ML.Training;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Datasets;
using FractureDashboard.Tests.ML;
using FractureDashboard.Tests.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace FractureDashboard.Tests.Quality;

/// <summary>Runs on versions of a small phantom set, through the queue and the worker.</summary>
[Collection(EngineCollection.Name)]
public sealed class VersionedRunTests
{
    private static readonly TrainingOptions Options = new() { Epochs = 1, ImageSize = 32, BatchSize = 16, Device = "cpu" };
    private static readonly HonestSplitRequest Request = new(SplitShares.Usual, 1, OneOfEachHeldOutSource: true, DropExactCopies: true);

    [Fact]
    public async Task A_run_on_an_honest_split_trains_on_its_list_and_says_so()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await PhantomAsync(room);
        var version = (await room.Get<HonestSplits>().CreateAsync(dataset.Id, Request, CancellationToken.None)).Version!.Value;
        var images = await room.Get<DatasetVersions>().LoadAsync(dataset.Id, version, CancellationToken.None);
        var jobs = new RecordedJobs();

        var id = (await Queue(room, jobs).SubmitAsync(new NewRun("Honest", dataset.Id, Options, [], "", version), CancellationToken.None)).RunId!.Value;
        var queued = await FindAsync(room, id);
        Assert.Equal((version, DatasetFingerprint.Compute(images)), (queued.DatasetVersion, queued.Fingerprint));

        // The folders change before its turn comes; the list is what it was launched on.
        TestImages.Write(dataset.Root, "train/fractured/new.png", TestImages.Png(240));
        await room.ReindexAsync(dataset.Id);
        await WorkAsync(room, id);

        var run = await FindAsync(room, id);
        Assert.Equal((RunState.Completed, null), (run.State, run.StateReason));
        Assert.Equal((version, queued.Fingerprint), (run.DatasetVersion, run.Fingerprint));
        Assert.Equal(images.Count(i => i.Split == Split.Train), run.TrainImages);
        await using var db = await room.OpenAsync();
        var scored = await db.RunScores.Where(s => s.RunId == id).Select(s => s.RelativePath).ToListAsync();
        Assert.Equal(images.Where(i => i.Split != Split.Train).Select(i => i.RelativePath).Order(StringComparer.Ordinal), scored.Order(StringComparer.Ordinal));
        var quality = RunQuality.Parse(run.QualityJson)!;
        Assert.Equal((2, 1, 0, 0), (quality.Errors, quality.Warnings, quality.Infos, quality.Split!.WithSource));
        Assert.Equal((dataset.Fingerprint, 9), (quality.Fingerprint, quality.Leakage!.WithTwin));
        Assert.Contains("2 errors, 1 warnings", quality.Describe(), StringComparison.Ordinal);
        Assert.Equal("Honest split (seed 1, 70/15/15, one per source, no copies)", (await new RunReader(Databases(room)).ReadAsync(id, 0, CancellationToken.None))!.VersionName);
    }

    [Fact]
    public async Task A_run_keeps_the_list_it_began_with_and_the_folders_come_with_their_sources()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await PhantomAsync(room);
        var jobs = new RecordedJobs();
        var id = (await Queue(room, jobs).SubmitAsync(new NewRun("Folders", dataset.Id, Options, [], ""), CancellationToken.None)).RunId!.Value;
        Assert.Equal((dataset.Version, dataset.Fingerprint), await FindAsync(room, id) is var r ? (r.DatasetVersion, r.Fingerprint) : default);
        var folder = Directory.CreateDirectory(room.Paths.Run(id)).FullName;

        await using var db = await room.OpenAsync();
        var run = await db.Runs.SingleAsync(x => x.Id == id);
        var first = await RunManifest.LoadAsync(db, run, folder, CancellationToken.None);
        await room.Get<CorrectionService>().CorrectAsync(dataset.Id, [first.First(i => i.Split == Split.Train).RelativePath], Split.Test, null, "later", CancellationToken.None);
        var second = await RunManifest.LoadAsync(db, run, folder, CancellationToken.None);

        Assert.Equal(first, second);
        Assert.All(first, i => Assert.NotNull(i.Group));
        Assert.Equal((1, dataset.Fingerprint), (run.DatasetVersion, run.Fingerprint));
    }

    [Fact]
    public async Task A_list_that_lost_images_meanwhile_is_named_by_what_is_left_of_it()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await PhantomAsync(room);
        var version = (await room.Get<HonestSplits>().CreateAsync(dataset.Id, Request, CancellationToken.None)).Version!.Value;
        var images = await room.Get<DatasetVersions>().LoadAsync(dataset.Id, version, CancellationToken.None);
        var id = (await Queue(room, new RecordedJobs()).SubmitAsync(new NewRun("Honest", dataset.Id, Options, [], "", version), CancellationToken.None)).RunId!.Value;
        await room.Get<QuarantineService>().PutAsideAsync(dataset.Id, [images[0].RelativePath], "why", CancellationToken.None);
        await room.WorkAsync();

        await using var db = await room.OpenAsync();
        var run = await db.Runs.SingleAsync(x => x.Id == id);
        var manifest = await RunManifest.LoadAsync(db, run, Directory.CreateDirectory(room.Paths.Run(id)).FullName, CancellationToken.None);

        Assert.Equal(images.Skip(1), manifest);
        Assert.Equal((version, DatasetFingerprint.Compute(manifest)), (run.DatasetVersion, run.Fingerprint));
    }

    [Fact]
    public async Task An_earlier_state_of_the_folders_cannot_be_trained_on()
    {
        await using var room = await DatasetRoom.CreateAsync();
        var dataset = await PhantomAsync(room);
        var path = (await room.ImagesAsync(dataset.Id)).First(i => i.Split == Split.Train).RelativePath;
        await room.Get<CorrectionService>().CorrectAsync(dataset.Id, [path], Split.Test, null, "why", CancellationToken.None);
        var jobs = new RecordedJobs();

        Assert.Contains("can no longer be trained on", (await Queue(room, jobs).SubmitAsync(new NewRun("Old", dataset.Id, Options, [], "", 1), CancellationToken.None)).Problem, StringComparison.Ordinal);
        Assert.Contains("can no longer be trained on", (await Queue(room, jobs).SubmitAsync(new NewRun("None", dataset.Id, Options, [], "", 9), CancellationToken.None)).Problem, StringComparison.Ordinal);
        Assert.NotNull((await Queue(room, jobs).SubmitAsync(new NewRun("Now", dataset.Id, Options, [], "", 2), CancellationToken.None)).RunId);
        Assert.Single(jobs.RunIds);
    }

    private static async Task<Dataset> PhantomAsync(DatasetRoom room)
    {
        var folder = Path.Combine(room.Folder, "phantom");
        PhantomGenerator.Generate(folder, new PhantomOptions(Images: 60, Size: 64), null, CancellationToken.None);
        var dataset = await room.AddFolderAsync(folder, "Phantom");

        // Two neighbours are taken for one radiograph, so that there are sources to keep together.
        var images = await room.ImagesAsync(dataset.Id);
        var place = images.Select((image, i) => (image.ContentHash, Source: $"{image.Label} {i / 2}")).DistinctBy(p => p.ContentHash).ToDictionary(p => p.ContentHash, p => p.Source, StringComparer.Ordinal);
        await room.AddSourcesAsync(dataset, i => place[i.ContentHash]);
        var scan = await room.AddScanAsync(
            dataset,
            (QualityRule.Truncated, QualitySeverity.Error, "a"), (QualityRule.Truncated, QualitySeverity.Error, "b"), (QualityRule.Blurred, QualitySeverity.Warning, "a"));
        var leakage = System.Text.Json.JsonSerializer.Serialize(new LeakageCount(18, 9, 9, 10, 1, 2, 59, 30, 4));
        await room.ChangeAsync(db => db.QualityScans.Where(s => s.Id == scan).ExecuteUpdateAsync(s => s.SetProperty(x => x.LeakageJson, leakage)));
        return dataset;
    }

    private static IDbContextFactory<DashboardContext> Databases(DatasetRoom room) => room.Get<IDbContextFactory<DashboardContext>>();

    private static RunQueue Queue(DatasetRoom room, RecordedJobs jobs) => new(Databases(room), jobs, new RunCancellations(), room.Get<LiveEvents>(), TimeProvider.System);

    private static Task WorkAsync(DatasetRoom room, int runId) => new TrainingWorker(
        Databases(room), room.Paths, new Trainer(new ImageDecoder(), TimeProvider.System), new RunCancellations(), room.Get<LiveEvents>(), TimeProvider.System, NullLogger<TrainingWorker>.Instance)
        .ExecuteAsync(runId, CancellationToken.None);

    private static async Task<Run> FindAsync(DatasetRoom room, int id)
    {
        await using var db = await room.OpenAsync();
        return await db.Runs.AsNoTracking().SingleAsync(r => r.Id == id);
    }
}
