using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Training;

/// <summary>One training, from its first step or its last checkpoint to its end. Owns network, optimizer and cache.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly TrainingJob job;
    private readonly TrainingOptions options;
    private readonly EventNumbering events;
    private readonly TensorCache cache;
    private readonly TrainingData data;
    private readonly Learner learner;
    private readonly EpochOrder order;
    private readonly BatchLoader loader;
    private readonly LossReadback losses;
    private readonly TrainingStep step;
    private readonly StepReports reports;
    private readonly EpochJudge judge;
    private readonly CheckpointStore checkpoints;
    private readonly string deviceName;
    private TrainingProgress progress = new();

    private TrainingSession(TrainingJob job, TimeProvider clock, EventNumbering events, TensorCache cache, TrainingData data, Device device)
    {
        this.job = job;
        this.events = events;
        this.cache = cache;
        this.data = data;
        options = job.Options;
        learner = new Learner(options, device);
        order = new EpochOrder(data.Train, options.Objective.Sampling);
        loader = new BatchLoader(cache, device);
        losses = new LossReadback(device);
        step = new TrainingStep(learner, new Objective(options.Objective, data.Train), loader, losses, options, clock);
        reports = new StepReports(losses, events, clock);
        judge = new EpochJudge(learner, loader, data, options, clock);
        checkpoints = new CheckpointStore(job.RunDirectory);
        deviceName = device.type == DeviceType.CPU ? $"cpu ({Engine.Status.Threads} threads)" : $"cuda:{device.index}";
    }

    private int StepsPerEpoch => (data.Train.Count + options.BatchSize - 1) / options.BatchSize;

    private string WeightsPath => Path.Combine(job.RunDirectory, ModelWeights.FileName);

    /// <summary>Decodes what is not decoded yet, builds the network and restores the newest checkpoint.</summary>
    public static TrainingSession Open(TrainingJob job, ImageDecoder decoder, TimeProvider clock, EventNumbering events, CancellationToken cancellationToken)
    {
        var device = EngineErrors.RequireDevice(job.Options.Device);
        var pixels = new TensorCacheBuilder(decoder).Open(
            job.CacheDirectory, job.DatasetRoot, job.Images, job.Options.ImageSize, job.Options.Preprocessing, new CacheReports(events, clock).Report, cancellationToken);
        if (job.StepsBack)
        {
            // Only now: the pool's threads that decoding starts must not inherit it.
            ThreadNiceness.Lower();
        }

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

    /// <summary>Trains to the end, or looks for a learning rate.</summary>
    public TrainingResult Run(CancellationToken cancellationToken)
    {
        try
        {
            return options.Purpose == TrainingPurpose.FindLearningRate ? FindLearningRate(cancellationToken) : Train(cancellationToken);
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
        learner.Dispose();
        cache.Dispose();
    }

    private void Start()
    {
        var (restored, threads, problems) = checkpoints.Restore(learner);
        progress = restored ?? progress;
        foreach (var problem in problems)
        {
            events.Log(LogSeverity.Warning, problem);
        }

        if (restored is null && options.FineTuning.WeightsPath is { Length: > 0 } path)
        {
            events.Log(LogSeverity.Information, PretrainedWeights.Load(learner.Network, path, options.Model, options.Input).Summary);
            learner.RestartAverage();
        }

        var stepsDone = ((progress.Epoch - 1L) * StepsPerEpoch) + progress.StepsDone;
        events.Publish((n, at) => new RunStarted(
            n, at, deviceName, learner.ParameterCount, data.Train.Count, data.Validation.Count, StepsPerEpoch, progress.Epoch, Engine.Status.Threads, stepsDone, restored?.Epochs));
        events.Log(LogSeverity.Information, restored is null
            ? $"Training {options.Model} on {deviceName}: {data.Train.Count} training, {data.Validation.Count} validation and {data.Test.Count} test images, {StepsPerEpoch} steps an epoch."
            : $"Resumed from the checkpoint after step {progress.StepsDone} of epoch {progress.Epoch}.");
        if (restored is not null && threads != Engine.Status.Threads)
        {
            events.Log(LogSeverity.Warning, $"The run was trained with {threads} threads before and has {Engine.Status.Threads} now; its numbers will differ in the last digits.");
        }

        LeftOutImages.Log(data.LeftOut, events);
    }

    private TrainingResult Train(CancellationToken cancellationToken)
    {
        while (progress.Epoch <= options.Epochs && !BestEpoch.ShouldStop(options.Selection, progress.Epochs))
        {
            TrainEpoch(cancellationToken);
            FinishEpoch(cancellationToken);
        }

        return Conclude(cancellationToken);
    }

    private void TrainEpoch(CancellationToken cancellationToken)
    {
        learner.BeginEpoch(progress.Epoch);
        var chosen = order.Draw(options.Seed, progress.Epoch);
        reports.Begin();
        SetRate(StepsPerEpoch - 1);
        for (var done = progress.StepsDone; done < StepsPerEpoch; done++)
        {
            if (step.IsBetweenUpdates)
            {
                // Only here: gradients gathered so far are in no checkpoint.
                cancellationToken.ThrowIfCancellationRequested();
            }

            SetRate(done);
            RunStep(chosen, progress.Epoch, done);
            if (losses.IsDue)
            {
                progress = reports.Report(progress, StepsPerEpoch);
            }
        }

        progress = reports.Report(progress, StepsPerEpoch);
    }

    private void SetRate(int done) =>
        learner.SetRate(options.LearningRate * LearningRateCurve.Factor(options, StepsPerEpoch, ((progress.Epoch - 1L) * StepsPerEpoch) + done, progress.Epochs));

    private void RunStep(int[] chosen, int epoch, int done)
    {
        var first = done * options.BatchSize;
        var positions = chosen.AsSpan(first, Math.Min(options.BatchSize, chosen.Length - first)).ToArray();
        var batch = Array.ConvertAll(positions, p => data.Train[p]);
        if (options.Objective.Sampling != SamplingKind.Shuffled)
        {
            // An image drawn twice in an epoch must not look the same twice: its place in the epoch names it.
            positions = [.. Enumerable.Range(first, positions.Length)];
        }

        var group = done / options.Optimizer.AccumulationSteps * options.Optimizer.AccumulationSteps;
        step.Run(batch, positions, epoch, done, Math.Min(options.Optimizer.AccumulationSteps, StepsPerEpoch - group));
        var next = first + positions.Length;
        loader.Announce(Array.ConvertAll(chosen[next..Math.Min(next + options.BatchSize, chosen.Length)], p => data.Train[p]));
    }

    private void FinishEpoch(CancellationToken cancellationToken)
    {
        EpochMetrics metrics;
        IReadOnlyList<Histogram> histograms;
        using (learner.Judged())
        {
            metrics = judge.Judge(progress, cancellationToken);
            if (metrics.IsBest)
            {
                SaveWeights();
            }

            using var scope = NewDisposeScope();
            histograms = HistogramRecorder.Record(learner.Network, loader.Pixels([.. data.Validation.Take(HistogramRecorder.Images)]));
        }

        progress = progress.After(metrics);
        checkpoints.Save(progress, learner, Engine.Status.Threads);
        events.Publish((n, at) => new EpochCompleted(n, at, metrics));
        events.Publish((n, at) => new EpochHistograms(n, at, metrics.Epoch, histograms));
        events.Publish((n, at) => new CheckpointSaved(n, at, metrics.Epoch, metrics.IsBest));
        events.Log(LogSeverity.Information, FormattableString.Invariant(
            $"Epoch {metrics.Epoch}: loss {metrics.TrainLoss:0.0000}, accuracy {metrics.TrainAccuracy:0.000}; validation loss {metrics.ValidationLoss:0.0000}, accuracy {metrics.ValidationAccuracy:0.000}, AUC {metrics.ValidationAuc ?? double.NaN:0.000}{(metrics.IsBest ? "; best so far, weights kept" : "")}."));
    }

    private TrainingResult Conclude(CancellationToken cancellationToken)
    {
        if (progress.Epoch <= options.Epochs)
        {
            events.Log(LogSeverity.Information, $"Stopped early: {options.Selection.EarlyStoppingPatience} epochs brought nothing better.");
        }

        ModelWeights.Load(learner.Network, WeightsPath);
        var held = data.Validation.Select(s => (s, Split.Validation)).Concat(data.Test.Select(s => (s, Split.Test))).ToArray();
        var logits = LogitScorer.Score(learner.Network, loader, [.. held.Select(h => h.s)], options.BatchSize, cancellationToken);
        var scores = held.Select((h, i) => new ImageScore(h.s.RelativePath, h.Item2, h.s.Label, BinaryMetrics.Sigmoid(logits[i]))).ToArray();
        events.Log(LogSeverity.Information, $"Done: {scores.Length} held-out images scored with the weights of epoch {progress.Epochs.Last(e => e.IsBest).Epoch}, the best.");
        return new TrainingResult(TrainingOutcome.Completed, progress.Epochs, null, FileHash.Of(WeightsPath), scores, events.Last);
    }

    private TrainingResult FindLearningRate(CancellationToken cancellationToken)
    {
        var seen = new List<double>();
        int[] chosen = [];
        learner.BeginEpoch(1);
        reports.Begin();
        for (var i = 0; i < LearningRateSearch.Steps && !LearningRateSearch.HasDiverged(seen); i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            learner.SetRate(LearningRateSearch.RateOf(i));
            var (epoch, done) = (1 + (i / StepsPerEpoch), i % StepsPerEpoch);
            chosen = done == 0 ? order.Draw(options.Seed, epoch) : chosen;
            RunStep(chosen, epoch, done);
            seen.AddRange(reports.ReportAll(i, StepsPerEpoch));
        }

        var suggested = LearningRateSearch.Suggest(seen);
        events.Publish((n, at) => new LearningRateFound(n, at, suggested));
        events.Log(suggested is null ? LogSeverity.Warning : LogSeverity.Information, suggested is { } rate
            ? FormattableString.Invariant($"A learning rate of {rate:0.######} is suggested: where the smoothed loss falls most steeply, but at most a tenth of the rate where it is lowest.")
            : "The loss fell at no learning rate. Check the labels, or try another model or batch size.");
        return new TrainingResult(TrainingOutcome.Completed, [], null, null, [], events.Last);
    }

    /// <summary>Keeps what was learned: a checkpoint at this very step, and weights to predict with.</summary>
    private TrainingResult Stop()
    {
        if (options.Purpose == TrainingPurpose.FindLearningRate)
        {
            return new TrainingResult(TrainingOutcome.Canceled, [], null, null, [], events.Last);
        }

        progress = reports.Report(progress, StepsPerEpoch);
        checkpoints.Save(progress, learner, Engine.Status.Threads);
        if (!progress.Epochs.Any(e => e.IsBest))
        {
            using var judged = learner.Judged();
            SaveWeights();
        }

        events.Log(LogSeverity.Warning, $"Stopped after step {progress.StepsDone} of epoch {Math.Min(progress.Epoch, options.Epochs)}; a checkpoint is kept there.");
        return new TrainingResult(TrainingOutcome.Canceled, progress.Epochs, null, FileHash.Of(WeightsPath), [], events.Last);
    }

    private void SaveWeights() => ModelWeights.Save(learner.Network, WeightsPath, options.Model, options.ImageSize, options.Preprocessing);
}
