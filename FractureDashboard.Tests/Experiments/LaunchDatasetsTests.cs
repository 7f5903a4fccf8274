using FractureDashboard.Experiments;
using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Runs;

namespace FractureDashboard.Tests.Experiments;

public sealed class LaunchDatasetsTests
{
    [Fact]
    public async Task Only_ready_data_sets_are_offered_with_their_counts()
    {
        await using var store = await RunStore.CreateAsync();
        var id = await store.AddDatasetAsync("Ready", images: [("train/a", Split.Train, "1"), ("train/b", Split.Train, "2"), ("val/a", Split.Validation, "3"), ("test/a", Split.Test, "4")]);
        await store.AddDatasetAsync("Working", DatasetState.Working);
        await store.AddDatasetAsync("Failed", DatasetState.Failed);

        var choices = await new LaunchDatasets(store.Databases).ReadAsync(CancellationToken.None);

        Assert.Equal(new LaunchDataset(id, "Ready", DatasetKind.Folder, 1, 2, 1, 1), Assert.Single(choices.Ready));
        Assert.Equal(1, choices.Preparing);
    }
}
