using CsCheck;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Evaluation;

namespace FractureDashboard.Tests.ML.Evaluation;

public sealed class ScoreSetTests
{
    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_score_that_is_no_probability_is_refused(double score) => Assert.Throws<ArgumentException>(() => new ScoreSet([0.5, score], [Label.Fractured, Label.Fractured]));

    [Fact]
    public void Lists_of_different_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ScoreSet([0.5], []));
        Assert.Throws<ArgumentException>(() => new ScoreSet([0.5], [Label.Fractured], ["a", "b"]));
    }

    [Fact]
    public void Sources_are_counted_and_images_without_one_stand_alone()
    {
        Label[] labels = [.. Enumerable.Repeat(Label.Fractured, 5)];

        Assert.Equal(4, new ScoreSet([0, 0, 0, 0, 0], labels, ["a", null, "a", null, "b"]).SourceCount);
        Assert.Equal(5, new ScoreSet([0, 0, 0, 0, 0], labels).SourceCount);
    }

    [Fact]
    public void Later_changes_to_the_lists_change_nothing()
    {
        double[] scores = [0.5, 0.6];
        var set = new ScoreSet(scores, [Label.Fractured, Label.NotFractured]);
        scores[0] = 7;

        Assert.Equal([0.5, 0.6], set.Scores);
    }

    [Fact]
    public void Some_images_keep_their_order_labels_and_sources()
    {
        var set = new ScoreSet([0.1, 0.2, 0.3], [Label.Fractured, Label.NotFractured, Label.Fractured], ["a", "b", null]).Where(i => i != 1);

        Assert.Equal([0.1, 0.3], set.Scores);
        Assert.Equal([Label.Fractured, Label.Fractured], set.Labels);
        Assert.Equal(["a", null], set.Sources!);
    }

    [Fact]
    public void The_tally_counts_every_image_once_by_falling_score() => ScoreCases.Any.Sample(set =>
    {
        var tally = set.Tally;

        Assert.Equal([.. set.Scores.Distinct().OrderDescending()], tally.Scores.ToArray());
        Assert.Equal(set.Count, tally.Images);
        for (var i = 0; i < tally.Scores.Length; i++)
        {
            var score = tally.Scores[i];
            Assert.Equal(set.Scores.Zip(set.Labels).Count(p => p.First == score && p.Second == Label.Fractured), tally.FracturedAt[i]);
            Assert.Equal(set.Scores.Zip(set.Labels).Count(p => p.First == score && p.Second == Label.NotFractured), tally.NotFracturedAt[i]);
        }
    });
}
