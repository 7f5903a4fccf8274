using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Bench;

/// <summary>A finished training, as a line of the log.</summary>
/// <param name="Key">Names options and data together.</param>
/// <param name="Recipe">The preset it started from.</param>
/// <param name="Part">Which part of which data, for people.</param>
/// <param name="AtUtc">When it ended.</param>
/// <param name="Machine">Where it ran.</param>
/// <param name="Options">All options.</param>
/// <param name="Parameters">Of the network.</param>
/// <param name="TrainingImages">How many images were trained on.</param>
/// <param name="Seconds">All epochs, training and validation; without decoding and the scoring at the end.</param>
/// <param name="Epochs">Metrics of each epoch.</param>
/// <param name="Validation">Scores of the validation images with the weights kept.</param>
/// <param name="Test">Scores of the test images with the weights kept.</param>
/// <param name="TestPaths">The test images, in the order of their scores; null in lines from before it was kept.</param>
internal sealed record LoggedRun(
    string Key,
    string Recipe,
    string Part,
    DateTime AtUtc,
    string Machine,
    TrainingOptions Options,
    long Parameters,
    int TrainingImages,
    double Seconds,
    IReadOnlyList<EpochMetrics> Epochs,
    IReadOnlyList<SourceScore> Validation,
    IReadOnlyList<SourceScore> Test,
    IReadOnlyList<string>? TestPaths = null)
{
    /// <summary>The epoch whose weights were kept.</summary>
    [JsonIgnore]
    public EpochMetrics Kept => Epochs.Last(e => e.IsBest);

    /// <summary>Share of test images on the right side of 0.5.</summary>
    [JsonIgnore]
    public double TestAccuracy => BinaryMetrics.Accuracy([.. Test.Select(s => s.Score)], [.. Test.Select(s => s.Label)]);

    /// <summary>Seconds until the end of the first epoch whose validation AUC is at least a target; null when none is.</summary>
    public double? SecondsTo(double auc)
    {
        var until = Epochs.TakeWhile(e => !(e.ValidationAuc >= auc)).Count();
        return until == Epochs.Count ? null : Epochs.Take(until + 1).Sum(e => e.TrainSeconds + e.ValidationSeconds);
    }
}

/// <summary>
/// Trains what is not in the log yet and appends it: a line of JSON for each run. What was interrupted goes on where its
/// last checkpoint is. Two processes need two work folders.
/// </summary>
internal sealed class RunLog
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private readonly string path;
    private readonly string work;
    private readonly Dictionary<string, LoggedRun> runs = new(StringComparer.Ordinal);

    /// <summary>Reads the log.</summary>
    /// <param name="settings">Give the work folder and, with <c>out</c>, the log's path.</param>
    /// <param name="benchmark">Names the log where the settings do not.</param>
    public RunLog(BenchSettings settings, string benchmark)
    {
        work = settings.Work;
        Directory.CreateDirectory(work);
        path = Path.GetFullPath(settings.Text("out", Path.Combine(work, $"{benchmark}.jsonl")));
        foreach (var line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            if (TryRead(line) is { } run)
            {
                runs[run.Key] = run;
            }
        }

        Console.Error.WriteLine($"{path}: {runs.Count} runs");
    }

    /// <summary>The run of these options on these images, if it is in the log.</summary>
    public LoggedRun? Find(TrainingOptions options, IReadOnlyList<ImageRecord> images) => runs.GetValueOrDefault(KeyOf(options, images));

    /// <summary>The run of these options on these images, trained now if it is not in the log.</summary>
    /// <param name="recipe">The preset's name.</param>
    /// <param name="part">Which part of which data.</param>
    /// <param name="options">All options.</param>
    /// <param name="root">The data set's root.</param>
    /// <param name="images">The images with split and source.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    /// <exception cref="InvalidOperationException">The training failed; the message says why.</exception>
    public LoggedRun Train(string recipe, string part, TrainingOptions options, string root, IReadOnlyList<ImageRecord> images, CancellationToken cancellationToken)
    {
        var key = KeyOf(options, images);
        if (runs.TryGetValue(key, out var known))
        {
            return known;
        }

        var directory = Path.Combine(work, "runs", key);
        var job = new TrainingJob(options, root, DatasetFingerprint.Compute(images), images, directory, Path.Combine(work, "cache"));
        var result = new Trainer(new ImageDecoder(), TimeProvider.System).Run(job, new EpochPrinter($"{recipe}, {part}"), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (result.Outcome != TrainingOutcome.Completed)
        {
            throw new InvalidOperationException($"{recipe}, {part}: {result.Failure}");
        }

        var sources = images.ToDictionary(i => i.RelativePath, GroupedFolds.SourceOf, StringComparer.Ordinal);
        IReadOnlyList<SourceScore> Scores(Split split) =>
            [.. result.Scores.Where(s => s.Split == split).Select(s => new SourceScore(sources[s.RelativePath], s.Label, Math.Round(s.Score, 6)))];
        var run = new LoggedRun(
            key,
            recipe,
            part,
            DateTime.UtcNow,
            string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, {Engine.Status.Threads} threads, {RuntimeInformation.OSDescription}"),
            options,
            ModelRegistry.Get(options.Model).Cost(options.Input).Parameters,
            images.Count(i => i.Split == Split.Train),
            result.Epochs.Sum(e => e.TrainSeconds + e.ValidationSeconds),
            result.Epochs,
            Scores(Split.Validation),
            Scores(Split.Test),
            [.. result.Scores.Where(s => s.Split == Split.Test).Select(s => s.RelativePath)]);
        Append(run);
        Directory.Delete(directory, recursive: true);
        return run;
    }

    private static string KeyOf(TrainingOptions options, IReadOnlyList<ImageRecord> images)
    {
        var text = new StringBuilder(JsonSerializer.Serialize(options, Json));
        foreach (var line in images.Select(i => $"\n{i.ContentHash} {i.Split} {i.Label} {i.Group}").Order(StringComparer.Ordinal))
        {
            text.Append(line);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
    }

    private static LoggedRun? TryRead(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<LoggedRun>(line, Json);
        }
        catch (JsonException)
        {
            // The half line of a process that was killed while it wrote.
            return null;
        }
    }

    private void Append(LoggedRun run)
    {
        // A half line at the end must not swallow this one; empty lines are not read.
        File.AppendAllText(path, $"\n{JsonSerializer.Serialize(run, Json)}\n");
        runs[run.Key] = run;
    }

    /// <summary>Shows on the error stream that something happens.</summary>
    private sealed class EpochPrinter(string run) : ITrainingEventSink
    {
        public void Publish(TrainingEvent trainingEvent)
        {
            if (trainingEvent is EpochCompleted { Metrics: var m })
            {
                Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{run}: epoch {m.Epoch}, loss {m.TrainLoss:0.000}, validation loss {m.ValidationLoss:0.000}, AUC {m.ValidationAuc ?? double.NaN:0.000}, {m.TrainSeconds + m.ValidationSeconds:0.0} s"));
            }
            else if (trainingEvent is LogLine { Level: not LogSeverity.Information } line)
            {
                Console.Error.WriteLine($"{run}: {line.Text}");
            }
        }
    }
}
