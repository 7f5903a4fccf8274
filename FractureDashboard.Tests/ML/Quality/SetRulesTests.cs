using CsCheck;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Tests.ML.Quality;

public sealed class SetRulesTests
{
    private static readonly PixelStatistics Coloured = JudgedSet.Ordinary with { Colour = 0.3 };

    [Fact]
    public void A_coloured_image_among_grey_ones_is_named_with_all_its_copies()
    {
        var set = Ordinary(40).Add("red", 1000, pixels: Coloured).Add("red again", 1000, pixels: Coloured);

        Assert.Equal(["red", "red again"], set.Named(QualityRule.Colour));
    }

    [Fact]
    public void Colour_is_nothing_where_it_is_common_or_the_set_is_small()
    {
        var mixed = Ordinary(40);
        for (var i = 0; i < 15; i++)
        {
            mixed.Add($"red {i}", 1000 + i, pixels: Coloured);
        }

        Assert.Empty(mixed.Named(QualityRule.Colour));
        Assert.Empty(Ordinary(QualityThresholds.LeastImages - 2).Add("red", 1000, pixels: Coloured).Named(QualityRule.Colour));
    }

    [Fact]
    public void Blur_is_judged_by_the_others_and_once()
    {
        var blurred = JudgedSet.Ordinary with { Sharpness = 0.0205 };
        var set = Ordinary(40).Add("blurred", 1000, pixels: blurred).Add("very blurred", 1001, pixels: blurred with { Sharpness = 0.01 });

        Assert.Equal(["blurred", "very blurred"], set.Named(QualityRule.Blurred));
        Assert.Empty(new JudgedSet().Add("blurred", 1, pixels: blurred).Named(QualityRule.Blurred));
    }

    [Fact]
    public void What_lies_far_from_all_others_is_an_outlier_and_the_evidence_says_in_what()
    {
        var set = Ordinary(200).Add("odd", 1000, pixels: JudgedSet.Ordinary with { Mean = 0.9, Dark = 0.5 });

        var finding = Assert.Single(set.Judge(), f => f.Rule == QualityRule.Outlier);

        Assert.Equal(("odd", QualitySeverity.Info), (finding.File.RelativePath, finding.Severity));
        Assert.Contains("most of all its brightness of the darkest part", finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Outliers_are_a_small_share_the_farthest_first()
    {
        var set = Ordinary(280);
        for (var i = 0; i < 20; i++)
        {
            set.Add($"odd {i:00}", 1000 + i, pixels: JudgedSet.Ordinary with { Mean = 0.6 + (0.01 * i), Dark = 0.3 + (0.01 * i) });
        }

        Assert.Equal(["odd 17", "odd 18", "odd 19"], set.Named(QualityRule.Outlier));
        Assert.Empty(Ordinary(300).Named(QualityRule.Outlier));
    }

    [Fact]
    public void A_confident_contradiction_is_a_label_in_doubt()
    {
        var set = Scored();
        set.Add("wrong", 500, Split.Test, Label.NotFractured).Scores.Add(new("wrong", Label.NotFractured, 0.97));
        set.Add("unsure", 501, Split.Test, Label.NotFractured).Scores.Add(new("unsure", Label.NotFractured, 0.7));

        var finding = Assert.Single(set.Judge(), f => f.Rule == QualityRule.LabelError);

        Assert.Equal(("wrong", QualitySeverity.Warning, 0.97), (finding.File.RelativePath, finding.Severity, finding.Score));
        Assert.Contains("says fractured with 97 %", finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_label_that_counts_now_is_judged_not_the_one_that_the_run_saw()
    {
        var set = Scored();
        set.Add("corrected", 500, Split.Test, Label.Fractured).Scores.Add(new("corrected", Label.NotFractured, 0.97));

        Assert.Empty(set.Named(QualityRule.LabelError));
    }

    [Fact]
    public void Few_scores_strange_ones_and_those_of_other_files_doubt_nothing()
    {
        var few = new JudgedSet().Add("a", 1, Split.Test, Label.NotFractured).Add("b", 2, Split.Test);
        few.Scores.AddRange([new("a", Label.NotFractured, 0.99), new("b", Label.Fractured, 0.99)]);
        var strange = Scored();
        strange.Add("nan", 500, Split.Test, Label.NotFractured).Scores.AddRange([new("nan", Label.NotFractured, double.NaN), new("gone", Label.NotFractured, 1)]);

        Assert.Empty(few.Named(QualityRule.LabelError));
        Assert.Empty(strange.Named(QualityRule.LabelError));
    }

    [Fact]
    public void Findings_do_not_depend_on_the_order_of_the_files() => Gen.Select(Gen.Int[0, 12], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 15], Gen.Int[0, 4])
        .Array[1, 60].Select(Gen.Int).Sample((drawn, order) =>
        {
            var set = new JudgedSet();
            for (var i = 0; i < drawn.Length; i++)
            {
                var (content, split, label, looks, source) = drawn[i];
                set.Add(
                    $"{i:00}",
                    content,
                    split == 3 ? null : (Split)split,
                    label == 2 ? null : (Label)label,
                    JudgedSet.Ordinary with { Mean = 0.05 * content, Colour = content == 3 ? 0.5 : 0 },
                    (ulong)(content % 4) << 2,
                    content == 5 ? DecodeFailure.Damaged : null);
                set.Scores.Add(new($"{i:00}", Label.Fractured, looks / 15.0));
                set.Same($"s{content % 3}", content);
            }

            Assert.Equal(set.Judge(), set.Judge(order));
        }, iter: 200);

    /// <summary>Images that differ a little and show nothing odd.</summary>
    private static JudgedSet Ordinary(int count)
    {
        var set = new JudgedSet();
        for (var i = 0; i < count; i++)
        {
            var shift = (i % 11 - 5) / 100.0;
            set.Add($"plain {i:000}", i, pixels: JudgedSet.Ordinary with { Mean = 0.25 + shift, Deviation = 0.2 + (shift / 3), Bright = 0.8 + shift });
        }

        return set;
    }

    /// <summary>Twenty images of each class, scored well: 0.9 on average for fractured ones, 0.1 for the others.</summary>
    private static JudgedSet Scored()
    {
        var set = new JudgedSet();
        for (var i = 0; i < 20; i++)
        {
            var shift = (i % 5 - 2) / 50.0;
            set.Add($"f{i:00}", 2 * i, Split.Test).Scores.Add(new($"f{i:00}", Label.Fractured, 0.9 + shift));
            set.Add($"n{i:00}", (2 * i) + 1, Split.Test, Label.NotFractured).Scores.Add(new($"n{i:00}", Label.NotFractured, 0.1 + shift));
        }

        return set;
    }
}
