using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Tests.ML.Training;

public sealed class EpochOrderTests
{
    // 30 fractured images: 25 of one source and 5 of five; 90 others, each its own source.
    private static readonly Sample[] Samples =
    [
        .. Enumerable.Range(0, 30).Select(i => new Sample(i, Label.Fractured, $"f{i}", i < 25 ? "copies" : $"f{i}")),
        .. Enumerable.Range(30, 90).Select(i => new Sample(i, Label.NotFractured, $"n{i}", $"n{i}")),
    ];

    [Fact]
    public void Shuffling_shows_every_image_once_and_differs_between_epochs()
    {
        var order = new EpochOrder(Samples, SamplingKind.Shuffled);

        Assert.Equal(Enumerable.Range(0, 120), order.Draw(1, 1).Order());
        Assert.Equal(order.Draw(1, 1), new EpochOrder(Samples, SamplingKind.Shuffled).Draw(1, 1));
        Assert.NotEqual(order.Draw(1, 1), order.Draw(1, 2));
        Assert.NotEqual(order.Draw(1, 1), order.Draw(2, 1));
    }

    [Theory]
    [InlineData(SamplingKind.BalancedClasses, 25 / 30.0)]
    [InlineData(SamplingKind.BalancedSources, 5 / 10.0)]
    public void Balanced_sampling_shows_both_classes_alike_and_weighs_copies(SamplingKind sampling, double shareOfCopies)
    {
        var order = new EpochOrder(Samples, sampling);

        var drawn = Enumerable.Range(1, 100).SelectMany(epoch => order.Draw(7, epoch)).Select(i => Samples[i]).ToArray();

        Assert.Equal(12_000, drawn.Length);
        var fractured = drawn.Where(s => s.Label == Label.Fractured).ToArray();
        Assert.InRange(fractured.Length / 12_000.0, 0.48, 0.52);
        Assert.InRange(fractured.Count(s => s.Group == "copies") / (double)fractured.Length, shareOfCopies - 0.03, shareOfCopies + 0.03);
        Assert.Equal(120, drawn.Select(s => s.Row).Distinct().Count());
    }
}
