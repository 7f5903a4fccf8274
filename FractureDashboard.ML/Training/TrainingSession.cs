using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Training;

/// <summary>One training, from its first step or its last checkpoint to its end. Owns network, optimizer and cache.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly TrainingJob job;
    private readonly TrainingOptions options;
    private readonly TimeProvider clock;
    private readonly EventNumbering events;
    private readonly TensorCache cache;
    private readonly TrainingData data;
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly Adam optimizer;
    private readonly TrainingStep step;
    private readonly BatchLoader loader;
    private readonly LossReadback losses;
    private readonly CheckpointStore checkpoints;
    private readonly string deviceName;
    private TrainingProgress progress = new();
    private long lastReport;

    private TrainingSession(TrainingJob job, TimeProvider clock, EventNumbering events, TensorCache cache, TrainingData data, Device device)
    {
        this.job = job;
        this.clock = clock;
        this.events = events;
        this.cache = cache;
        this.data = data;
        options = job.Options;
        network = Networks.Create(options.Model, options.Input, options.Seed);

        // First the device, then the optimizer: moving replaces the parameters it holds on to.
        network.to(device);
        optimizer = optim.Adam(network.parameters(), options.LearningRate, eps: KerasAdamEpsilon);
        loader = new BatchLoader(cache, device);
        losses = new LossReadback(device);
        step = new TrainingStep(network, optimizer, loader, losses, options.Augmentation);
        checkpoints = new CheckpointStore(job.RunDirectory);
        deviceName = device.type == DeviceType.CPU ? $"cpu ({Engine.Status.Threads} threads)" : $"cuda:{device.index}";
    }

    /// <summary>Keras' default; the engine's own is 1e-8.</summary>
    public const double KerasAdamEpsilon = 1e-7;

    private int StepsPerEpoch => (data.Train.Count + options.BatchSize - 1) / options.BatchSize;

    private string WeightsPath => Path.Combine(job.RunDirectory, ModelWeights.FileName);

    /// <summary>Decodes what is not decoded yet, builds the network and restores the newest checkpoint.</summary>
    public static TrainingSession Open(TrainingJob job, ImageDecoder decoder, TimeProvider clock, EventNumbering events, CancellationToken cancellationToken)
    {
        var device = EngineErrors.RequireDevice(job.Options.Device);
        var pixels = new TensorCacheBuilder(decoder).Open(
            job.CacheDirectory, job.DatasetRoot, job.Images, job.Options.ImageSize, job.Options.Preprocessing, new CacheReports(events, clock).Report, cancellationToken);
        TrainingSession? session = null;
        try
        {
            session = new TrainingSession(job, clock, events, pixels, TrainingData.Sort(job.Images, pixels, job.Options), device);
            session.Start();
            return session;
        }
        catch
        {
            session?.Dispose();
            pixels.Dispose();
            throw;
        }
    }

    /// <summary>Trains to the end.</summary>
    public TrainingResult Train(CancellationToken cancellationToken)
    {
        try
        {
            while (progress.Epoch <= options.Epochs)
            {
                TrainEpoch(cancellationToken);
                FinishEpoch(cancellationToken);
            }

            return Conclude(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Stop();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        losses.Dispose();
        loader.Dispose();
        optimizer.Dispose();
        network.Dispose();
        cache.Dispose();
    }

    private void Start()
    {
        var (restored, threads, problems) = checkpoints.Restore(network, optimizer);
        progress = restored ?? progress;
        foreach (var problem in problems)
        {
            events.Log(LogSeverity.Warning, problem);
        }

        var stepsDone = ((progress.Epoch - 1L) * StepsPerEpoch) + progress.StepsDone;
        events.Publish((n, at) => new RunStarted(
            n, at, deviceName, network.parameters().Sum(p => p.numel()), data.Train.Count, data.Validation.Count, StepsPerEpoch, progress.Epoch, Engine.Status.Threads, stepsDone, restored?.Epochs));
        events.Log(LogSeverity.Information, restored is null
            ? $"Training {options.Model} on {deviceName}: {data.Train.Count} training, {data.Validation.Count} validation and {data.Test.Count} test images, {StepsPerEpoch} steps an epoch."
            : $"Resumed from the checkpoint after step {progress.StepsDone} of epoch {progress.Epoch}.");
        if (restored is not null && threads != Engine.Status.Threads)
        {
            events.Log(LogSeverity.Warning, $"The run was trained with {threads} threads before and has {Engine.Status.Threads} now; its numbers will differ in the last digits.");
        }

        LeftOutImages.Log(data.LeftOut, events);
    }

    private void TrainEpoch(CancellationToken cancellationToken)
    {
        network.train();
        var order = SplitMix64.For(options.Seed, (long)RandomPurpose.Order, progress.Epoch).Permutation(data.Train.Count);
        lastReport = clock.GetTimestamp();
        for (var done = progress.StepsDone; done < StepsPerEpoch; done++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var first = done * options.BatchSize;
            step.Run(data.Train, order.AsSpan(first, Math.Min(options.BatchSize, order.Length - first)), options.Seed, progress.Epoch, done);
            if (losses.IsDue)
            {
                ReportSteps();
            }
        }

        ReportSteps();
    }

    private void ReportSteps()
    {
        var steps = losses.Read();
        if (steps.Count == 0)
        {
            return;
        }

        var elapsed = clock.GetElapsedTime(lastReport).TotalSeconds;
        lastReport = clock.GetTimestamp();
        var rate = elapsed > 0 ? steps.Sum(s => s.Images) / elapsed : 0;
        progress = progress with { Seconds = progress.Seconds + elapsed };
        foreach (var (loss, correct, images) in steps)
        {
            progress = progress with
            {
                StepsDone = progress.StepsDone + 1,
                LossSum = progress.LossSum + (loss * images),
                Correct = progress.Correct + correct,
                Seen = progress.Seen + images,
            };
            if (!double.IsFinite(loss))
            {
                throw new EngineException(
                    $"The loss became {loss} at step {progress.StepsDone} of epoch {progress.Epoch}. The learning rate ({options.LearningRate}) is probably too high; lower it and start a new run. The last checkpoint is kept.");
            }

            var position = progress;
            events.Publish((n, at) => new StepCompleted(
                n, at, position.Epoch, position.StepsDone, ((position.Epoch - 1L) * StepsPerEpoch) + position.StepsDone, loss, rate, Environment.WorkingSet, new StepDetails(options.LearningRate, 0, 0, 0, 0, 0)));
        }
    }

    private void FinishEpoch(CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var logits = LogitScorer.Score(network, loader, data.Validation, options.BatchSize, cancellationToken);
        var labels = data.Validation.Select(s => s.Label).ToArray();
        var metrics = new EpochMetrics(
            progress.Epoch,
            progress.LossSum / progress.Seen,
            (double)progress.Correct / progress.Seen,
            BinaryMetrics.BinaryCrossEntropyFromLogits(logits, labels),
            BinaryMetrics.Accuracy([.. logits.Select(l => BinaryMetrics.Sigmoid(l))], labels),
            options.LearningRate,
            progress.Seconds,
            clock.GetElapsedTime(started).TotalSeconds,
            labels.Distinct().Count() < 2 ? null : BinaryMetrics.Auc([.. logits.Select(l => (double)l)], labels),
            IsBest: false);
        if (!double.IsFinite(metrics.ValidationLoss))
        {
            throw new EngineException($"The validation loss became {metrics.ValidationLoss} after epoch {metrics.Epoch}. Lower the learning rate and start a new run. The last checkpoint is kept.");
        }

        var isBest = progress.BestValidationLoss is not { } best || metrics.ValidationLoss < best;
        metrics = metrics with { IsBest = isBest };
        if (isBest)
        {
            ModelWeights.Save(network, WeightsPath, options.Model, options.ImageSize);
        }

        progress = progress.After(metrics);
        checkpoints.Save(progress, network, optimizer, Engine.Status.Threads);
        events.Publish((n, at) => new EpochCompleted(n, at, metrics));
        events.Publish((n, at) => new CheckpointSaved(n, at, metrics.Epoch, isBest));
        events.Log(LogSeverity.Information, FormattableString.Invariant(
            $"Epoch {metrics.Epoch}: loss {metrics.TrainLoss:0.0000}, accuracy {metrics.TrainAccuracy:0.000}; validation loss {metrics.ValidationLoss:0.0000}, accuracy {metrics.ValidationAccuracy:0.000}{(isBest ? "; best so far, weights kept" : "")}."));
    }

    private TrainingResult Conclude(CancellationToken cancellationToken)
    {
        ModelWeights.Load(network, WeightsPath);
        var held = data.Validation.Select(s => (s, ML.Datasets.Split.Validation)).Concat(data.Test.Select(s => (s, ML.Datasets.Split.Test))).ToArray();
        var logits = LogitScorer.Score(network, loader, [.. held.Select(h => h.s)], options.BatchSize, cancellationToken);
        var scores = held.Select((h, i) => new ImageScore(h.s.RelativePath, h.Item2, h.s.Label, BinaryMetrics.Sigmoid(logits[i]))).ToArray();
        events.Log(LogSeverity.Information, $"Done: {scores.Length} held-out images scored with the weights of the lowest validation loss.");
        return new TrainingResult(TrainingOutcome.Completed, progress.Epochs, null, FileHash.Of(WeightsPath), scores, events.Last);
    }

    /// <summary>Keeps what was learned: a checkpoint at this very step, and weights to predict with.</summary>
    private TrainingResult Stop()
    {
        ReportSteps();
        checkpoints.Save(progress, network, optimizer, Engine.Status.Threads);
        if (progress.BestValidationLoss is null)
        {
            ModelWeights.Save(network, WeightsPath, options.Model, options.ImageSize);
        }

        events.Log(LogSeverity.Warning, $"Stopped after step {progress.StepsDone} of epoch {Math.Min(progress.Epoch, options.Epochs)}; a checkpoint is kept there.");
        return new TrainingResult(TrainingOutcome.Canceled, progress.Epochs, null, FileHash.Of(WeightsPath), [], events.Last);
    }
}
