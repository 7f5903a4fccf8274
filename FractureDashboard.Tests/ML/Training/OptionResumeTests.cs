using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Tests.ML.Training;

/// <summary>Everything that a checkpoint must carry, option by option: stopped in mid epoch and resumed, a run ends with the same bits.</summary>
[Collection(EngineCollection.Name)]
public sealed class OptionResumeTests(PhantomSet set) : IClassFixture<PhantomSet>, IDisposable
{
    private static readonly TrainingOptions Quick = TrainerHarness.Quick with { Epochs = 2 };
    private readonly TrainerHarness harness = new(set);

    public static TheoryData<string> Cases => [.. Options.Keys];

    private static Dictionary<string, TrainingOptions> Options { get; } = new(StringComparer.Ordinal)
    {
        ["AdamW, one-cycle, average, clipping"] = Quick with { Optimizer = new(OptimizerKind.AdamW, 0.05, ClipNorm: 1, EmaDecay: 0.9), Schedule = new(ScheduleKind.OneCycle), LearningRate = 3e-3 },
        ["momentum, plateau, balanced sampling"] = Quick with
        {
            Optimizer = new(OptimizerKind.Sgd, 1e-4),
            LearningRate = 0.01,
            Schedule = new(ScheduleKind.ReduceOnPlateau, Epochs: 1),
            Objective = new(LabelSmoothing: 0.1, Sampling: SamplingKind.BalancedClasses),
        },
        ["accumulation, class weights, focal loss, warm-up"] = Quick with
        {
            Optimizer = new(AccumulationSteps: 3),
            Objective = new(FocalGamma: 2, ClassWeights: true),
            Schedule = new(ScheduleKind.Cosine, WarmupEpochs: 1),
            Selection = new(MonitoredMetric.ValidationAuc),
        },
        ["all augmentation, mixing"] = Quick with
        {
            Augmentation = AugmentationOptions.Notebook with { Translation = 0.1, Brightness = 0.2, Contrast = 0.2, Gamma = 0.2, Noise = 0.05, Erasing = 0.5, Mixup = 0.4, CutMix = 1 },
        },
        ["compact network, greyscale"] = Quick with { Model = "compact-resnet", Preprocessing = new(Greyscale: true), Optimizer = new(EmaDecay: 0.9), Epochs = 2 },
        ["bfloat16, letterboxed"] = Quick with { Model = "compact-resnet", Precision = Precision.Mixed, Preprocessing = new(FitMode.Letterbox), Epochs = 2 },
        ["frozen backbone"] = Quick with { FineTuning = new(FrozenEpochs: 1, BackboneRate: 0.1) },
    };

    public void Dispose() => harness.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_run_resumes_to_the_bit(string name)
    {
        var options = Options[name];
        var whole = harness.Train(options, new RecordingSink(), "whole", cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(whole.Outcome == TrainingOutcome.Completed, whole.Failure);

        using var stop = new CancellationTokenSource();
        var stopped = harness.Train(
            options,
            new RecordingSink(e =>
            {
                if (e is StepCompleted { Epoch: 2, Step: 4 })
                {
                    stop.Cancel();
                }
            }),
            "stopped",
            cancellationToken: stop.Token);
        Assert.Equal(TrainingOutcome.Canceled, stopped.Outcome);
        var resumed = harness.Train(options, new RecordingSink(), "stopped", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(whole.WeightsHash, resumed.WeightsHash);
        Assert.Equal(whole.Epochs.Select(Numbers), resumed.Epochs.Select(Numbers));
        Assert.Equal(whole.Scores, resumed.Scores);
    }

    private static (double, double, double, double, double?, double, bool) Numbers(EpochMetrics e) =>
        (e.TrainLoss, e.TrainAccuracy, e.ValidationLoss, e.ValidationAccuracy, e.ValidationAuc, e.LearningRate, e.IsBest);
}
