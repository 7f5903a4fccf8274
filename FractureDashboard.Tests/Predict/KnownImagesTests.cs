using FractureDashboard.ML.Datasets;
using FractureDashboard.Predict;
using FractureDashboard.Storage;

namespace FractureDashboard.Tests.Predict;

public sealed class KnownImagesTests
{
    [Fact]
    public async Task A_file_of_no_data_set_is_unknown()
    {
        await using var stage = await PredictStage.OpenAsync();
        await stage.AddImageAsync(DrawnImages.Png(seed: 2), Label.Fractured);

        Assert.Null(await FindAsync(stage, DrawnImages.Png()));
    }

    [Fact]
    public async Task A_file_is_known_by_its_content_with_label_and_split()
    {
        await using var stage = await PredictStage.OpenAsync();
        var image = await stage.AddImageAsync(DrawnImages.Png(), Label.NotFractured);

        var known = await FindAsync(stage, DrawnImages.Png());

        Assert.Equal(new KnownImage(image.DatasetId, "Bones", image.Id, Split.Test, Label.NotFractured, WasTrainedOn: false), known);
    }

    [Fact]
    public async Task A_twin_in_the_models_training_split_is_told_even_when_the_file_is_a_test_image()
    {
        await using var stage = await PredictStage.OpenAsync();
        await stage.AddImageAsync(DrawnImages.Png(), Label.Fractured, Split.Test);
        var twin = await stage.AddImageAsync(DrawnImages.Png(), Label.Fractured, Split.Train);
        var run = await stage.AddRunAsync(datasetId: twin.DatasetId);

        var known = await FindAsync(stage, DrawnImages.Png(), run.Id);

        Assert.Equal((twin.Id, true), (known!.ImageId, known.WasTrainedOn));
    }

    [Fact]
    public async Task The_training_split_of_another_data_set_is_not_the_models()
    {
        await using var stage = await PredictStage.OpenAsync();
        await stage.AddImageAsync(DrawnImages.Png(), Label.Fractured, Split.Train, "Others");
        var own = await stage.AddImageAsync(DrawnImages.Png(), Label.Fractured, Split.Validation);
        var run = await stage.AddRunAsync(datasetId: own.DatasetId);

        var known = await FindAsync(stage, DrawnImages.Png(), run.Id);

        Assert.Equal((own.Id, false), (known!.ImageId, known.WasTrainedOn));
    }

    [Fact]
    public async Task Copies_labelled_both_ways_have_no_label()
    {
        await using var stage = await PredictStage.OpenAsync();
        await stage.AddImageAsync(DrawnImages.Png(), Label.Fractured);
        await stage.AddImageAsync(DrawnImages.Png(), Label.NotFractured);

        Assert.Null((await FindAsync(stage, DrawnImages.Png()))!.Label);
    }

    private static Task<KnownImage?> FindAsync(PredictStage stage, byte[] content, int? runId = null) =>
        stage.Get<KnownImages>().FindAsync(PredictStage.Hash(content), runId, CancellationToken.None);
}

public sealed class FinishedRunsTests
{
    [Fact]
    public async Task The_best_comes_first_and_only_runs_with_weights_that_rest_are_listed()
    {
        await using var stage = await PredictStage.OpenAsync();
        await stage.AddRunAsync("good", 0.8);
        await stage.AddRunAsync("best", 0.95, DatasetKind.Synthetic);
        await stage.AddRunAsync("cancelled", 0.7, state: RunState.Canceled);
        await stage.AddRunAsync("unmeasured", null);
        await stage.AddRunAsync("running", 0.99, state: RunState.Running);
        await stage.AddRunAsync("failed", 0.99, state: RunState.Failed);
        await stage.AddRunAsync("without weights", 0.99, weights: null);

        var runs = await stage.Get<FinishedRuns>().ListAsync(CancellationToken.None);

        Assert.Equal(["best", "good", "cancelled", "unmeasured"], runs.Select(r => r.Name));
        Assert.Equal([true, false, false, false], runs.Select(r => r.IsSynthetic));
    }

    [Fact]
    public async Task A_model_decides_at_the_threshold_that_was_chosen_for_its_weights()
    {
        await using var stage = await PredictStage.OpenAsync();
        var chosen = await stage.AddRunAsync("chosen", 0.9);
        var other = await stage.AddRunAsync("trained again", 0.8);
        await using (var db = await stage.DatabaseAsync())
        {
            db.ChosenThresholds.Add(new() { RunId = chosen.Id, Threshold = 0.85, Rule = "by hand", ChosenOn = "validation", WeightsHash = chosen.WeightsHash! });
            db.ChosenThresholds.Add(new() { RunId = other.Id, Threshold = 0.1, Rule = "by hand", ChosenOn = "validation", WeightsHash = "of earlier weights" });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var runs = await stage.Get<FinishedRuns>().ListAsync(CancellationToken.None);
        var outcome = await stage.Service.PredictUploadAsync(new MemoryStream(DrawnImages.Png()), "wrist.png", chosen.Id, null, CancellationToken.None);

        Assert.Equal([(0.85, "by hand"), (0.5, null)], runs.Select(r => (r.Threshold, r.ThresholdRule)));
        Assert.Equal((0.85, false), (outcome.Result!.Stored.Threshold, outcome.Result.Stored.IsFractured));
    }
}
