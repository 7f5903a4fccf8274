using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Tests.ML.Training;

/// <summary>That the whole engine learns what can be learned, and nothing where there is nothing; the benchmark has the full set.</summary>
[Collection(EngineCollection.Name)]
public sealed class PhantomLearningTests(PhantomLearningTests.LearningSet set) : IClassFixture<PhantomLearningTests.LearningSet>
{
    private static readonly int[] Seeds = [42, 7, 2026];

    [Fact]
    public void The_baseline_learns_the_phantom_set_in_five_epochs_whatever_the_seed()
    {
        foreach (var seed in Seeds)
        {
            var result = set.Train(seed, shuffled: false);

            Assert.True(result.Epochs.Max(e => e.ValidationAccuracy) >= 0.90, $"seed {seed}: {string.Join(", ", result.Epochs.Select(e => e.ValidationAccuracy))}");
        }
    }

    [Fact]
    public void On_shuffled_labels_it_stays_at_chance()
    {
        // Over three seeds, since a single network can lean to either side on so few held-out images.
        var accuracy = Seeds.Average(seed => Accuracy(set.Train(seed, shuffled: true)));

        Assert.InRange(accuracy, 0.3, 0.7);
    }

    private static double Accuracy(TrainingResult result) => result.Scores.Average(s => s.Score >= 0.5 == (s.Label == Label.Fractured) ? 1.0 : 0.0);

    public sealed class LearningSet : IDisposable
    {
        private readonly TemporaryFolder folder = new();
        private readonly CatalogResult catalog;

        public LearningSet()
        {
            PhantomGenerator.Generate(Root, new PhantomOptions(Images: 300, Seed: 42, Size: 96), null, CancellationToken.None);
            catalog = new DatasetCatalog(new ImageDecoder()).Index(Root, new Dictionary<string, ImageRecord>(), null, CancellationToken.None);
        }

        private string Root => folder.Sub("phantom");

        public TrainingResult Train(int seed, bool shuffled)
        {
            var options = new TrainingOptions { ImageSize = 96, BatchSize = 8, Seed = seed, ShuffleLabels = shuffled };
            var job = new TrainingJob(options, Root, catalog.Fingerprint, catalog.Images, folder.Sub($"{seed}-{shuffled}"), folder.Sub("cache"));
            var result = new Trainer(new ImageDecoder(), TimeProvider.System).Run(job, new RecordingSink(), TestContext.Current.CancellationToken);
            Assert.Equal(TrainingOutcome.Completed, result.Outcome);
            return result;
        }

        public void Dispose() => folder.Dispose();
    }
}
