using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Training;
using FractureDashboard.ML.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Evaluation;

/// <summary>
/// Scores images with a finished run's weights as the run's own final evaluation does: the same decoding, the same
/// arithmetic. Batches may fall otherwise, so that scores agree to about 1e-6, not to the bit. A content that lies in several files
/// is scored once.
/// </summary>
/// <param name="decoder">Decodes the images.</param>
public sealed class ImageScorer(ImageDecoder decoder)
{
    /// <summary>Scores on a thread of its own: tensors, dispose scopes and gradient modes are bound to a thread.</summary>
    /// <param name="job">What to score.</param>
    /// <param name="progress">Is told how many images of how many are done, from that thread; must return at once.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>The scores, and what has none.</returns>
    /// <exception cref="EngineException">The weights, the device or the engine failed; the message says what to do.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Task<ScoringResult> ScoreAsync(ScoringJob job, Action<int, int> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        var done = new TaskCompletionSource<ScoringResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(Score(job, progress, cancellationToken));
            }
            catch (OperationCanceledException e)
            {
                done.SetCanceled(e.CancellationToken);
            }
            catch (Exception e)
            {
                // Whatever it was, the one who asked must hear of it.
                done.SetException(EngineErrors.Explain(e) is { } explanation ? new EngineException(explanation, e) : e);
            }
        })
        {
            Name = "evaluation",
            IsBackground = true,
        };
        thread.Start();
        return done.Task;
    }

    private ScoringResult Score(ScoringJob job, Action<int, int> progress, CancellationToken cancellationToken)
    {
        var device = EngineErrors.RequireDevice(job.Options.Device);
        using var network = Networks.Create(job.Options.Model, job.Options.Input, seed: 0);
        ModelWeights.Load(network, job.WeightsPath);
        network.to(device);
        network.eval();

        var contents = job.Images.GroupBy(i => i.ContentHash, StringComparer.Ordinal).Select(g => g.ToArray()).ToArray();
        var scores = new Dictionary<string, double>(StringComparer.Ordinal);
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        var done = 0;
        progress(done, job.Images.Count);
        foreach (var batch in contents.Chunk(job.Options.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var inputs = Decode(job, batch, cancellationToken);
            var sound = inputs.Where(i => i.Pixels is not null).ToArray();
            var logits = sound.Length == 0 ? [] : Forward(network, device, job.Options.Input, [.. sound.Select(i => i.Pixels!)]);
            for (var i = 0; i < sound.Length; i++)
            {
                scores[sound[i].Hash] = BinaryMetrics.Sigmoid(logits[i]);
            }

            foreach (var input in inputs.Where(i => i.Pixels is null))
            {
                problems[input.Hash] = input.Problem!;
            }

            progress(done += batch.Sum(c => c.Length), job.Images.Count);
        }

        return new(
            [.. job.Images.Where(i => scores.ContainsKey(i.ContentHash)).Select(i => new ImageScore(i.RelativePath, i.Split, i.Label, scores[i.ContentHash]))],
            [.. job.Images.Where(i => problems.ContainsKey(i.ContentHash)).Select(i => new SkippedFile(i.RelativePath, problems[i.ContentHash]))]);
    }

    private static float[] Forward(nn.Module<Tensor, Tensor> network, Device device, ModelInput input, PixelImage[] images)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var pixels = empty(images.Length, input.ImageSize, input.ImageSize, input.Channels, dtype: ScalarType.Byte);
        var bytes = pixels.bytes;
        for (var i = 0; i < images.Length; i++)
        {
            images[i].Pixels.CopyTo(bytes[(i * images[i].Pixels.Length)..]);
        }

        var x = pixels.to(device).to(ScalarType.Float32).div_(255f).permute(0, 3, 1, 2); // [B, C, S, S], channels-last
        return network.forward(x).to(CPU).contiguous().data<float>().ToArray();
    }

    private Prepared[] Decode(ScoringJob job, ImageRecord[][] contents, CancellationToken cancellationToken)
    {
        var prepared = new Prepared[contents.Length];
        Parallel.For(0, contents.Length, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            var hash = contents[i][0].ContentHash;
            if (DatasetContent.Read(job.DatasetRoot, contents[i], out var missing) is not { } bytes)
            {
                prepared[i] = new(hash, null, missing);
                return;
            }

            var decoded = job.Edit is null ? decoder.Decode(bytes, job.Options.Preprocessing.Decode(job.Options.ImageSize)) : Edited(job, job.Edit, hash, bytes);
            prepared[i] = new(hash, decoded.Value, decoded.Error?.Message);
        });
        return prepared;
    }

    // Where nothing is changed the pixels must be those of an evaluation without a change, to the bit.
    private DecodeResult<PixelImage> Edited(ScoringJob job, InputEdit edit, string hash, byte[] bytes)
    {
        var options = job.Options.Preprocessing.Decode(job.Options.ImageSize);
        var original = decoder.Decode(bytes, new DecodeOptions(Channels: 1));
        var input = decoder.Decode(bytes, options with { Clahe = false });
        if (original.Value is null || input.Value is null)
        {
            return original.Error ?? input.Error!;
        }

        var edited = edit(new InputView(hash, original.Value, input.Value, options.Fit));
        return (ReferenceEquals(edited, input.Value), options.Clahe) switch
        {
            (true, true) => decoder.Decode(bytes, options),
            (false, true) => LocalContrast.Equalise(edited),
            _ => edited,
        };
    }

    private readonly record struct Prepared(string Hash, PixelImage? Pixels, string? Problem);
}
