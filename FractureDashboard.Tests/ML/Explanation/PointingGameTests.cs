using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Training;
using FractureDashboard.Tests.ML.Training;

namespace FractureDashboard.Tests.ML.Explanation;

/// <summary>
/// That heat maps point at fractures, whose place is known on phantoms, and that they do so because of what was learned
/// (Adebayo et al., NeurIPS 2018); the benchmark has full settings.
/// </summary>
[Collection(EngineCollection.Name)]
public sealed class PointingGameTests(PointingGameTests.TrainedModels models, ITestOutputHelper output) : IClassFixture<PointingGameTests.TrainedModels>
{
    private const int Networks = 3;
    private const int FracturesOfUntrained = 16;

    [Theory]
    [InlineData("compact-resnet", new[] { ExplanationMethod.GradCam, ExplanationMethod.GradCamPlusPlus, ExplanationMethod.IntegratedGradients })]
    [InlineData("baseline-cnn", new[] { ExplanationMethod.Occlusion, ExplanationMethod.IntegratedGradients })]
    public async Task Peaks_lie_on_the_fractures_and_without_learning_they_do_not(string model, ExplanationMethod[] methods)
    {
        using var trained = await models.TrainedAsync(model);
        foreach (var method in methods)
        {
            var truePositives = (await DrawAsync(trained, method, models.Fractures)).Where(d => d.Map.Probability >= 0.5).ToList();
            var learned = truePositives.Average(d => IsHit(d) ? 1.0 : 0.0);

            // Bones lie in the middle and textures draw the eye, so that one untrained network may be lucky; three are less so.
            var untrained = new List<double>();
            for (var seed = 1; seed <= Networks; seed++)
            {
                using var random = await models.RandomAsync(model, seed);
                var drawn = await DrawAsync(random, method, models.Fractures.Take(FracturesOfUntrained));
                untrained.Add(drawn.Average(d => IsHit(d) ? 1.0 : 0.0));
            }

            var chance = untrained.Average();
            output.WriteLine(FormattableString.Invariant($"{model}, {method.Title()}: {learned:0.00} of {truePositives.Count} true positives; untrained {chance:0.00}"));
            Assert.True(truePositives.Count >= 20, $"{truePositives.Count} true positives of {models.Fractures.Count}");
            Assert.True(learned >= 0.8, $"{method}: {learned}");
            Assert.True(chance <= 0.65 && learned - chance >= 0.25, $"{method}: trained {learned}, untrained {chance}");
        }
    }

    private static bool IsHit((HeatMap Map, PhantomCircle Fracture) drawn) => PointingGame.IsHit(drawn.Map, drawn.Fracture, TrainedModels.Side);

    private static async Task<List<(HeatMap Map, PhantomCircle Fracture)>> DrawAsync(
        Explainer explainer, ExplanationMethod method, IEnumerable<(PixelImage Image, PhantomCircle Fracture)> fractures)
    {
        var drawn = new List<(HeatMap, PhantomCircle)>();
        foreach (var (image, fracture) in fractures)
        {
            drawn.Add((await explainer.ExplainAsync(image, method, null, TestContext.Current.CancellationToken), fracture));
        }

        return drawn;
    }

    public sealed class TrainedModels : IDisposable
    {
        public const int Side = 96;
        private readonly TemporaryFolder folder = new();
        private readonly CatalogResult catalog;

        public TrainedModels()
        {
            PhantomGenerator.Generate(Root, new PhantomOptions(Images: 300, Seed: 42, Size: Side), null, CancellationToken.None);
            catalog = new DatasetCatalog(new ImageDecoder()).Index(Root, new Dictionary<string, ImageRecord>(), null, CancellationToken.None);
            var decoder = new ImageDecoder();
            Fractures =
            [
                .. PhantomGenerator.ReadManifest(Root)!.Images
                    .Where(t => t.Fracture is not null && t.Split != FolderNames.For(Split.Train))
                    .Take(30)
                    .Select(t => (decoder.DecodeFile(Path.Combine(Root, t.Path), new DecodeOptions(Side, 1)).Value!, t.Fracture!)),
            ];
        }

        /// <summary>Held-out images of fractures, and where they are.</summary>
        public IReadOnlyList<(PixelImage Image, PhantomCircle Fracture)> Fractures { get; }

        private string Root => folder.Sub("phantom");

        public Task<Explainer> TrainedAsync(string model)
        {
            var options = new TrainingOptions
            {
                Model = model,
                ImageSize = Side,
                BatchSize = 8,
                Epochs = model == "compact-resnet" ? 8 : 5,
                Seed = 42,
                LearningRate = model == "compact-resnet" ? 3e-3 : 1e-3,
                Preprocessing = new(Greyscale: true),
            };
            var job = new TrainingJob(options, Root, catalog.Fingerprint, catalog.Images, folder.Sub(model), folder.Sub("cache"));
            var result = new Trainer(new ImageDecoder(), TimeProvider.System).Run(job, new RecordingSink(), TestContext.Current.CancellationToken);
            Assert.Equal(TrainingOutcome.Completed, result.Outcome);
            return LoadAsync(model, Path.Combine(folder.Sub(model), "weights.safetensors"));
        }

        public Task<Explainer> RandomAsync(string model, int seed)
        {
            NetworkImages.Save(model, new ModelInput(Side, 1), folder.Sub("random.safetensors"), seed);
            return LoadAsync(model, folder.Sub("random.safetensors"));
        }

        public void Dispose() => folder.Dispose();

        private static Task<Explainer> LoadAsync(string model, string weights) =>
            Explainer.LoadAsync(model, weights, new ModelInput(Side, 1), "cpu", TestContext.Current.CancellationToken);
    }
}
