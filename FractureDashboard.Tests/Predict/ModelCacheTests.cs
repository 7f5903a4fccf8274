using FractureDashboard.Predict;

namespace FractureDashboard.Tests.Predict;

public sealed class ModelCacheTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_is_loaded_once_for_all_who_ask_at_the_same_time()
    {
        var open = new TaskCompletionSource();
        var loader = new FakeLoader { OnLoad = (_, _) => open.Task };
        await using var cache = new ModelCache(loader);

        var rents = Enumerable.Range(0, ModelCache.Capacity).Select(_ => cache.RentAsync(Run(1), Token)).ToList();
        open.SetResult();
        var leases = await Task.WhenAll(rents);

        Assert.Single(loader.Loaded);
        Assert.All(leases, l => Assert.Same(leases[0].Model, l.Model));
        Release(leases);
    }

    [Fact]
    public async Task The_model_used_longest_ago_goes_first()
    {
        var loader = new FakeLoader();
        await using var cache = new ModelCache(loader);
        foreach (var id in new[] { 1, 2, 3, 1, 4 })
        {
            (await cache.RentAsync(Run(id), Token)).Dispose();
        }

        Assert.Equal([1, 2, 3, 4], loader.Loaded.Select(m => m.RunId));
        Assert.Equal([2], loader.Loaded.Where(m => m.IsDisposed).Select(m => m.RunId));
        Assert.Equal(ModelCache.Capacity, cache.Count);
    }

    [Fact]
    public async Task A_lent_model_is_never_evicted()
    {
        var loader = new FakeLoader();
        await using var cache = new ModelCache(loader);
        using var kept = await cache.RentAsync(Run(1), Token);
        foreach (var id in new[] { 2, 3, 4, 5, 6 })
        {
            (await cache.RentAsync(Run(id), Token)).Dispose();
        }

        Assert.False(((FakeModel)kept.Model).IsDisposed);
        Assert.True(cache.Count <= ModelCache.Capacity);
    }

    [Fact]
    public async Task Whoever_finds_all_models_lent_out_waits_for_one()
    {
        await using var cache = new ModelCache(new FakeLoader());
        var leases = new List<ModelLease>();
        for (var id = 1; id <= ModelCache.Capacity; id++)
        {
            leases.Add(await cache.RentAsync(Run(id), Token));
        }

        var waiting = cache.RentAsync(Run(9), Token);
        Assert.False(waiting.IsCompleted);
        leases[0].Dispose();

        using var lease = await waiting;
        Assert.Equal(9, ((FakeModel)lease.Model).RunId);
        Assert.True(((FakeModel)leases[0].Model).IsDisposed);
        Release([.. leases[1..]]);
    }

    [Fact]
    public async Task A_lease_given_back_twice_counts_once()
    {
        await using var cache = new ModelCache(new FakeLoader());
        var twice = await cache.RentAsync(Run(1), Token);
        using var other = await cache.RentAsync(Run(1), Token);

        twice.Dispose();
        twice.Dispose();
        (await cache.RentAsync(Run(2), Token)).Dispose();
        (await cache.RentAsync(Run(3), Token)).Dispose();
        (await cache.RentAsync(Run(4), Token)).Dispose();

        Assert.False(((FakeModel)other.Model).IsDisposed);
    }

    [Fact]
    public async Task A_failed_load_is_tried_again_by_the_next_who_asks()
    {
        var attempts = 0;
        var loader = new FakeLoader { OnLoad = (_, _) => ++attempts == 1 ? throw new ModelUnavailableException("first") : Task.CompletedTask };
        await using var cache = new ModelCache(loader);

        await Assert.ThrowsAsync<ModelUnavailableException>(() => cache.RentAsync(Run(1), Token));
        using var lease = await cache.RentAsync(Run(1), Token);

        Assert.Equal(1, cache.Count);
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task Failed_loads_use_up_no_place()
    {
        var loader = new FakeLoader { OnLoad = (_, _) => throw new ModelUnavailableException("broken") };
        await using var cache = new ModelCache(loader);
        for (var id = 1; id <= ModelCache.Capacity * 3; id++)
        {
            var run = Run(id);
            await Assert.ThrowsAsync<ModelUnavailableException>(() => cache.RentAsync(run, Token));
        }

        loader.OnLoad = (_, _) => Task.CompletedTask;
        using var lease = await cache.RentAsync(Run(1), Token);
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public async Task A_load_that_failed_after_its_asker_left_is_not_held_against_the_next()
    {
        var fail = new TaskCompletionSource();
        var loader = new FakeLoader { OnLoad = (_, _) => fail.Task };
        await using var cache = new ModelCache(loader);
        using var leaving = new CancellationTokenSource();
        var abandoned = cache.RentAsync(Run(1), leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);

        fail.SetException(new ModelUnavailableException("late"));
        while (cache.Count > 0)
        {
            await Task.Yield();
        }

        loader.OnLoad = (_, _) => Task.CompletedTask;
        using var lease = await cache.RentAsync(Run(1), Token);
        Assert.Single(loader.Loaded);
    }

    [Fact]
    public async Task New_weights_of_the_same_run_are_another_model()
    {
        var loader = new FakeLoader();
        await using var cache = new ModelCache(loader);
        (await cache.RentAsync(Run(1), Token)).Dispose();
        (await cache.RentAsync(Run(1) with { WeightsHash = "other" }, Token)).Dispose();

        Assert.Equal(2, loader.Loaded.Count);
    }

    [Fact]
    public async Task Closing_while_a_model_loads_ends_the_wait_and_leaves_no_model()
    {
        var loading = new TaskCompletionSource();
        var loader = new FakeLoader
        {
            OnLoad = async (_, token) =>
            {
                loading.SetResult();
                await Task.Delay(Timeout.Infinite, token);
            },
        };
        var cache = new ModelCache(loader);
        var waiting = cache.RentAsync(Run(1), Token);
        await loading.Task;

        await cache.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Empty(loader.Loaded);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => cache.RentAsync(Run(1), Token));
    }

    [Fact]
    public async Task A_load_that_ignores_the_closing_is_disposed_when_it_ends()
    {
        var open = new TaskCompletionSource();
        var loader = new FakeLoader { OnLoad = (_, _) => open.Task };
        var cache = new ModelCache(loader);
        var waiting = cache.RentAsync(Run(1), Token);
        await cache.DisposeAsync();
        open.SetResult();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        Assert.True(Assert.Single(loader.Loaded).IsDisposed);
    }

    [Fact]
    public async Task Closing_disposes_the_unused_at_once_and_the_lent_when_it_comes_back()
    {
        var loader = new FakeLoader();
        var cache = new ModelCache(loader);
        (await cache.RentAsync(Run(1), Token)).Dispose();
        var lent = await cache.RentAsync(Run(2), Token);

        await cache.DisposeAsync();
        Assert.Equal([true, false], loader.Loaded.Select(m => m.IsDisposed));

        lent.Dispose();
        Assert.All(loader.Loaded, m => Assert.True(m.IsDisposed));
    }

    [Fact]
    public async Task Many_at_once_never_use_a_disposed_model_nor_exceed_the_capacity()
    {
        var loader = new FakeLoader { OnLoad = async (_, _) => await Task.Yield() };
        var cache = new ModelCache(loader);
        await Parallel.ForAsync(0, 400, Token, async (i, token) =>
        {
            using var lease = await cache.RentAsync(Run(i * 7 % 11), token);
            await Task.Yield();
            Assert.False(((FakeModel)lease.Model).IsDisposed);
            Assert.InRange(cache.Count, 1, ModelCache.Capacity);
        });

        await cache.DisposeAsync();
        Assert.All(loader.Loaded, m => Assert.True(m.IsDisposed));
    }

    private static FinishedRun Run(int id) => new(id, $"run {id}", "baseline-cnn", "Bones", false, 0.9, $"hash{id}", "{}");

    private static void Release(IReadOnlyList<ModelLease> leases)
    {
        foreach (var lease in leases)
        {
            lease.Dispose();
        }
    }
}
