using System.Collections.Concurrent;
using System.Text.Json;
using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Predict;

/// <summary>A heat map to lay over an answer's picture.</summary>
/// <param name="Layer">A PNG with transparency, of the picture's proportions.</param>
/// <param name="IsBlank">True when nothing in the image speaks for a fracture.</param>
/// <param name="Notes">Sentences for whoever looks at it.</param>
public sealed record DrawnHeatMap(byte[] Layer, bool IsBlank, IReadOnlyList<string> Notes);

/// <summary>Draws heat maps of kept answers, by the very weights that answered, and keeps the latest in memory.</summary>
/// <param name="runs">The runs that can answer.</param>
/// <param name="models">The loaded models.</param>
/// <param name="history">The answers.</param>
/// <param name="archive">Their images.</param>
/// <param name="decoder">Decodes them.</param>
public sealed class HeatMapDrawing(FinishedRuns runs, ModelCache models, PredictionHistory history, PredictionArchive archive, ImageDecoder decoder)
{
    private const int MostKept = 32;
    private const int MostSide = 1024;

    private readonly ConcurrentDictionary<(int Id, ExplanationMethod Method), DrawnHeatMap> kept = [];
    private readonly ConcurrentQueue<(int Id, ExplanationMethod Method)> order = [];

    /// <summary>Draws one, or finds it drawn.</summary>
    /// <param name="predictionId">The answer.</param>
    /// <param name="method">How.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The map, or a sentence that says why there is none.</returns>
    public async Task<(DrawnHeatMap? Map, string? Problem)> DrawAsync(int predictionId, ExplanationMethod method, CancellationToken cancellationToken)
    {
        // Looked up first: of a deleted answer nothing is shown, not even what was drawn before.
        if (await history.FindAsync(predictionId, cancellationToken) is not { Stored: var answer })
        {
            return (null, "This answer has been deleted, and its image with it.");
        }

        if (kept.TryGetValue((predictionId, method), out var drawn))
        {
            return (drawn, null);
        }

        if (answer.RunId is not { } runId || await runs.FindAsync(runId, cancellationToken) is not { } run || run.WeightsHash != answer.WeightsHash)
        {
            return (null, "The weights that gave this answer are not there any more, so what they looked at cannot be drawn.");
        }

        try
        {
            var options = run.Options();
            var path = archive.OriginalPath(answer.ContentHash);
            var input = await Task.Run(() => decoder.DecodeFile(path, options.Preprocessing.Decode(options.ImageSize)), cancellationToken);
            if (input.Value is not { } pixels)
            {
                return (null, input.Error!.Message);
            }

            using var lease = await models.RentAsync(run, cancellationToken);
            var map = await lease.Model.ExplainAsync(pixels, method, cancellationToken);
            var shown = await Task.Run(() => SizeOf(archive.DisplayPath(answer.ContentHash)), cancellationToken);
            if (shown is not { } size)
            {
                return (null, "The picture of this answer is not there any more.");
            }

            var layer = await Task.Run(() => HeatMapPainter.Layer(map, size.Width, size.Height, options.Preprocessing.Fit), cancellationToken);
            return (Keep((predictionId, method), new DrawnHeatMap(layer, map.IsBlank, map.Notes)), null);
        }
        catch (ModelUnavailableException e)
        {
            return (null, e.Message);
        }
        catch (JsonException)
        {
            return (null, $"The options of run '{run.Name}' cannot be read.");
        }
    }

    private DrawnHeatMap Keep((int Id, ExplanationMethod Method) key, DrawnHeatMap map)
    {
        if (kept.TryAdd(key, map))
        {
            order.Enqueue(key);
        }

        while (kept.Count > MostKept && order.TryDequeue(out var oldest))
        {
            kept.TryRemove(oldest, out _);
        }

        return map;
    }

    // The layer has the picture's proportions, but no more pixels than an eye can use: the map itself has far fewer.
    private (int Width, int Height)? SizeOf(string displayPath)
    {
        if (decoder.ReadHeader(displayPath, DecodeLimits.Dataset).Value is not { } header)
        {
            return null;
        }

        var scale = Math.Min(1.0, (double)MostSide / Math.Max(header.Width, header.Height));
        return (Math.Max(1, (int)Math.Round(header.Width * scale)), Math.Max(1, (int)Math.Round(header.Height * scale)));
    }
}
