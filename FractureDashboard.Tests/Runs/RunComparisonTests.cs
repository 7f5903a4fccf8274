using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;
using FractureDashboard.Runs.Comparison;
using FractureDashboard.Storage;

namespace FractureDashboard.Tests.Runs;

public sealed class RunComparisonTests : IAsyncLifetime
{
    private RunStore store = null!;

    public async ValueTask InitializeAsync() => store = await RunStore.CreateAsync();

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task Options_that_differ_are_marked_and_no_others()
    {
        var runs = await RunsAsync(
            await store.AddRunAsync("a", options: new TrainingOptions { Seed = 1 }),
            await store.AddRunAsync("b", options: new TrainingOptions { Seed = 2, Augmentation = AugmentationOptions.Notebook }, set: r => r.DeviceUsed = "cpu"));

        var rows = RunComparison.Options(runs, new Dictionary<int, string>());

        Assert.Equal(["Seed", "Rotation", "Shear", "Zoom", "Horizontal flip"], rows.Where(r => r.Differs).Select(r => r.Title));
        Assert.Equal(["± 0°", "± 20°"], rows.Single(r => r.Title == "Rotation").Values);
    }

    [Fact]
    public async Task The_best_of_each_metric_is_marked_by_its_own_direction()
    {
        var runs = await RunsAsync(
            await store.AddRunAsync("a", set: r => (r.BestValidationLoss, r.BestValidationAccuracy, r.TestAuc) = (0.2, 0.8, 0.9)),
            await store.AddRunAsync("b", set: r => (r.BestValidationLoss, r.BestValidationAccuracy, r.TestAuc) = (0.4, 0.9, 0.9)),
            await store.AddRunAsync("c"));

        var rows = RunComparison.Metrics(runs).ToDictionary(r => r.Title);

        Assert.Equal([0], rows["Validation loss at best epoch"].Best);
        Assert.Equal([1], rows["Validation accuracy at best epoch"].Best);
        Assert.Empty(rows["Test AUC"].Best);
        Assert.Equal("–", rows["Test AUC"].Values[2]);
    }

    [Fact]
    public async Task Unreadable_options_are_said_to_be()
    {
        var runs = await RunsAsync(await store.AddRunAsync("a", set: r => r.OptionsJson = "{ not json"));

        Assert.Equal("unreadable", RunComparison.Options(runs, new Dictionary<int, string>()).Single(r => r.Title == "Seed").Values[0]);
    }

    [Fact]
    public async Task Runs_come_in_the_order_asked_for_and_the_missing_are_named()
    {
        var a = await store.AddRunAsync("a");
        var b = await store.AddRunAsync("b");

        var compared = await new ComparisonReader(store.Databases).ReadAsync([b, 99, a], CancellationToken.None);

        Assert.Equal(["b", "a"], compared.Runs.Select(r => r.Name));
        Assert.Equal([99], compared.Missing);
    }

    [Theory]
    [InlineData("1,2", new[] { 1, 2 })]
    [InlineData(" 3 ,x,-1,3,,99999999999,4", new[] { 3, 4 })]
    [InlineData(null, new int[0])]
    [InlineData("1,2,3,4,5,6,7,8,9", new[] { 1, 2, 3, 4, 5, 6, 7, 8 })]
    public void Ids_are_read_from_the_address(string? text, int[] expected) => Assert.Equal(expected, ComparedIds.Parse(text));

    private async Task<IReadOnlyList<Run>> RunsAsync(params int[] ids) =>
        (await new ComparisonReader(store.Databases).ReadAsync(ids, CancellationToken.None)).Runs;
}
