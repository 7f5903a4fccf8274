using FractureDashboard.Experiments;
using FractureDashboard.Tests.Runs;

namespace FractureDashboard.Tests.Experiments;

public sealed class WeightFilesTests : IAsyncLifetime
{
    private RunStore store = null!;

    private WeightFiles Files => new(store.Paths);

    public async ValueTask InitializeAsync() => store = await RunStore.CreateAsync();

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Theory]
    [InlineData("resnet18.safetensors", "resnet18.safetensors")]
    [InlineData("../../etc/x y.SafeTensors", "x-y.safetensors")]
    [InlineData("C:\\models\\m.safetensors", "m.safetensors")]
    [InlineData("model.pt", null)]
    [InlineData("...safetensors", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_name_from_a_browser_becomes_a_plain_one(string? name, string? expected) => Assert.Equal(expected, WeightFiles.SafeName(name));

    [Fact]
    public async Task A_file_is_kept_as_it_came_and_never_replaced()
    {
        var first = (await Files.SaveAsync("m.safetensors", new MemoryStream([1, 2, 3]), CancellationToken.None))!;
        var second = (await Files.SaveAsync("m.safetensors", new MemoryStream([4]), CancellationToken.None))!;

        Assert.Equal(["m-2.safetensors", "m.safetensors"], Files.List().Select(f => f.Name));
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(first.Path));
        Assert.Equal(("m-2.safetensors", 1), (second.Name, second.Bytes));
        Assert.Empty(Directory.GetFiles(store.Paths.Temporary));
    }

    [Fact]
    public async Task A_sender_who_breaks_off_leaves_nothing()
    {
        await Assert.ThrowsAsync<IOException>(() => Files.SaveAsync("m.safetensors", new BrokenStream(), CancellationToken.None));

        Assert.Empty(Files.List());
        Assert.Empty(Directory.GetFiles(store.Paths.Temporary));
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("The client went away.");
    }
}
