using CsCheck;
using FractureDashboard.Live;
using FractureDashboard.Storage;

namespace FractureDashboard.Tests.Runs;

public sealed class CurveThinningTests
{
    [Fact]
    public void Thinning_keeps_extremes_ends_order_and_bound() =>
        Gen.Select(Gen.Double[-10, 10].Array[0, 3000], Gen.Int[4, 500]).Sample((losses, maximum) =>
        {
            var steps = losses.Select((loss, i) => new RunStep { Sequence = i + 1, GlobalStep = i + 1, Loss = loss }).ToList();

            var kept = CurveThinning.Thin(steps, maximum);

            Assert.True(kept.Count <= maximum || kept.Count == steps.Count);
            Assert.True(kept.Count <= Math.Max(maximum, 0) || steps.Count <= maximum);
            Assert.All(kept, k => Assert.Same(steps[(int)k.Sequence - 1], k));
            Assert.Equal(kept.Select(k => k.Sequence).Distinct().Order(), kept.Select(k => k.Sequence));
            if (steps.Count > 0)
            {
                Assert.Equal(losses.Min(), kept.Min(k => k.Loss));
                Assert.Equal(losses.Max(), kept.Max(k => k.Loss));
                Assert.Equal((1, steps.Count), (kept[0].Sequence, kept[^1].Sequence));
            }
        });

    [Fact]
    public void Few_points_stay_as_they_are()
    {
        RunStep[] steps = [new() { Loss = 1 }, new() { Loss = 2 }];

        Assert.Same(steps, CurveThinning.Thin(steps, 4));
    }
}
