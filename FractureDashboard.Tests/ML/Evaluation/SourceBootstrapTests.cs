using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Tests.ML.Evaluation;

public sealed class SourceBootstrapTests
{
    [Fact]
    public void A_source_scores_the_mean_of_its_images()
    {
        SourceScore[] scores =
        [
            new("b", Label.NotFractured, 0.2), new("a", Label.Fractured, 0.9), new("a", Label.Fractured, 0.4), new("a", Label.NotFractured, 0.2),
        ];

        var sources = SourceBootstrap.BySource(scores);

        Assert.Equal(["a", "b"], sources.Select(s => s.Source));
        Assert.Equal([Label.Fractured, Label.NotFractured], sources.Select(s => s.Label));
        Assert.Equal(0.5, sources[0].Score, 12);
    }

    [Fact]
    public void Scores_that_separate_the_classes_in_each_fold_leave_no_doubt()
    {
        // The second fold's network scores everything higher: only within a fold are scores compared.
        SourceScore[][] folds = [Fold(20, i => i.Label == Label.Fractured ? 0.4 : 0.1), Fold(20, i => i.Label == Label.Fractured ? 0.9 : 0.6)];

        Assert.Equal((1, 1), SourceBootstrap.MeanAucInterval(folds, 100, 1));
    }

    [Fact]
    public void The_interval_holds_the_value_repeats_and_shrinks_with_more_sources()
    {
        static double Width((double Low, double High) interval) => interval.High - interval.Low;

        SourceScore[][] few = [Fold(20, Noisy)], many = [Fold(320, Noisy)];
        var interval = SourceBootstrap.MeanAucInterval(few, 400, 1);

        Assert.InRange(SourceBootstrap.Auc(few[0]), interval.Low, interval.High);
        Assert.Equal(interval, SourceBootstrap.MeanAucInterval(few, 400, 1));
        Assert.NotEqual(interval, SourceBootstrap.MeanAucInterval(few, 400, 2));
        Assert.InRange(Width(SourceBootstrap.MeanAucInterval(many, 400, 1)) / Width(interval), 0.1, 0.5);
    }

    [Fact]
    public void Copies_of_an_image_in_its_source_make_nothing_surer()
    {
        var once = Fold(40, Noisy);
        SourceScore[] copied = [.. once.SelectMany(s => Enumerable.Repeat(s, 5))];

        Assert.Equal(SourceBootstrap.MeanAucInterval([once], 200, 1), SourceBootstrap.MeanAucInterval([copied], 200, 1));
    }

    [Fact]
    public void Nothing_to_draw_from_is_refused()
    {
        Assert.Throws<ArgumentException>(() => SourceBootstrap.MeanAucInterval([], 100, 1));
        Assert.Throws<ArgumentException>(() => SourceBootstrap.MeanAucInterval([[new("a", Label.Fractured, 1)]], 100, 1));
    }

    private static SourceScore[] Fold(int sources, Func<(int Number, Label Label), double> score) =>
        [.. Enumerable.Range(0, sources).Select(i => (Number: i, Label: (Label)(i % 2))).Select(i => new SourceScore($"s{i.Number}", i.Label, score(i)))];

    private static double Noisy((int Number, Label Label) image) => (image.Number * 0.618034 % 1) + (0.3 * (int)image.Label);
}
