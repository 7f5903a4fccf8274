using System.Diagnostics;
using System.Globalization;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Training;
using FractureDashboard.ML.Weights;

namespace FractureDashboard.Bench;

/// <summary>Whether heat maps point at phantom fractures, what they cost on every network, and what a search among embeddings costs.</summary>
internal static class ExplainBenchmark
{
    private const int UntrainedNetworks = 3;
    private const int FracturesOfUntrained = 15;

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        using var folder = new ScratchFolder();
        await PointAsync(output, folder, cancellationToken);
        await TimeAsync(output, folder, cancellationToken);
        Search(output, cancellationToken);
    }

    private static async Task PointAsync(TextWriter output, ScratchFolder folder, CancellationToken cancellationToken)
    {
        var settings = BenchSettings.FromCommandLine();
        var phantoms = new Phantoms(folder, new PhantomOptions { Images = settings.Number("images", BenchScale.Of(600, 60)) }, cancellationToken);
        var manifest = PhantomGenerator.ReadManifest(phantoms.Root) ?? throw new InvalidOperationException("The phantom set lacks its manifest.");
        output.WriteLine($"Pointing game on the test fractures of {manifest.Images.Count} phantoms; the peak counts up to {PointingGame.Tolerance:P2} of the side beside the circle");
        output.WriteLine();
        output.WriteLine("| preset | method | true positives | hits | share | untrained, three seeds |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var recipe in settings.List("recipe", "baseline,recommended"))
        {
            var options = Recipes.Get(recipe, settings);
            options = BenchScale.IsQuick ? options with { Epochs = 1 } : options;
            phantoms.Train(options, new SilentSink(), run: folder.Sub(recipe), cancellationToken: cancellationToken);
            var fractures = Fractures(manifest, phantoms.Root, options);
            using var trained = await Explainer.LoadAsync(options.Model, Path.Combine(folder.Sub(recipe), ModelWeights.FileName), options.Input, options.Device, cancellationToken);
            foreach (var method in ExplanationMethods.All)
            {
                var hits = (await PlayAsync(trained, method, fractures, manifest.Size, cancellationToken)).Where(p => p.IsPositive).Select(p => p.IsHit).ToList();
                var untrained = new List<bool>();
                for (var seed = 1; seed <= UntrainedNetworks; seed++)
                {
                    using var random = await UntrainedAsync(options.Model, options.Input, seed, folder, cancellationToken);
                    untrained.AddRange((await PlayAsync(random, method, [.. fractures.Take(FracturesOfUntrained)], manifest.Size, cancellationToken)).Select(p => p.IsHit));
                }

                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {recipe} | {method.Title()} | {hits.Count} of {fractures.Count} | {hits.Count(h => h)} | {Share(hits):0.00} | {Share(untrained):0.00} |"));
            }
        }
    }

    private static async Task TimeAsync(TextWriter output, ScratchFolder folder, CancellationToken cancellationToken)
    {
        output.WriteLine();
        output.WriteLine("Milliseconds for one image, p50 / p95, from asking to the map");
        output.WriteLine();
        output.WriteLine($"| model | input | score | {string.Join(" | ", ExplanationMethods.All.Select(m => m.Title()))} | test-time augmentation | embedding |");
        output.WriteLine($"|---|---|---|{string.Concat(Enumerable.Repeat("---|", ExplanationMethods.All.Count))}---|---|");
        foreach (var (model, input) in new[]
        {
            ("baseline-cnn", new ModelInput(224)), ("compact-resnet", new ModelInput(128, 1)), ("compact-resnet", new ModelInput(224)),
            ("mobilenet-v2", new ModelInput(224)), ("resnet18", new ModelInput(224)),
        })
        {
            using var explainer = await UntrainedAsync(model, input, 1, folder, cancellationToken);
            var image = Noise(input);
            var cells = new List<string> { await MillisecondsAsync(BenchScale.Of(50, 2), () => explainer.PredictAsync(image, cancellationToken)) };
            foreach (var method in ExplanationMethods.All)
            {
                var rounds = method is ExplanationMethod.Occlusion or ExplanationMethod.IntegratedGradients ? BenchScale.Of(7, 1) : BenchScale.Of(50, 2);
                cells.Add(await MillisecondsAsync(rounds, () => explainer.ExplainAsync(image, method, null, cancellationToken)));
            }

            cells.Add(await MillisecondsAsync(BenchScale.Of(20, 2), () => explainer.SpreadAsync(image, null, cancellationToken)));
            cells.Add(await MillisecondsAsync(BenchScale.Of(50, 2), () => explainer.EmbedAsync([image], cancellationToken)));
            output.WriteLine($"| {model} | {input.ImageSize} px x {input.Channels} | {string.Join(" | ", cells)} |");
        }
    }

    private static void Search(TextWriter output, CancellationToken cancellationToken)
    {
        const int Dimensions = 512;
        var count = BenchScale.Of(10_000, 500);
        var random = SplitMix64.For(1);
        var contents = new (string, float[])[count];
        for (var i = 0; i < count; i++)
        {
            contents[i] = ($"{i:x64}", Vector(ref random, Dimensions));
        }

        var index = EmbeddingIndex.Create("benchmark", contents);
        var watch = Stopwatch.StartNew();
        var reference = OutOfDistribution.Fit(index, null, OutOfDistribution.DefaultNeighbour, cancellationToken);
        var fitted = watch.Elapsed;
        var (nearest, judged) = (new List<double>(), new List<double>());
        for (var i = 0; i < BenchScale.Of(100, 3); i++)
        {
            var query = Vector(ref random, Dimensions);
            watch.Restart();
            index.Nearest(query, 8);
            nearest.Add(watch.Elapsed.TotalMilliseconds);
            watch.Restart();
            reference.Judge(index, query);
            judged.Add(watch.Elapsed.TotalMilliseconds);
        }

        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Among {count:N0} embeddings of {Dimensions} numbers: the 8 nearest {Summary(nearest)} ms, likeness {Summary(judged)} ms (p50 / p95); measuring the training images once {fitted.TotalSeconds:0.0} s"));
    }

    private static async Task<List<(bool IsPositive, bool IsHit)>> PlayAsync(
        Explainer explainer, ExplanationMethod method, IReadOnlyList<(PixelImage Image, PhantomCircle Circle)> fractures, int side, CancellationToken cancellationToken)
    {
        var played = new List<(bool, bool)>();
        foreach (var (image, circle) in fractures)
        {
            var map = await explainer.ExplainAsync(image, method, null, cancellationToken);
            played.Add((map.Probability >= 0.5, PointingGame.IsHit(map, circle, side)));
        }

        return played;
    }

    private static List<(PixelImage Image, PhantomCircle Circle)> Fractures(PhantomManifest manifest, string root, TrainingOptions options)
    {
        var decoder = new ImageDecoder();
        return
        [
            .. from truth in manifest.Images
               where truth.Fracture is not null && truth.Split == FolderNames.For(Split.Test)
               select (decoder.DecodeFile(Path.Combine(root, truth.Path), options.Preprocessing.Decode(options.ImageSize)).Value!, truth.Fracture!),
        ];
    }

    private static Task<Explainer> UntrainedAsync(string model, ModelInput input, int seed, ScratchFolder folder, CancellationToken cancellationToken)
    {
        var path = folder.Sub("untrained.safetensors");
        using (var network = Networks.Create(model, input, seed))
        {
            ModelWeights.Save(network, path, model, input.ImageSize);
        }

        return Explainer.LoadAsync(model, path, input, ComputeDevices.Auto, cancellationToken);
    }

    private static async Task<string> MillisecondsAsync(int rounds, Func<Task> ask)
    {
        await ask();
        var times = new List<double>();
        for (var i = 0; i < rounds; i++)
        {
            var watch = Stopwatch.StartNew();
            await ask();
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        return Summary(times);
    }

    private static string Summary(IReadOnlyCollection<double> milliseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{Statistics.Median(milliseconds):0.0} / {Statistics.Percentile(milliseconds, 0.95):0.0}");

    private static double Share(List<bool> hits) => hits.Count == 0 ? 0 : hits.Average(h => h ? 1.0 : 0.0);

    private static PixelImage Noise(ModelInput input)
    {
        var random = SplitMix64.For(1);
        var pixels = new byte[input.ImageSize * input.ImageSize * input.Channels];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(random.Next() * 256);
        }

        return new PixelImage(input.ImageSize, input.ImageSize, input.Channels, pixels);
    }

    private static float[] Vector(ref SplitMix64 random, int dimensions)
    {
        var vector = new float[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            vector[i] = (float)random.Next();
        }

        return vector;
    }
}
