using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Bench;

/// <summary>
/// A training in a process of its own, which says what it does line by line and may be killed at any time: started again in
/// the same folder it goes on.
/// </summary>
internal static class TrainChild
{
    /// <summary>The hidden command; a folder follows.</summary>
    public const string Command = "train-child";

    /// <summary>Said now and then while images are decoded, first after the first.</summary>
    public const string Decoded = "decoded";

    /// <summary>Said once for each step.</summary>
    public const string Stepped = "stepped";

    /// <summary>Said at the end, with the hash of the weights.</summary>
    public const string Done = "done ";

    /// <summary>Folder of the run, below the one given.</summary>
    public const string RunFolder = "run";

    /// <summary>Many options at once, so that all their states are in the checkpoints.</summary>
    private static readonly TrainingOptions Options = new()
    {
        Model = "compact-resnet",
        ImageSize = 48,
        BatchSize = 8,
        Epochs = 12,
        Augmentation = AugmentationOptions.Notebook with { Mixup = 0.2 },
        Optimizer = new(OptimizerKind.AdamW, WeightDecay: 0.01, ClipNorm: 1, EmaDecay: 0.95),
        Schedule = new(ScheduleKind.OneCycle),
        Device = "cpu",
    };

    /// <summary>Trains to the end.</summary>
    /// <param name="place">A folder with a phantom set in <c>data</c>.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string place)
    {
        using var folder = new ScratchFolder(place);
        var phantoms = new Phantoms(folder, new PhantomOptions(), CancellationToken.None);
        var result = phantoms.Train(Options, new Sink(), run: folder.Sub(RunFolder));
        Console.WriteLine(Done + result.WeightsHash);
        return 0;
    }

    private sealed class Sink : ITrainingEventSink
    {
        public void Publish(TrainingEvent trainingEvent)
        {
            if (trainingEvent is CacheProgress)
            {
                Console.WriteLine(Decoded);
            }
            else if (trainingEvent is StepCompleted)
            {
                Console.WriteLine(Stepped);
            }
        }
    }
}
