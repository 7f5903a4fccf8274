using System.Globalization;
using System.Text.Json;
using FractureDashboard.ML.Weights;

namespace FractureDashboard.ML.Training;

/// <summary>
/// A run's checkpoints: weights, optimizer, weight average and progress in one safetensors file each, written atomically.
/// The newest two and that of the best epoch are kept; a damaged one is told by its hash and the one before is used.
/// </summary>
/// <remarks>
/// Learning rate and random numbers need no place in it: both are functions of options and position.
/// </remarks>
/// <param name="runDirectory">The run's folder.</param>
internal sealed class CheckpointStore(string runDirectory)
{
    private const int Kept = 2;
    private const string Model = "model.";
    private const string Optimizer = "optimizer.";
    private const string Average = "average.";

    private readonly string folder = Path.Combine(runDirectory, "checkpoints");

    /// <summary>Saves where a run stands.</summary>
    /// <param name="progress">Where.</param>
    /// <param name="learner">What has learned.</param>
    /// <param name="threads">Engine threads in use; equal bits need an equal count.</param>
    public void Save(TrainingProgress progress, Learner learner, int threads)
    {
        Directory.CreateDirectory(folder);
        var (memory, steps) = OptimizerState.Export(learner.Optimizer);
        var path = Path.Combine(folder, FileName(progress.Epoch, progress.StepsDone));
        Safetensors.Write(
            path,
            [
                .. ModelWeights.Export(learner.Network).Select(a => a with { Name = Model + a.Name }),
                .. memory.Select(a => a with { Name = Optimizer + a.Name }),
                .. learner.Average?.Export().Select(a => a with { Name = Average + a.Name }) ?? [],
            ],
            new Dictionary<string, string>
            {
                ["progress"] = JsonSerializer.Serialize(progress),
                ["optimizer_steps"] = JsonSerializer.Serialize(steps),
                ["average_updates"] = (learner.Average?.Updates ?? 0).ToString(CultureInfo.InvariantCulture),
                ["threads"] = threads.ToString(CultureInfo.InvariantCulture),
            });

        // An epoch's checkpoint stands at the start of the next one.
        var best = progress.Epochs.LastOrDefault(e => e.IsBest) is { } epoch ? FileName(epoch.Epoch + 1, 0) : null;
        foreach (var old in Files().Skip(Kept).Where(f => Path.GetFileName(f) != best))
        {
            File.Delete(old);
        }
    }

    /// <summary>Restores the newest sound checkpoint.</summary>
    /// <param name="learner">Gets its weights, its optimizer's memory and its average.</param>
    /// <returns>The progress (null when there is none), the threads it was trained with, and a sentence for each damaged file.</returns>
    public (TrainingProgress? Progress, int Threads, IReadOnlyList<string> Problems) Restore(Learner learner)
    {
        var problems = new List<string>();
        foreach (var path in Files())
        {
            try
            {
                var (arrays, metadata) = Safetensors.Read(path);
                var progress = JsonSerializer.Deserialize<TrainingProgress>(metadata["progress"]) ?? throw new InvalidDataException("its progress is empty");
                var threads = int.Parse(metadata["threads"], CultureInfo.InvariantCulture);
                OptimizerState.Import(learner.Optimizer, Part(arrays, Optimizer), JsonSerializer.Deserialize<long[]>(metadata["optimizer_steps"]) ?? []);
                learner.Average?.Import(Part(arrays, Average), long.Parse(metadata["average_updates"], CultureInfo.InvariantCulture));
                ModelWeights.Import(learner.Network, Part(arrays, Model));
                return (progress, threads, problems);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or JsonException or KeyNotFoundException or FormatException)
            {
                problems.Add($"Checkpoint {Path.GetFileName(path)} cannot be used ({e.Message}); the one before it is tried.");
            }
        }

        return (null, 0, problems);
    }

    private static Dictionary<string, NamedArray> Part(IReadOnlyDictionary<string, NamedArray> arrays, string prefix) =>
        arrays.Where(a => a.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(a => a.Key[prefix.Length..], a => a.Value, StringComparer.Ordinal);

    private static string FileName(int epoch, int steps) => string.Create(CultureInfo.InvariantCulture, $"{epoch:00000}-{steps:0000000}.safetensors");

    /// <summary>The newest first: names sort by epoch and step.</summary>
    private string[] Files() => Directory.Exists(folder)
        ? [.. Directory.GetFiles(folder, "*.safetensors").OrderDescending(StringComparer.Ordinal)]
        : [];
}
