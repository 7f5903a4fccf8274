using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.ML.Training;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Runs;

/// <summary>Publishes what a trainer would, through the real writer, without an engine.</summary>
internal sealed class ScriptedTraining
{
    private readonly RunEventSink sink = new();
    private readonly Task writing;
    private long sequence;
    private double lowest = double.PositiveInfinity;

    public ScriptedTraining(RunStore store, int runId, long firstSequence = 1)
        : this(store.Databases, store.Live, runId, firstSequence)
    {
    }

    public ScriptedTraining(IDbContextFactory<DashboardContext> databases, LiveEvents live, int runId, long firstSequence = 1)
    {
        sequence = firstSequence - 1;
        writing = new RunStoreWriter(databases, live, runId).RunAsync(sink.Events);
    }

    /// <summary>Starts with the first step of an epoch.</summary>
    public void Start(int stepsPerEpoch, int firstEpoch = 1, IReadOnlyList<EpochMetrics>? completed = null)
    {
        lowest = completed?.Min(m => m.ValidationLoss) ?? lowest;
        Publish(n => new RunStarted(n, DateTime.UtcNow, "cpu (2 threads)", 31_101, stepsPerEpoch * 32, 64, stepsPerEpoch, firstEpoch, 2, (firstEpoch - 1L) * stepsPerEpoch, completed));
    }

    public void Cache(int done, int total) => Publish(n => new CacheProgress(n, DateTime.UtcNow, done, total));

    public void Step(int epoch, int step, int stepsPerEpoch, double loss) =>
        Publish(n => new StepCompleted(n, DateTime.UtcNow, epoch, step, ((long)(epoch - 1) * stepsPerEpoch) + step, loss, 99.5, 300_000_000, new StepDetails(1e-3, 0.5, 0.01, 0.1, 0.2, 0.01)));

    public void Epoch(int epoch, double trainLoss, double validationLoss, double validationAccuracy = 0.8)
    {
        var isBest = validationLoss < lowest;
        lowest = Math.Min(lowest, validationLoss);
        Publish(n => new EpochCompleted(n, DateTime.UtcNow, Metrics(epoch, trainLoss, validationLoss, validationAccuracy, isBest)));
    }

    public static EpochMetrics Metrics(int epoch, double trainLoss, double validationLoss, double validationAccuracy = 0.8, bool isBest = true) =>
        new(epoch, trainLoss, 0.75, validationLoss, validationAccuracy, 1e-3, 10, 2, validationAccuracy, isBest);

    public void Log(string text) => Publish(n => new LogLine(n, DateTime.UtcNow, LogSeverity.Information, text));

    public Task EndAsync()
    {
        sink.Complete();
        return writing;
    }

    private void Publish(Func<long, TrainingEvent> make) => sink.Publish(make(++sequence));
}
