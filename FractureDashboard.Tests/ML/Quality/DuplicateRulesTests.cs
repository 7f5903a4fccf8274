using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Tests.ML.Quality;

public sealed class DuplicateRulesTests
{
    [Fact]
    public void Copies_within_a_class_of_a_split_are_named_together_and_alone()
    {
        var set = new JudgedSet().Add("a", 1).Add("b", 1).Add("c", 2).Add("d", 1, Split.Test);

        var findings = set.Judge().Where(f => f.Rule == QualityRule.ExactDuplicate).ToList();

        Assert.Equal(["a", "b"], findings.Select(f => f.File.RelativePath));
        Assert.Single(findings.Select(f => f.Group).Distinct());
        Assert.All(findings, f => Assert.Equal((QualitySeverity.Warning, 2.0), (f.Severity, f.Score)));
    }

    [Fact]
    public void Copies_in_two_places_are_a_group_in_each_so_that_one_is_kept_in_each()
    {
        var findings = new JudgedSet().Add("a", 1).Add("b", 1).Add("c", 1, Split.Test).Add("d", 1, Split.Test).Judge().Where(f => f.Rule == QualityRule.ExactDuplicate);

        Assert.Equal([2, 2], findings.GroupBy(f => f.Group).Select(g => g.Count()));
    }

    [Fact]
    public void Copies_in_both_classes_are_an_error_on_each_of_them()
    {
        var findings = new JudgedSet().Add("a", 1).Add("b", 1, label: Label.NotFractured).Add("c", 2, label: Label.NotFractured).Judge()
            .Where(f => f.Rule == QualityRule.ExactDuplicateAcrossClasses).ToList();

        Assert.Equal(["a", "b"], findings.Select(f => f.File.RelativePath));
        Assert.All(findings, f => Assert.Equal(QualitySeverity.Error, f.Severity));
        Assert.Contains("1 in train (fractured), 1 in train (not fractured)", findings[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_in_several_splits_are_an_error_on_each_of_them()
    {
        var findings = new JudgedSet().Add("a", 1).Add("b", 1, Split.Validation).Add("c", 1, Split.Test).Add("d", 2, Split.Test).Judge()
            .Where(f => f.Rule == QualityRule.ExactDuplicateAcrossSplits).ToList();

        Assert.Equal(["a", "b", "c"], findings.Select(f => f.File.RelativePath));
        Assert.All(findings, f => Assert.Equal((QualitySeverity.Error, 3.0), (f.Severity, f.Score)));
    }

    [Fact]
    public void Files_without_split_and_class_are_copies_and_cross_nothing()
    {
        var set = new JudgedSet().Add("a", 1, null, null).Add("b", 1, null, null).Add("c", 1, Split.Test, Label.Fractured);

        Assert.Equal(["a", "b"], set.Named(QualityRule.ExactDuplicate));
        Assert.Empty(set.Named(QualityRule.ExactDuplicateAcrossClasses));
        Assert.Empty(set.Named(QualityRule.ExactDuplicateAcrossSplits));
    }

    [Fact]
    public void Files_that_do_not_decode_are_no_copies()
    {
        var set = new JudgedSet().Add("a", 1, failure: DecodeFailure.Empty).Add("b", 1, Split.Test, failure: DecodeFailure.Empty);

        Assert.All(set.Judge(), f => Assert.Equal(QualityRule.Empty, f.Rule));
        Assert.Equal(0, set.Leakage().IdenticalGroups);
    }

    [Theory]
    [InlineData(Split.Train, Label.Fractured, QualityRule.NearDuplicate)]
    [InlineData(Split.Train, Label.NotFractured, QualityRule.NearDuplicateAcrossClasses)]
    [InlineData(Split.Test, Label.Fractured, QualityRule.NearDuplicateAcrossSplits)]
    public void Pictures_that_look_alike_are_named_by_where_they_lie(Split split, Label label, QualityRule rule)
    {
        var set = new JudgedSet().Add("a", 1, looks: 0b1111).Add("b", 2, split, label, looks: 0b1100).Add("c", 3);

        var findings = set.Judge().Where(f => f.Rule is >= QualityRule.NearDuplicate and <= QualityRule.NearDuplicateAcrossSplits).ToList();

        Assert.Equal([("a", rule), ("b", rule)], findings.Select(f => (f.File.RelativePath, f.Rule)));
        Assert.Contains("Looks like b: 2 of the 64 bits", findings[0].Evidence, StringComparison.Ordinal);
        Assert.Equal(findings[0].Group, findings[1].Group);
    }

    [Fact]
    public void Pictures_that_are_laid_out_alike_but_of_different_radiographs_are_no_copies()
    {
        var set = new JudgedSet().Add("a", 1, looks: 7).Add("b", 2, Split.Test, looks: 7).Add("c", 3, Split.Test, looks: 7).Same("s-1", 1, 2).Same("s-2", 3);

        Assert.Equal(["a", "b"], set.Named(QualityRule.NearDuplicateAcrossSplits));
        Assert.Empty(set.Named(QualityRule.NearDuplicate));
    }

    [Fact]
    public void Exact_copies_are_no_near_copies()
    {
        var set = new JudgedSet().Add("a", 1, looks: 7).Add("b", 1, Split.Test, looks: 7);

        Assert.Empty(set.Named(QualityRule.NearDuplicateAcrossSplits));
    }

    [Fact]
    public void A_chain_of_likenesses_names_only_what_is_itself_like_something_in_the_other_split()
    {
        // a is like b, b like c; a and c differ too much.
        var set = new JudgedSet().Add("a", 1, looks: 0).Add("b", 2, looks: 0x1F).Add("c", 3, Split.Test, looks: 0x3FF);

        Assert.Equal(["b", "c"], set.Named(QualityRule.NearDuplicateAcrossSplits));
        Assert.Equal(["a", "b"], set.Named(QualityRule.NearDuplicate));
    }

    [Fact]
    public void Blank_pictures_are_like_nothing()
    {
        var blank = JudgedSet.Ordinary with { Uniform = 1, Deviation = 0 };
        var set = new JudgedSet().Add("a", 1, pixels: blank, looks: 0).Add("b", 2, Split.Test, pixels: blank, looks: 0);

        Assert.Empty(set.Named(QualityRule.NearDuplicateAcrossSplits));
    }

    [Fact]
    public void Thousands_of_pictures_with_one_hash_are_named_in_time()
    {
        var set = new JudgedSet();
        for (var i = 0; i < 3000; i++)
        {
            set.Add($"{i:0000}", i, i % 2 == 0 ? Split.Train : Split.Test, looks: 99);
        }

        Assert.Equal(3000, set.Named(QualityRule.NearDuplicateAcrossSplits).Length);
    }

    [Fact]
    public void Images_of_one_radiograph_are_named_where_another_one_of_it_lies_elsewhere()
    {
        var set = new JudgedSet().Add("a", 1).Add("b", 2).Add("c", 3, Split.Test).Add("d", 4, label: Label.NotFractured).Add("e", 5).Same("s", 1, 2, 3).Same("t", 4, 5);

        Assert.Equal(["a", "b", "c"], set.Named(QualityRule.SourceAcrossSplits));
        Assert.Equal(["d", "e"], set.Named(QualityRule.SourceAcrossClasses));
        Assert.All(set.Judge().Where(f => f.Rule == QualityRule.SourceAcrossSplits), f => Assert.Equal(("s", QualitySeverity.Error), (f.Group, f.Severity)));
    }

    [Fact]
    public void The_same_bytes_in_several_splits_are_no_finding_about_sources()
    {
        var set = new JudgedSet().Add("a", 1).Add("b", 1, Split.Test).Same("s", 1);

        Assert.Empty(set.Named(QualityRule.SourceAcrossSplits));
        Assert.Equal((1, 1), (set.Leakage().Sources, set.Leakage().SourcesAcrossSplits));
    }

    [Fact]
    public void Leakage_counts_held_out_images_with_a_twin_a_near_twin_and_their_source_in_train()
    {
        var count = new JudgedSet()
            .Add("train/twin", 1).Add("train/near", 2, looks: 0).Add("train/source", 3).Add("train/alone", 4)
            .Add("test/twin", 1, Split.Test).Add("val/near", 5, Split.Validation, looks: 1).Add("test/source", 6, Split.Test).Add("test/alone", 7, Split.Test)
            .Add("test/broken", 8, Split.Test, failure: DecodeFailure.Truncated)
            .Same("a", 1).Same("b", 2, 5).Same("c", 3, 6).Same("d", 4).Same("f", 7)
            .Leakage();

        Assert.Equal(new LeakageCount(HeldOut: 4, WithTwin: 1, WithNearTwin: 2, WithSource: 3, IdenticalGroups: 1, IdenticalFiles: 2, DistinctFiles: 7, Sources: 5, SourcesAcrossSplits: 3), count);
    }
}
