using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Training;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>Shows what a run's augmentation makes of an image, drawn by the code that trains.</summary>
/// <param name="decoder">Decodes the files.</param>
public sealed class AugmentationPreview(ImageDecoder decoder)
{
    /// <summary>Most images of one call.</summary>
    public const int MostImages = 64;

    /// <summary>Prepares an image as a run would and draws variants of it: those of its first epochs.</summary>
    /// <param name="imagePath">The image file.</param>
    /// <param name="partnerPath">The image that mixup and CutMix take the rest from; without one nothing is mixed.</param>
    /// <param name="options">Size, preprocessing, augmentation and seed count; valid ones.</param>
    /// <param name="count">Images to return, 1 to <see cref="MostImages"/>.</param>
    /// <param name="ct">Stops between two images.</param>
    /// <returns>
    /// The image without augmentation first, then <paramref name="count"/> - 1 variants, of 1 or 3 channels; or why there are
    /// none: a file cannot be decoded, or the engine is missing.
    /// </returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Task<DecodeResult<IReadOnlyList<PixelImage>>> DrawAsync(string imagePath, string? partnerPath, TrainingOptions options, int count, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(imagePath);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MostImages);
        var done = new TaskCompletionSource<DecodeResult<IReadOnlyList<PixelImage>>>(TaskCreationOptions.RunContinuationsAsynchronously);

        // A thread of its own: dispose scopes and gradient modes are bound to a thread.
        new Thread(() =>
        {
            try
            {
                done.SetResult(Draw(imagePath, partnerPath, options, count, ct));
            }
            catch (OperationCanceledException e)
            {
                done.SetCanceled(e.CancellationToken);
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        })
        {
            Name = "augmentation preview",
            IsBackground = true,
        }.Start();
        return done.Task;
    }

    private DecodeResult<IReadOnlyList<PixelImage>> Draw(string imagePath, string? partnerPath, TrainingOptions options, int count, CancellationToken ct)
    {
        if (Engine.Status.Problem is { } problem)
        {
            return DecodeErrors.EngineMissing(problem);
        }

        var decode = options.Preprocessing.Decode(options.ImageSize);
        List<PixelImage> sources = [];
        foreach (var path in options.Augmentation.IsMixing && partnerPath is not null ? [imagePath, partnerPath] : new[] { imagePath })
        {
            ct.ThrowIfCancellationRequested();
            var decoded = decoder.DecodeFile(path, decode);
            if (decoded.Value is not { } image)
            {
                return decoded.Error!;
            }

            sources.Add(image);
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var batch = Batch(sources);
        var images = new List<PixelImage> { sources[0] };
        for (var epoch = 1; epoch < count; epoch++)
        {
            ct.ThrowIfCancellationRequested();
            images.Add(Variant(batch, options, epoch));
        }

        return images;
    }

    private static Tensor Batch(List<PixelImage> sources)
    {
        var (first, count) = (sources[0], sources.Count);
        byte[] bytes = [.. sources.SelectMany(s => s.Pixels)];
        return tensor(bytes, [count, first.Height, first.Width, first.Channels]).to(ScalarType.Float32).div_(255f).permute(0, 3, 1, 2);
    }

    private static PixelImage Variant(Tensor batch, TrainingOptions options, int epoch)
    {
        using var scope = NewDisposeScope();
        var count = (int)batch.shape[0];
        var changed = BatchAugmentation.Apply(batch, options.Augmentation, options.Seed, epoch, Enumerable.Range(0, count).ToArray());
        if (count > 1)
        {
            // A batch of two would be paired with itself half of the time.
            var draw = MixingDraw.For(options.Augmentation, options.ImageSize, count, options.Seed, epoch, step: 0) with { Partners = [1, 0] };
            (changed, _) = BatchMixing.Apply(changed, zeros(count), draw);
        }

        var pixels = changed[0].permute(1, 2, 0).mul(255f).round().to(ScalarType.Byte).contiguous();
        return new PixelImage(options.ImageSize, options.ImageSize, (int)batch.shape[1], pixels.bytes.ToArray());
    }
}
