using FractureDashboard.ML.Runtime;

namespace FractureDashboard.Tests.ML.Runtime;

public sealed class SplitMix64Tests
{
    [Fact]
    public void A_permutation_holds_each_number_once_and_depends_on_the_whole_name()
    {
        var order = SplitMix64.For(1, 2, 3).Permutation(500);

        Assert.Equal(Enumerable.Range(0, 500), order.Order());
        Assert.Equal(order, SplitMix64.For(1, 2, 3).Permutation(500));
        Assert.NotEqual(order, SplitMix64.For(1, 2, 4).Permutation(500));
        Assert.NotEqual(order, SplitMix64.For(2, 1, 3).Permutation(500));
    }

    [Fact]
    public void Every_place_of_a_permutation_is_as_likely()
    {
        var counts = new int[5, 5];
        for (var i = 0; i < 10_000; i++)
        {
            var order = SplitMix64.For(i).Permutation(5);
            for (var place = 0; place < 5; place++)
            {
                counts[place, order[place]]++;
            }
        }

        // 2,000 expected in each; five standard deviations are 200.
        foreach (var count in counts)
        {
            Assert.InRange(count, 1800, 2200);
        }
    }
}
