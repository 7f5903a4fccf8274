using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Quality.Report;

namespace FractureDashboard.Tests.Quality;

public sealed class VerdictTests
{
    private static readonly LeakageCount Honest = new(100, 0, 0, 0, 0, 0, 400, 400, 0);

    [Fact]
    public void A_clean_set_is_fit_for_both()
    {
        Assert.Equal(VerdictTone.Good, Verdict.OfTraining(new([])).Tone);
        Assert.Equal(VerdictTone.Good, Verdict.OfJudging(new([]), Honest).Tone);
    }

    [Fact]
    public void Leakage_speaks_against_judging_and_not_against_training()
    {
        var counts = Counts((QualityRule.ExactDuplicateAcrossSplits, QualitySeverity.Error, 24));
        var judging = Verdict.OfJudging(counts, new(1330, 1212, 1212, 1300, 3534, 10206, 3876, 700, 500));

        Assert.Equal(VerdictTone.Good, Verdict.OfTraining(counts).Tone);
        Assert.Equal(VerdictTone.Bad, judging.Tone);
        Assert.Contains("1,212 of 1,330", judging.Why, StringComparison.Ordinal);
        Assert.Contains("1,300 (97.7 %)", judging.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_about_files_speak_against_training_and_name_the_commonest()
    {
        var verdict = Verdict.OfTraining(Counts((QualityRule.Truncated, QualitySeverity.Error, 4), (QualityRule.Empty, QualitySeverity.Error, 1), (QualityRule.Blurred, QualitySeverity.Warning, 9)));

        Assert.Equal(VerdictTone.Bad, verdict.Tone);
        Assert.StartsWith("5 errors about files and classes: 4 × cut-off image, 1 × empty file.", verdict.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_ask_for_a_look() => Assert.Equal(VerdictTone.Doubtful, Verdict.OfTraining(Counts((QualityRule.Blurred, QualitySeverity.Warning, 1))).Tone);

    [Fact]
    public void Copies_between_validation_and_test_alone_make_judging_doubtful() =>
        Assert.Equal(VerdictTone.Doubtful, Verdict.OfJudging(Counts((QualityRule.ExactDuplicateAcrossSplits, QualitySeverity.Error, 2)), Honest).Tone);

    [Fact]
    public void Radiographs_in_train_are_enough_to_forbid_judging() =>
        Assert.Equal(VerdictTone.Bad, Verdict.OfJudging(new([]), Honest with { WithSource = 1 }).Tone);

    [Fact]
    public void Without_held_out_images_there_is_nothing_to_judge_on()
    {
        Assert.Equal("There is nothing to judge on", Verdict.OfJudging(new([]), null).Answer);
        Assert.Equal("There is nothing to judge on", Verdict.OfJudging(new([]), Honest with { HeldOut = 0 }).Answer);
    }

    private static CheckCounts Counts(params (QualityRule Rule, QualitySeverity Severity, int Count)[] counts) =>
        new([.. counts.Select(c => new CheckCount(c.Rule, c.Severity, Split.Train, Label.Fractured, c.Count))]);
}
