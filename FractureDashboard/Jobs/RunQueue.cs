using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FractureDashboard.Live;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Training;
using FractureDashboard.Storage;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>What a user asks for in the launch form.</summary>
/// <param name="Name">The run's name, 1 to 120 characters.</param>
/// <param name="DatasetId">The data set.</param>
/// <param name="Options">The training options.</param>
/// <param name="Tags">Tags, any case; stored lower case.</param>
/// <param name="Notes">Free text.</param>
/// <param name="DatasetVersion">The number of a version made from the folders; null for the folders as they are.</param>
public sealed record NewRun(string Name, int DatasetId, TrainingOptions Options, IReadOnlyList<string> Tags, string Notes, int? DatasetVersion = null);

/// <summary>The outcome of a request: an id, or why not.</summary>
/// <param name="RunId">The run, when it was accepted.</param>
/// <param name="Problem">Why not, for a person.</param>
public sealed record RunRequestResult(int? RunId, string? Problem);

/// <summary>
/// Accepts, cancels and resumes runs. The <c>Runs</c> table is the truth; Hangfire only carries the order to work on one.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="jobs">The queue.</param>
/// <param name="cancellations">The runs being trained in this process.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
public sealed class RunQueue(
    IDbContextFactory<DashboardContext> databases, IBackgroundJobClient jobs, RunCancellations cancellations, LiveEvents live, TimeProvider clock)
{
    /// <summary>The Hangfire queue of trainings; one worker takes from it.</summary>
    public const string QueueName = "train";

    /// <summary>JSON as stored with a run.</summary>
    public static JsonSerializerOptions Json { get; } = new() { WriteIndented = true };

    /// <summary>Most characters of a run's name.</summary>
    public const int MostNameCharacters = 120;

    /// <summary>Most characters of a run's notes.</summary>
    public const int MostNotesCharacters = 4000;

    /// <summary>Reads a run's stored options.</summary>
    /// <param name="json">The value of <see cref="Run.OptionsJson"/>.</param>
    /// <returns>The options, or null when another version of the program wrote something unreadable.</returns>
    public static TrainingOptions? ReadOptions(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainingOptions>(json, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Stores a run and queues it.</summary>
    /// <param name="request">What to train.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The run's id, or why it was refused.</returns>
    public async Task<RunRequestResult> SubmitAsync(NewRun request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var name = request.Name.Trim();
        if (name.Length is 0 or > MostNameCharacters)
        {
            return new(null, $"Give the run a name of 1 to {MostNameCharacters} characters.");
        }

        if (request.Notes.Length > MostNotesCharacters)
        {
            return new(null, $"Notes can have {MostNotesCharacters} characters at most.");
        }

        if (request.Options.Validate() is [var problem, ..])
        {
            return new(null, problem.Message);
        }

        if (ModelRegistry.Get(request.Options.Model) is var model && request.Options.ImageSize < model.MinimumImageSize)
        {
            return new(null, $"{model.Title} needs images of at least {model.MinimumImageSize} pixels a side.");
        }

        if (AvailableMemory.Problem(request.Options) is { } tooLarge)
        {
            return new(null, tooLarge);
        }

        // Within a transaction, or the version could be deleted between the look at it and the run that names it.
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var dataset = await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == request.DatasetId, cancellationToken);
        if (dataset is null)
        {
            return new(null, "The data set no longer exists. Choose another.");
        }

        if (dataset.State != DatasetState.Ready)
        {
            return new(null, $"The data set '{dataset.Name}' is not ready yet. Wait until it is indexed.");
        }

        var version = (Number: dataset.Version, dataset.Fingerprint);
        if (request.DatasetVersion is { } number && number != dataset.Version)
        {
            if (await db.DatasetVersions.Where(v => v.DatasetId == dataset.Id && v.Number == number && v.Kind != DatasetVersionKind.Folders)
                .Select(v => v.Fingerprint).FirstOrDefaultAsync(cancellationToken) is not { } fingerprint)
            {
                return new(null, $"Version {number} of '{dataset.Name}' can no longer be trained on. Choose another version, or the folders as they are.");
            }

            version = (number, fingerprint);
        }

        var json = JsonSerializer.Serialize(request.Options, Json);
        var run = new Run
        {
            Name = name,
            DatasetId = dataset.Id,
            DatasetName = dataset.Name,
            DatasetKind = dataset.Kind,
            DatasetVersion = version.Number,
            Fingerprint = version.Fingerprint,
            Model = request.Options.Model,
            Augmentation = AugmentationText.Describe(request.Options.Augmentation),
            OptionsJson = json,
            OptionsHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json))),
            Epochs = request.Options.Purpose == TrainingPurpose.FindLearningRate ? 1 : request.Options.Epochs,
            Seed = request.Options.Seed,
            Notes = request.Notes.Trim(),
            Tags = RunTags.Join(request.Tags),
            State = RunState.Queued,
            CreatedUtc = clock.GetUtcNow().UtcDateTime,
            SoftwareVersions = SoftwareVersion.Describe(),
            GitCommit = SoftwareVersion.GitCommit,
            QualityJson = (await RunQuality.ReadAsync(db, dataset, version.Number, cancellationToken))?.ToJson(),
        };
        db.Runs.Add(run);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Enqueue(run.Id);
        return new(run.Id, null);
    }

    /// <summary>Stops a run within one step, or takes it out of the queue.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops the request, not the run.</param>
    /// <returns>False when the run had ended before.</returns>
    public async Task<bool> CancelAsync(int runId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var waiting = await db.Runs.Where(r => r.Id == runId && r.State == RunState.Queued).ExecuteUpdateAsync(
            s => s.SetProperty(r => r.State, RunState.Canceled)
                .SetProperty(r => r.StateReason, "Cancelled before it started.")
                .SetProperty(r => r.FinishedUtc, now),
            cancellationToken);
        var running = await db.Runs.Where(r => r.Id == runId && r.State == RunState.Running).ExecuteUpdateAsync(
            s => s.SetProperty(r => r.CancelRequested, true), cancellationToken);
        cancellations.Cancel(runId);
        Signal(runId);
        return waiting + running > 0;
    }

    /// <summary>Queues a stopped run again; it goes on from its last checkpoint.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The run's id, or why it cannot be resumed.</returns>
    public async Task<RunRequestResult> ResumeAsync(int runId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var changed = await db.Runs
            .Where(r => r.Id == runId && r.DatasetId != null && (r.State == RunState.Canceled || r.State == RunState.Failed || r.State == RunState.Interrupted))
            .ExecuteUpdateAsync(
                s => s.SetProperty(r => r.State, RunState.Queued)
                    .SetProperty(r => r.StateReason, "Resumed by hand.")
                    .SetProperty(r => r.CancelRequested, false)
                    .SetProperty(r => r.Attempts, 0)
                    .SetProperty(r => r.FinishedUtc, (DateTime?)null),
                cancellationToken);
        if (changed == 0)
        {
            return new(null, "Only a stopped run whose data set still exists can be resumed.");
        }

        Enqueue(runId);
        return new(runId, null);
    }

    /// <summary>Puts a run whose row says <see cref="RunState.Queued"/> before the worker.</summary>
    /// <param name="runId">The run.</param>
    public void Enqueue(int runId)
    {
        jobs.Enqueue<TrainingWorker>(QueueName, w => w.ExecuteAsync(runId, CancellationToken.None));
        Signal(runId);
    }

    private void Signal(int runId)
    {
        live.Signal(Topics.Run(runId));
        live.Signal(Topics.Runs);
    }
}
