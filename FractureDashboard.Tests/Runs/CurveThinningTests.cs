using System.Diagnostics;
using CsCheck;
using FractureDashboard.Live;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Runs;

public sealed class CurveThinningTests : IAsyncLifetime
{
    private RunStore store = null!;

    public async ValueTask InitializeAsync() => store = await RunStore.CreateAsync();

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task Thinning_keeps_extremes_ends_order_and_bound() =>
        await Gen.Select(Gen.Select(Gen.Double[-10, 10], Gen.Double[0, 5], Gen.Int[1, 4]).Array[1, 600], Gen.Int[5, 200]).SampleAsync(
            async (points, maximum) =>
            {
                var id = await store.AddRunAsync();
                var sequence = 0L;
                var steps = points.Select((p, i) => new RunStep { RunId = id, Sequence = sequence += p.Item3, GlobalStep = i + 1, Loss = p.Item1, GradientNorm = p.Item2 }).ToList();
                await store.ChangeAsync(db => db.RunSteps.AddRangeAsync(steps));

                var kept = await ReadAsync(id, 0, sequence, maximum);

                Assert.True(kept.Count <= maximum);
                Assert.Equal(kept.Select(k => k.Sequence).Distinct().Order(), kept.Select(k => k.Sequence));
                Assert.Equal(points.Min(p => p.Item1), kept.Min(k => k.Loss));
                Assert.Equal(points.Max(p => p.Item1), kept.Max(k => k.Loss));
                Assert.Equal(points.Max(p => p.Item2), kept.Max(k => k.GradientNorm));
                Assert.Equal((steps[0].Sequence, sequence), (kept[0].Sequence, kept[^1].Sequence));
                Assert.True(steps.Count > maximum || kept.Count == steps.Count);
            },
            iter: 30,
            threads: 1);

    [Fact]
    public async Task Only_the_range_asked_for_is_read()
    {
        var id = await store.AddRunAsync();
        var other = await store.AddRunAsync();
        await store.ChangeAsync(db => db.RunSteps.AddRangeAsync(Enumerable.Range(1, 100).SelectMany(i => new[] { Step(id, i), Step(other, i) })));

        var kept = await ReadAsync(id, 10, 90, 20);

        Assert.Equal((11, 90), (kept[0].Sequence, kept[^1].Sequence));
        Assert.All(kept, k => Assert.Equal(id, k.RunId));
    }

    [Fact]
    public async Task A_hundred_thousand_steps_are_thinned_in_the_database()
    {
        const int Steps = 100_000;
        var id = await store.AddRunAsync();
        await store.ChangeAsync(async db => await db.Database.ExecuteSqlAsync($"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Steps})
            INSERT INTO RunSteps (RunId, Sequence, GlobalStep, Epoch, Loss, ImagesPerSecond, LearningRate, GradientNorm, DataSeconds, ForwardSeconds, BackwardSeconds, OptimizerSeconds, ProcessBytes)
            SELECT {id}, i, i, 1, CASE WHEN i = 54321 THEN 99.0 ELSE abs(random() % 1000) / 1000.0 END, 100, 0.001, 1, 0, 0, 0, 0, 0 FROM n
            """));
        var watch = Stopwatch.StartNew();

        var kept = await ReadAsync(id, 0, Steps, RunReader.MaximumPoints);

        Assert.InRange(kept.Count, 1000, RunReader.MaximumPoints);
        Assert.Contains(kept, k => k.Loss == 99);

        // About 0.3 s here; the bound only catches a plan that is quadratic.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }

    private static RunStep Step(int run, int i) => new() { RunId = run, Sequence = i, GlobalStep = i, Loss = i % 7 };

    private async Task<List<RunStep>> ReadAsync(int run, long after, long last, int maximum)
    {
        await using var db = await store.Databases.CreateDbContextAsync();
        return await CurveThinning.ReadAsync(db, run, after, last, maximum, CancellationToken.None);
    }
}
