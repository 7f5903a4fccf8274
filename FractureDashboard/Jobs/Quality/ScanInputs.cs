using System.Text.Json;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.ML.Runtime;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>All that a scan starts from.</summary>
/// <param name="Request">What to scan.</param>
/// <param name="Facts">What is known of its files.</param>
/// <param name="Remark">What the scan has to leave out, and why; null when nothing.</param>
public sealed record ScanInput(ScanRequest Request, ScanFacts Facts, string? Remark);

/// <summary>Gathers what a scan starts from: files, corrections, known facts, sources made by hand, scores of a run.</summary>
/// <param name="databases">The database.</param>
/// <param name="paths">Where decoded images are kept.</param>
public sealed class ScanInputs(IDbContextFactory<DashboardContext> databases, AppPaths paths)
{
    /// <summary>Gathers it.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What the scan starts from.</returns>
    public async Task<ScanInput> LoadAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var files = PlacedFiles.Of(dataset.Root, await CorrectionsAsync(db, dataset.Id, cancellationToken), cancellationToken);
        var engine = Engine.Status;
        var request = new ScanRequest(
            dataset.Root,
            files,
            Directory.CreateDirectory(paths.ScanCache(dataset.Id)).FullName,
            Scores: await ScoresAsync(db, dataset.Id, files, cancellationToken),
            Sources: await ByHandAsync(db, dataset.Id, cancellationToken),
            FindSources: engine.IsAvailable,
            Model: engine.IsAvailable ? await ModelAsync(db, dataset.Id, cancellationToken) : null);
        return new(
            request,
            new ScanFacts(await FactsAsync(db, dataset.Id, cancellationToken)),
            engine.IsAvailable ? null : $"Images of one radiograph were not looked for. {engine.Problem}");
    }

    private static async Task<Dictionary<string, (Split Split, Label Label)>> CorrectionsAsync(DashboardContext db, int datasetId, CancellationToken cancellationToken)
    {
        var rows = await db.ImageCorrections.AsNoTracking().Where(c => c.DatasetId == datasetId && c.UndoneUtc == null).OrderBy(c => c.Id).ToListAsync(cancellationToken);
        var corrections = new Dictionary<string, (Split Split, Label Label)>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            // The newest one counts.
            corrections[row.RelativePath] = (row.Split, row.Label);
        }

        return corrections;
    }

    private static async Task<Dictionary<string, KnownFacts>> FactsAsync(DashboardContext db, int datasetId, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, KnownFacts>(StringComparer.Ordinal);
        var rows = db.QualityFacts.AsNoTracking().Where(f => f.DatasetId == datasetId && f.InspectorVersion == FileFacts.Version).AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            if (Read(row.Json) is { } facts)
            {
                known[row.RelativePath] = new(row.Bytes, row.ModifiedUtc, facts);
            }
        }

        return known;
    }

    private static async Task<List<SourceAssignment>> ByHandAsync(DashboardContext db, int datasetId, CancellationToken cancellationToken) =>
        await db.ImageSources
            .Where(s => s.DatasetId == datasetId && s.ByHand)
            .OrderBy(s => s.ContentHash)
            .Select(s => new SourceAssignment(s.ContentHash, s.Source, s.Confidence))
            .ToListAsync(cancellationToken);

    // The newest one stands for the team's best knowledge; on whatever device there is now.
    private async Task<ScanModel?> ModelAsync(DashboardContext db, int datasetId, CancellationToken cancellationToken)
    {
        var runs = await db.Runs.AsNoTracking()
            .Where(r => r.DatasetId == datasetId && r.State == RunState.Completed && r.WeightsHash != null)
            .OrderByDescending(r => r.FinishedUtc)
            .ThenByDescending(r => r.Id)
            .Select(r => new { r.Id, r.OptionsJson, r.WeightsHash })
            .ToListAsync(cancellationToken);
        return runs
            .Select(r => RunQueue.ReadOptions(r.OptionsJson) is { } options ? new ScanModel(options with { Device = "auto" }, Path.Combine(paths.Run(r.Id), "weights.safetensors"), r.WeightsHash!, $"run {r.Id}") : null)
            .FirstOrDefault(m => m is not null && File.Exists(m.WeightsPath));
    }

    // Twins of training images are left out: the model has seen them, so that it does not contradict is no news.
    private static async Task<List<HeldOutScore>> ScoresAsync(DashboardContext db, int datasetId, IReadOnlyList<PlacedFile> files, CancellationToken cancellationToken)
    {
        var run = await db.Runs
            .Where(r => r.DatasetId == datasetId && r.State == RunState.Completed && db.RunScores.Any(s => s.RunId == r.Id))
            .OrderByDescending(r => r.FinishedUtc)
            .ThenByDescending(r => r.Id)
            .Select(r => (int?)r.Id)
            .FirstOrDefaultAsync(cancellationToken);
        if (run is null)
        {
            return [];
        }

        var scores = await db.RunScores.AsNoTracking()
            .Where(s => s.RunId == run && s.Split != Split.Train && !s.HasTwinInTrain)
            .OrderBy(s => s.RelativePath)
            .ToListAsync(cancellationToken);

        // A label that was corrected since is the one to compare with.
        var labels = files.ToDictionary(f => f.RelativePath, f => f.Label, StringComparer.Ordinal);
        return [.. scores.Where(s => labels.ContainsKey(s.RelativePath)).Select(s => new HeldOutScore(s.RelativePath, labels[s.RelativePath] ?? s.Label, s.Score))];
    }

    // What cannot be read is seen anew.
    private static FileFacts? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<FileFacts>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
