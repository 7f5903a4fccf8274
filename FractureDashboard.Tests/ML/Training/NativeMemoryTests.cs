using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Training;
using TorchSharp;

namespace FractureDashboard.Tests.ML.Training;

[Collection(EngineCollection.Name)]
public sealed class NativeMemoryTests(PhantomSet set) : IClassFixture<PhantomSet>, IDisposable
{
    private readonly TrainerHarness harness = new(set);

    public void Dispose() => harness.Dispose();

    [Fact]
    public void A_training_leaves_no_tensor_behind_however_it_ends()
    {
        harness.Train(TrainerHarness.Quick with { Epochs = 1 }, new RecordingSink(), "warm-up", cancellationToken: TestContext.Current.CancellationToken);
        var miscount = MiscountPerNetwork();
        var before = CountAfterFinalizers();

        harness.Train(TrainerHarness.Quick with { Epochs = 2 }, new RecordingSink(), "completed", cancellationToken: TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        harness.Train(TrainerHarness.Quick, new RecordingSink(e => Cancel(e, stop)), "cancelled", cancellationToken: stop.Token);
        harness.Train(TrainerHarness.Quick, new RecordingSink(Throw), "failed", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(before + (3 * miscount), torch.Tensor.TotalCount);
    }

    [Fact]
    public void The_number_of_tensors_is_the_same_at_every_step()
    {
        CountAfterFinalizers();
        var counts = new List<long>();
        var sink = new RecordingSink(e =>
        {
            if (e is StepCompleted { Epoch: > 1 })
            {
                counts.Add(torch.Tensor.TotalCount);
            }
        });

        harness.Train(new TrainingOptions { ImageSize = 32, BatchSize = 1, Epochs = 25, Augmentation = FractureDashboard.ML.Preprocessing.AugmentationOptions.Notebook }, sink, cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(counts.Count >= 1000, $"{counts.Count} steps");
        Assert.Single(counts.Distinct());
    }

    [Fact]
    public async Task Predictions_leave_no_tensor_behind()
    {
        harness.Train(TrainerHarness.Quick with { Epochs = 1 }, new RecordingSink(), cancellationToken: TestContext.Current.CancellationToken);
        var miscount = MiscountPerNetwork();
        var before = CountAfterFinalizers();
        var image = new PixelImage(48, 48, 3, new byte[48 * 48 * 3]);

        using (var predictor = await Predictor.LoadAsync("baseline-cnn", harness.Weights("run"), new ModelInput(48), "cpu", TestContext.Current.CancellationToken))
        {
            for (var i = 0; i < 100; i++)
            {
                await predictor.PredictAsync(image, TestContext.Current.CancellationToken);
            }
        }

        Assert.Equal(before + miscount, torch.Tensor.TotalCount);
    }

    // The engine counts a parameter twice when it is made and once when it is freed, without holding any memory for it.
    private static long MiscountPerNetwork()
    {
        var before = torch.Tensor.TotalCount;
        Networks.Create("baseline-cnn", new ModelInput(48), 1).Dispose();
        return torch.Tensor.TotalCount - before;
    }

    // What other tests left to the garbage collector must not go while this one counts.
    private static long CountAfterFinalizers()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return torch.Tensor.TotalCount;
    }

    private static void Cancel(TrainingEvent e, CancellationTokenSource stop)
    {
        if (e is StepCompleted)
        {
            stop.Cancel();
        }
    }

    private static void Throw(TrainingEvent e)
    {
        if (e is StepCompleted)
        {
            throw new IOException("the sink broke");
        }
    }
}
