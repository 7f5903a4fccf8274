using System.Globalization;
using System.Text.Json;
using FractureDashboard.ML.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Training;

/// <summary>
/// A run's checkpoints: weights, optimizer and progress in one safetensors file each, written atomically. The newest
/// two are kept; a damaged one is told by its hash and the one before is used.
/// </summary>
/// <param name="runDirectory">The run's folder.</param>
internal sealed class CheckpointStore(string runDirectory)
{
    private const int Kept = 2;
    private const string Model = "model.";
    private const string FirstMoment = "exp_avg.";
    private const string SecondMoment = "exp_avg_sq.";

    private readonly string folder = Path.Combine(runDirectory, "checkpoints");

    /// <summary>Saves where a run stands.</summary>
    /// <param name="progress">Where.</param>
    /// <param name="network">The weights.</param>
    /// <param name="optimizer">The moments.</param>
    /// <param name="threads">Engine threads in use; equal bits need an equal count.</param>
    public void Save(TrainingProgress progress, nn.Module network, Adam optimizer, int threads)
    {
        Directory.CreateDirectory(folder);
        var arrays = ModelWeights.Export(network).Select(a => a with { Name = Model + a.Name }).ToList();
        var states = States(optimizer);
        for (var i = 0; i < states.Count; i++)
        {
            arrays.Add(ModelWeights.ToArray($"{FirstMoment}{i}", states[i].exp_avg));
            arrays.Add(ModelWeights.ToArray($"{SecondMoment}{i}", states[i].exp_avg_sq));
        }

        var path = Path.Combine(folder, $"{progress.Epoch:00000}-{progress.StepsDone:0000000}.safetensors");
        Safetensors.Write(path, arrays, new Dictionary<string, string>
        {
            ["progress"] = JsonSerializer.Serialize(progress),
            ["optimizer_steps"] = JsonSerializer.Serialize(states.Select(s => s.step)),
            ["threads"] = threads.ToString(CultureInfo.InvariantCulture),
        });
        foreach (var old in Files().Skip(Kept))
        {
            File.Delete(old);
        }
    }

    /// <summary>Restores the newest sound checkpoint.</summary>
    /// <param name="network">Gets its weights.</param>
    /// <param name="optimizer">Gets its moments; must be made after the network moved to its device.</param>
    /// <returns>The progress (null when there is none), the threads it was trained with, and a sentence for each damaged file.</returns>
    public (TrainingProgress? Progress, int Threads, IReadOnlyList<string> Problems) Restore(nn.Module network, Adam optimizer)
    {
        var problems = new List<string>();
        foreach (var path in Files())
        {
            try
            {
                var (arrays, metadata) = Safetensors.Read(path);
                var progress = JsonSerializer.Deserialize<TrainingProgress>(metadata["progress"]) ?? throw new InvalidDataException("its progress is empty");
                Apply(arrays, JsonSerializer.Deserialize<long[]>(metadata["optimizer_steps"]) ?? [], network, optimizer);
                return (progress, int.Parse(metadata["threads"], CultureInfo.InvariantCulture), problems);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or JsonException or KeyNotFoundException or FormatException)
            {
                problems.Add($"Checkpoint {Path.GetFileName(path)} cannot be used ({e.Message}); the one before it is tried.");
            }
        }

        return (null, 0, problems);
    }

    private static void Apply(IReadOnlyDictionary<string, NamedArray> arrays, long[] steps, nn.Module network, Adam optimizer)
    {
        var states = States(optimizer);
        if (steps.Length != states.Count)
        {
            throw new InvalidDataException("it belongs to another optimizer");
        }

        ModelWeights.Import(network, arrays.Where(a => a.Key.StartsWith(Model, StringComparison.Ordinal)).ToDictionary(a => a.Key[Model.Length..], a => a.Value, StringComparer.Ordinal));
        for (var i = 0; i < states.Count; i++)
        {
            states[i].step = steps[i];
            ModelWeights.CopyTo(arrays[$"{FirstMoment}{i}"], states[i].exp_avg);
            ModelWeights.CopyTo(arrays[$"{SecondMoment}{i}"], states[i].exp_avg_sq);
        }
    }

    private static List<Adam.State> States(Adam optimizer) => [.. optimizer.state_dict().State.Cast<Adam.State>()];

    /// <summary>The newest first: names sort by epoch and step.</summary>
    private string[] Files() => Directory.Exists(folder)
        ? [.. Directory.GetFiles(folder, "*.safetensors").OrderDescending(StringComparer.Ordinal)]
        : [];
}
