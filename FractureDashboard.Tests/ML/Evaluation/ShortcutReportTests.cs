using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Tests.ML.Evaluation;

public sealed class ShortcutReportTests
{
    [Fact]
    public void A_model_that_reads_markers_is_found_out()
    {
        var report = ShortcutReport.Of(200, Images((label, noise) => new(Plain: label, Blanked: noise, Only: label)));

        Assert.Equal(ShortcutVerdict.Relied, report.Verdict);
        Assert.Equal((200, 60, 30), (report.HeldOut, report.WithMarkers, report.Sources));
        Assert.Equal(1, report.Plain.ByImage.Auc);
        Assert.Equal(report.Plain.ByImage.Auc - report.Blanked.ByImage.Auc, report.Loss);
        Assert.True(report.LossLow > 0 && report.LossLow <= report.Loss && report.Loss <= report.LossHigh);
        Assert.True(report.OnlyMarkers.AucLow > 0.5);
    }

    [Fact]
    public void A_model_that_looks_at_the_bones_is_cleared()
    {
        var report = ShortcutReport.Of(60, Images((label, noise) => new(label, label, noise)));

        Assert.Equal(ShortcutVerdict.NotRead, report.Verdict);
        Assert.Equal((0, 0, 0), (report.Loss, report.LossLow, report.LossHigh));
        Assert.True(report.OnlyMarkers.AucLow < 0.5 && report.OnlyMarkers.AucHigh > 0.5);
    }

    [Fact]
    public void A_model_that_could_read_them_but_needs_not_is_told_apart()
    {
        Assert.Equal(ShortcutVerdict.Readable, ShortcutReport.Of(60, Images((label, _) => new(label, label, label))).Verdict);
        Assert.Equal(ShortcutVerdict.Readable, ShortcutReport.Of(60, Images((label, _) => new(label, label, 1 - label))).Verdict);
    }

    [Fact]
    public void A_loss_that_chance_explains_is_none()
    {
        // One image of one source goes wrong without its marker: 0.97 of the area is left, within what the choice of sources does.
        ProbedImage[] images = [.. Images((label, noise) => new(label, label, noise))];
        images[0] = images[0] with { Blanked = 1 - images[0].Blanked };

        var report = ShortcutReport.Of(60, images);

        Assert.True(report.Loss > ShortcutReport.LeastLoss);
        Assert.Equal(0, report.LossLow);
        Assert.Equal(ShortcutVerdict.NotRead, report.Verdict);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(9, 30)]
    [InlineData(30, 0)]
    public void Too_few_images_of_a_class_say_nothing(int fractured, int sound)
    {
        ProbedImage[] images = [.. Enumerable.Range(0, fractured + sound).Select(i => new ProbedImage($"s{i}", i < fractured ? Label.Fractured : Label.NotFractured, 0.9, 0.1, 0.5))];

        var report = ShortcutReport.Of(100, images);

        Assert.Equal(ShortcutVerdict.TooFew, report.Verdict);
        Assert.Equal(fractured + sound, report.WithMarkers);
        Assert.Equal(fractured > 0 && sound > 0, report.LossLow is not null);
    }

    [Fact]
    public void The_interval_of_the_loss_knows_that_both_scores_are_of_the_same_images()
    {
        // Scores that are hard to tell apart, all shifted by the same: their areas vary from draw to draw, their difference never.
        var random = new Random(5);
        (SourceScore First, double Second)[] images = [.. Enumerable.Range(0, 60).Select(i =>
        {
            var score = random.NextDouble();
            return (new SourceScore($"s{i / 2}", i % 4 < 2 ? Label.Fractured : Label.NotFractured, score), score / 2);
        })];

        Assert.Equal((0.0, 0.0), SourceBootstrap.AucLossInterval(images, 200, 1));
        var (low, high) = SourceBootstrap.MeanAucInterval([[.. images.Select(i => i.First)]], 200, 1);
        Assert.True(high - low > 0.1);
        Assert.Throws<ArgumentException>(() => SourceBootstrap.AucLossInterval([.. images.Where(i => i.First.Label == Label.Fractured)], 200, 1));
    }

    private static ProbedImage[] Images(Func<double, double, Scores> scores)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 60).Select(i =>
        {
            var label = i / 2 % 2 == 0 ? Label.Fractured : Label.NotFractured;
            var of = scores(label == Label.Fractured ? 0.9 : 0.1, random.NextDouble());
            return new ProbedImage($"s{i / 2}", label, of.Plain, of.Blanked, of.Only);
        })];
    }

    private sealed record Scores(double Plain, double Blanked, double Only);
}
