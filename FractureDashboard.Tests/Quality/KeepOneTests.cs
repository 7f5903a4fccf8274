using CsCheck;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Quality.Findings;

namespace FractureDashboard.Tests.Quality;

public sealed class KeepOneTests
{
    private static readonly Gen<ShownFinding[]> Some = Gen.Select(Gen.Int[0, 3], Gen.Enum<Split>(), Gen.Int[0, 9].Select(n => n == 0 ? Label.NotFractured : Label.Fractured))
        .Array[1, 20]
        .Select(parts => parts.Select((p, i) => Finding($"{i:00}.png", $"g{p.Item1}", p.Item2, p.Item3)).ToArray());

    [Fact]
    public void One_file_of_each_group_stays_the_one_that_is_held_out_furthest() => Some.Sample(findings =>
    {
        var (aside, contradictory) = KeepOne.Choose(findings);
        var groups = findings.GroupBy(f => f.GroupKey).ToList();
        foreach (var group in groups)
        {
            var stay = group.Except(aside).ToList();
            if (group.Select(f => f.Label).Distinct().Count() > 1)
            {
                Assert.Equal(group.Count(), stay.Count);
            }
            else
            {
                Assert.Equal(group.Max(f => f.Split), Assert.Single(stay).Split);
            }
        }

        Assert.Equal(groups.Count(g => g.Select(f => f.Label).Distinct().Count() > 1), contradictory);
    });

    [Fact]
    public void Of_several_in_one_split_the_first_by_path_stays_and_what_stands_alone_is_left()
    {
        var (aside, contradictory) = KeepOne.Choose([Finding("b.png", "g", Split.Test), Finding("a.png", "g", Split.Test), Finding("c.png", null, Split.Train)]);

        Assert.Equal("b.png", Assert.Single(aside).RelativePath);
        Assert.Equal(0, contradictory);
    }

    [Fact]
    public void After_selecting_all_unticking_one_leaves_the_others_of_the_page()
    {
        var selection = new FindingSelection();
        ShownFinding[] page = [Finding("a.png", null, Split.Train), Finding("b.png", null, Split.Train)];
        selection.SelectAll();
        Assert.Equal(900, selection.Count(900));
        Assert.True(selection.Contains(page[0]));

        selection.Set([page[0]], on: false, page);

        Assert.Equal((1, false, true), (selection.Count(900), selection.Contains(page[0]), selection.Contains(page[1])));
        selection.Clear();
        Assert.Equal(0, selection.Count(900));
    }

    private static ShownFinding Finding(string path, string? group, Split split, Label label = Label.Fractured) =>
        new(path.GetHashCode(StringComparison.Ordinal), QualityRule.ExactDuplicate, QualitySeverity.Warning, path, split, label, "hash", "Seen.", group);
}
