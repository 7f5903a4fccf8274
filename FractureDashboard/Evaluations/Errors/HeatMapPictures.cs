using System.Security.Cryptography;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Training;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Evaluations.Errors;

/// <summary>A heat map as a picture, or why there is none.</summary>
/// <param name="Png">The picture, with transparency; null where there is none.</param>
/// <param name="Problem">Why, for a person.</param>
/// <param name="IsKnown">False when the evaluation has scored no such image.</param>
public sealed record HeatMapPicture(byte[]? Png, string? Problem, bool IsKnown);

/// <summary>
/// Heat maps of scored images, drawn when first asked for and kept with the run's files, with which they go. The path comes from the
/// store, never from the address.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="paths">Where runs lie.</param>
/// <param name="decoder">Decodes the images.</param>
/// <param name="models">Answers.</param>
public sealed class HeatMapPictures(IDbContextFactory<DashboardContext> databases, AppPaths paths, ImageDecoder decoder, HeatMapModels models)
{
    /// <summary>Longer side of a picture in pixels.</summary>
    public const int Side = 320;

    private static readonly byte[] PngHead = [0x89, 0x50, 0x4E, 0x47];

    /// <summary>Gets one.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="evaluationId">An evaluation of it that has scored the image.</param>
    /// <param name="contentHash">The image.</param>
    /// <param name="method">How it is drawn.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The picture, or why there is none.</returns>
    public async Task<HeatMapPicture> GetAsync(int runId, int evaluationId, string contentHash, ExplanationMethod method, CancellationToken cancellationToken)
    {
        if (await FindAsync(runId, evaluationId, contentHash, cancellationToken) is not { } found)
        {
            return new(null, "This evaluation has scored no such image.", IsKnown: false);
        }

        var place = Path.Combine(paths.Run(runId), "heatmaps", found.WeightsHash[..Math.Min(16, found.WeightsHash.Length)], $"{contentHash}-{EvaluationQuery.Token(method)}.png");
        return await ReadAsync(place, cancellationToken) is { } kept ? new(kept, null, IsKnown: true) : await DrawAsync(found, contentHash, method, place, cancellationToken);
    }

    private async Task<HeatMapPicture> DrawAsync(Asked asked, string contentHash, ExplanationMethod method, string place, CancellationToken cancellationToken)
    {
        if (asked.Problem is { } problem)
        {
            return new(null, problem, IsKnown: true);
        }

        try
        {
            var bytes = await File.ReadAllBytesAsync(asked.File!, cancellationToken);
            if (!string.Equals(Convert.ToHexStringLower(SHA256.HashData(bytes)), contentHash, StringComparison.Ordinal))
            {
                return new(null, "The file has changed since it was scored. Evaluate again.", IsKnown: true);
            }

            var options = asked.Options!;
            var decoded = await Task.Run(() => decoder.Decode(bytes, options.Preprocessing.Decode(options.ImageSize)), cancellationToken);
            var header = decoder.ReadHeader(bytes, DecodeLimits.Dataset);
            if (decoded.Value is not { } pixels || header.Value is not { } facts)
            {
                return new(null, (decoded.Error ?? header.Error)!.Message, IsKnown: true);
            }

            var map = await models.AskAsync(asked.Weights!, asked.WeightsHash, options, e => e.ExplainAsync(pixels, method, null, cancellationToken), cancellationToken);
            var scale = Math.Min(1.0, (double)Side / Math.Max(facts.Width, facts.Height));
            var png = HeatMapPainter.Layer(map, Math.Max(1, (int)(facts.Width * scale)), Math.Max(1, (int)(facts.Height * scale)), options.Preprocessing.Fit);
            await KeepAsync(place, png);
            return new(png, null, IsKnown: true);
        }
        catch (Exception e) when (e is EngineException or IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            return new(null, $"The heat map could not be drawn: {e.Message}", IsKnown: true);
        }
    }

    private async Task<Asked?> FindAsync(int runId, int evaluationId, string contentHash, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var found = await (
            from evaluation in db.Evaluations
            where evaluation.Id == evaluationId && evaluation.RunId == runId
            join score in db.EvaluationScores on evaluation.Id equals score.EvaluationId
            where score.ContentHash == contentHash
            join dataset in db.Datasets on evaluation.DatasetId equals dataset.Id
            join run in db.Runs on evaluation.RunId equals run.Id
            orderby score.RelativePath
            select new { dataset.Root, score.RelativePath, run.OptionsJson, run.WeightsHash, Scored = evaluation.WeightsHash }).FirstOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return null;
        }

        var options = RunQueue.ReadOptions(found.OptionsJson);
        var weights = Path.Combine(paths.Run(runId), "weights.safetensors");
        var file = PhysicalPath.Resolve(found.Root) is { } folder && PhysicalPath.Resolve(Path.Combine(folder, found.RelativePath)) is { } path && PhysicalPath.IsBelow(path, folder)
            ? path
            : null;
        var problem = options is null ? "The run was made by another version of the program, whose options cannot be read here."
            : !string.Equals(found.WeightsHash, found.Scored, StringComparison.OrdinalIgnoreCase) ? "The run was trained further since. Evaluate again."
            : !File.Exists(weights) ? "The run's weights are not there any more. Train it again."
            : file is null || !File.Exists(file) ? "The image's file is gone."
            : null;
        return new(file, options, weights, found.Scored ?? "", problem);
    }

    // A power cut can leave an empty file behind a rename: what is no PNG is drawn again.
    private static async Task<byte[]?> ReadAsync(string place, CancellationToken cancellationToken)
    {
        try
        {
            return File.Exists(place) && await File.ReadAllBytesAsync(place, cancellationToken) is { } bytes && bytes.AsSpan().StartsWith(PngHead) ? bytes : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    // The picture is there already: a full disk costs the next request a drawing, not this one its answer.
    private async Task KeepAsync(string place, byte[] png)
    {
        var temporary = Path.Combine(paths.Temporary, $"heatmap-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            await File.WriteAllBytesAsync(temporary, png, CancellationToken.None);
            File.Move(temporary, place, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
        }
    }

    private sealed record Asked(string? File, TrainingOptions? Options, string? Weights, string WeightsHash, string? Problem);
}
