using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Tests.Jobs;

public sealed class QualityActivityTests
{
    [Fact]
    public void The_newest_findings_are_kept_and_all_are_counted()
    {
        using var activity = new QualityActivity(1, () => { }, TimeProvider.System);
        for (var i = 0; i < 200; i++)
        {
            activity.Found(Finding(i));
        }

        var view = activity.View();

        Assert.Equal(QualityActivities.NewestKept, view.Newest.Count);
        Assert.Equal("199", view.Newest[0].File.RelativePath);
        Assert.Equal(200, view.Counts[QualityRule.Empty]);
    }

    [Fact]
    public void A_bar_never_goes_back()
    {
        using var activity = new QualityActivity(1, () => { }, TimeProvider.System);
        activity.Report(new(ScanPhase.Comparing, 5, 10, 0, 0));

        activity.Report(new(ScanPhase.Inspecting, 9, 10, 0, 0));
        activity.Report(new(ScanPhase.Comparing, 4, 10, 0, 0));

        Assert.Equal((ScanPhase.Comparing, 5), (activity.View().Progress!.Value.Phase, activity.View().Progress!.Value.Done));
    }

    [Fact]
    public void A_change_is_taken_once()
    {
        using var activity = new QualityActivity(1, () => { }, TimeProvider.System);
        Assert.False(activity.TakeChanged());

        activity.Found(Finding(1));

        Assert.True(activity.TakeChanged());
        Assert.False(activity.TakeChanged());
    }

    private static QualityFinding Finding(int number) =>
        new(QualityRule.Empty, QualitySeverity.Error, new PlacedFile($"{number}", Split.Train, Label.Fractured, 0, default), null, "The file has no bytes.");
}
