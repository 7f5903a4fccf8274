using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>Why an evaluation cannot be done, for a person.</summary>
internal sealed class EvaluationException : Exception
{
    public EvaluationException()
    {
    }

    public EvaluationException(string message)
        : base(message)
    {
    }

    public EvaluationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>What an evaluation needs from database and disk.</summary>
/// <param name="Job">What to score.</param>
/// <param name="WeightsHash">Of the weights.</param>
/// <param name="Seen">What the run has seen.</param>
internal sealed record EvaluationOrder(ScoringJob Job, string WeightsHash, SeenImages Seen)
{
    /// <summary>Gathers it.</summary>
    /// <exception cref="EvaluationException">Something is gone since the evaluation was asked for; the message says what to do.</exception>
    public static async Task<EvaluationOrder> PrepareAsync(
        IDbContextFactory<DashboardContext> databases, AppPaths paths, Evaluation evaluation, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var run = await db.Runs.AsNoTracking().FirstAsync(r => r.Id == evaluation.RunId, cancellationToken);
        if (EvaluationQueue.Problem(run) is { } problem)
        {
            throw new EvaluationException(problem);
        }

        var weights = Path.Combine(paths.Run(run.Id), "weights.safetensors");
        if (!File.Exists(weights))
        {
            throw new EvaluationException("The run's weights are not there any more. Train it again.");
        }

        // The scores are stored with the hash; they must not be those of other weights.
        if (!string.Equals(await ContentHashAsync(weights, cancellationToken), run.WeightsHash, StringComparison.OrdinalIgnoreCase))
        {
            throw new EvaluationException("The run's weights file is not the one that the run stored. Train it again.");
        }

        var dataset = await db.Datasets.AsNoTracking().FirstAsync(d => d.Id == evaluation.DatasetId, cancellationToken);
        var manifest = await RunManifest.ReadAsync(paths.Run(run.Id), cancellationToken);
        var isOwn = run.DatasetId == dataset.Id && run.DatasetVersion == evaluation.DatasetVersion && manifest.Count > 0;
        var images = isOwn ? manifest : await VersionImages.LoadAsync(db, dataset, evaluation.DatasetVersion, cancellationToken);
        var splits = EvaluationQueue.ReadSplits(evaluation.Splits);
        List<ImageRecord> chosen = [.. images.Where(i => splits.Contains(i.Split))];
        if (chosen.Count == 0)
        {
            throw new EvaluationException($"Version {evaluation.DatasetVersion} of '{dataset.Name}' has no image to score. Choose another version.");
        }

        var seen = new SeenImages(manifest, await SeenImages.SourcesAsync(db, dataset.Id, cancellationToken));
        return new(new ScoringJob(RunQueue.ReadOptions(run.OptionsJson)!, weights, dataset.Root, chosen), run.WeightsHash!, seen);
    }

    private static async Task<string> ContentHashAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(stream, cancellationToken));
    }
}
