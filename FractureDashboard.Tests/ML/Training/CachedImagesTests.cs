using FractureDashboard.ML.Training;

namespace FractureDashboard.Tests.ML.Training;

[Collection(EngineCollection.Name)]
public sealed class CachedImagesTests : IDisposable
{
    private readonly PhantomSet set = new();
    private readonly TrainerHarness harness;

    public CachedImagesTests() => harness = new TrainerHarness(set);

    public void Dispose()
    {
        harness.Dispose();
        set.Dispose();
    }

    [Fact]
    public void Once_the_images_are_decoded_no_epoch_reads_a_file()
    {
        var sink = new RecordingSink(e =>
        {
            if (e is CacheProgress progress && progress.Done == progress.Total)
            {
                Directory.Delete(set.Root, recursive: true);
                Directory.CreateDirectory(set.Root);
            }
        });

        var result = harness.Train(TrainerHarness.Quick, sink, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(TrainingOutcome.Completed, result.Outcome);
        Assert.Equal(3, result.Epochs.Count);
        Assert.Empty(Directory.GetFileSystemEntries(set.Root));
    }
}
