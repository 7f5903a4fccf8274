using FractureDashboard.Predict;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Http;

namespace FractureDashboard.Tests.Predict;

public sealed class UploadReceiverTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("fd-upload-").FullName;
    private readonly AppPaths paths;
    private readonly UploadReceiver receiver;

    public UploadReceiverTests()
    {
        paths = new AppPaths(root);
        receiver = new UploadReceiver(paths);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(200_000)]
    public async Task A_file_within_the_limit_arrives_whole_and_hashed(int length)
    {
        var content = Bytes(length);

        var (file, error) = await receiver.ReceiveAsync(new MemoryStream(content), "a.png", 200_000, CancellationToken.None);

        Assert.Null(error);
        Assert.Equal(content, await File.ReadAllBytesAsync(file!.Path));
        Assert.Equal((length, PredictStage.Hash(content)), (file.Bytes, file.ContentHash));
        file.Dispose();
        Assert.Empty(Left());
    }

    [Fact]
    public async Task One_byte_too_many_is_refused_and_leaves_nothing()
    {
        var (file, error) = await receiver.ReceiveAsync(new MemoryStream(Bytes(100_001)), "a.png", 100_000, CancellationToken.None);

        Assert.Null(file);
        Assert.Equal(PredictionFailure.TooLarge, error!.Kind);
        Assert.Contains("0.1 MB", error.Message, StringComparison.Ordinal);
        Assert.Empty(Left());
    }

    [Fact]
    public async Task An_endless_stream_is_read_no_further_than_the_limit()
    {
        using var endless = new Source(read: _ => 4096);

        var (_, error) = await receiver.ReceiveAsync(endless, "a.png", 1_000_000, CancellationToken.None);

        Assert.Equal(PredictionFailure.TooLarge, error!.Kind);
        Assert.InRange(endless.Sent, 1_000_000, 1_100_000);
    }

    [Fact]
    public async Task Nothing_at_all_is_called_empty()
    {
        var (_, error) = await receiver.ReceiveAsync(Stream.Null, "a.png", 10, CancellationToken.None);

        Assert.Equal(PredictionFailure.Empty, error!.Kind);
        Assert.Empty(Left());
    }

    [Fact]
    public async Task A_sender_that_breaks_off_is_told_so_and_leaves_nothing()
    {
        using var broken = new Source(read: sent => sent > 100_000 ? throw new IOException("The client reset the stream.") : 4096);

        var (_, error) = await receiver.ReceiveAsync(broken, "a.png", 1_000_000, CancellationToken.None);

        Assert.Equal(PredictionFailure.Unreadable, error!.Kind);
        Assert.Contains("did not arrive completely", error.Message, StringComparison.Ordinal);
        Assert.Empty(Left());
    }

    [Fact]
    public async Task A_limit_of_the_web_server_is_reported_as_too_large()
    {
        using var limited = new Source(read: _ => throw new BadHttpRequestException("Request body too large.", StatusCodes.Status413PayloadTooLarge));

        var (_, error) = await receiver.ReceiveAsync(limited, "a.png", 1_000_000, CancellationToken.None);

        Assert.Equal(PredictionFailure.TooLarge, error!.Kind);
    }

    [Fact]
    public async Task A_disk_that_refuses_is_not_blamed_on_the_sender()
    {
        Directory.Delete(paths.Temporary);
        await File.WriteAllTextAsync(paths.Temporary, "a file where the folder was");

        var (_, error) = await receiver.ReceiveAsync(new MemoryStream(Bytes(10)), "a.png", 100, CancellationToken.None);

        Assert.Equal(PredictionFailure.NotStored, error!.Kind);
    }

    [Fact]
    public async Task A_cancelled_upload_leaves_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        using var source = new Source(read: sent =>
        {
            if (sent > 50_000)
            {
                cancellation.Cancel();
            }

            return 4096;
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiver.ReceiveAsync(source, "a.png", 1_000_000, cancellation.Token));

        Assert.Empty(Left());
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private string[] Left() => Directory.GetFiles(paths.Temporary);

    /// <summary>A stream whose reads the test decides.</summary>
    private sealed class Source(Func<long, int> read) : Stream
    {
        public long Sent { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Sent; set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(read(Sent), buffer.Length);
            Sent += count;
            return ValueTask.FromResult(count);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
