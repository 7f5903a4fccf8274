using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using FractureDashboard.Datasets;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FractureDashboard.Tests.Datasets;

/// <summary>The upload endpoint of the real application, on Kestrel and with the real queue.</summary>
public sealed class DatasetUploadTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("fd-upload-").FullName;
    private readonly HttpClient client = new(new HttpClientHandler { CookieContainer = new CookieContainer() });
    private WebApplication app = null!;

    private AppPaths Paths => app.Services.GetRequiredService<AppPaths>();

    public async ValueTask InitializeAsync()
    {
        app = await DashboardApp.BuildAsync(new ServeOptions(0, Path.Combine(folder, "data"), CreateDemo: false));
        app.Services.GetRequiredService<IOptions<DatasetUploadOptions>>().Value.MaxUploadBytes = 200_000;
        await app.StartAsync();
        client.BaseAddress = new Uri(app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_archive_becomes_a_data_set_and_leaves_no_copy()
    {
        var (status, reply) = await PostAsync("Uploaded", TestImages.Zip(
            ("set/train/fractured/a.png", TestImages.Png(1)),
            ("set/val/unfractured/b.jpg", TestImages.Of("jpg", 2))));

        Assert.Equal((HttpStatusCode.OK, null), (status, reply.Problem));
        var dataset = await WaitAsync(reply.Id!.Value);
        Assert.Equal((DatasetState.Ready, "Uploaded", 2, true), (dataset.State, dataset.Name, dataset.ImageCount, dataset.OwnsFiles));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Paths.Temporary));
    }

    [Theory]
    [InlineData("../../escaped.png")]
    [InlineData("/escaped.png")]
    [InlineData("train/..\\..\\escaped.png")]
    public async Task An_entry_that_leads_out_of_the_folder_is_refused(string name)
    {
        var (status, reply) = await PostAsync("Evil", TestImages.Zip(("train/fractured/a.png", TestImages.Png(1)), (name, TestImages.Png(2))));

        Assert.Equal((HttpStatusCode.BadRequest, "Source"), (status, reply.Field));
        Assert.Contains("leads out", reply.Problem, StringComparison.Ordinal);
        await AssertNothingWasKeptAsync();
        Assert.Empty(Directory.EnumerateFiles(folder, "escaped*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task An_entry_that_unpacks_to_far_more_than_it_is_ends_in_a_failed_set()
    {
        byte[] bomb = [.. TestImages.Png(1), .. new byte[80_000_000]];

        var (_, reply) = await PostAsync("Bomb", TestImages.Zip(("train/fractured/a.png", bomb)));

        var dataset = await WaitAsync(reply.Id!.Value);
        Assert.Equal(DatasetState.Failed, dataset.State);
        Assert.Contains("bomb", dataset.StateReason, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Paths.Datasets));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("forged")]
    public async Task An_upload_from_another_site_is_refused(string? token)
    {
        var (status, reply) = await PostAsync("Forged", TestImages.Zip(("train/fractured/a.png", TestImages.Png(1))), _ => token);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("own page", reply.Problem, StringComparison.Ordinal);
        await AssertNothingWasKeptAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_over_the_limit_is_refused_with_the_limit(bool announced)
    {
        var (status, reply) = await PostAsync("Large", new byte[400_000], chunked: !announced);

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "Source"), (status, reply.Field));
        Assert.Contains("195.3 KiB", reply.Problem, StringComparison.Ordinal);
        await AssertNothingWasKeptAsync();
    }

    [Fact]
    public async Task An_upload_just_over_the_limit_is_counted_not_believed()
    {
        var (status, _) = await PostAsync("Large", new byte[200_001]);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        await AssertNothingWasKeptAsync();
    }

    [Fact]
    public async Task What_is_no_archive_is_refused()
    {
        foreach (var content in (byte[][])[[], "hello"u8.ToArray(), TestImages.Png(1), TestImages.Zip(("a.png", TestImages.Png(1)))])
        {
            var (status, reply) = await PostAsync("No archive", content);
            Assert.Equal((HttpStatusCode.BadRequest, "Source"), (status, reply.Field));
            Assert.NotEmpty(reply.Problem!);
        }

        await AssertNothingWasKeptAsync();
    }

    [Fact]
    public async Task A_name_that_is_taken_or_missing_is_refused_beside_its_field()
    {
        var zip = TestImages.Zip(("train/fractured/a.png", TestImages.Png(1)));
        var first = await PostAsync("Wrist", zip);
        await WaitAsync(first.Reply.Id!.Value);

        Assert.Equal("Name", (await PostAsync("WRIST", zip)).Reply.Field);
        Assert.Equal("Name", (await PostAsync("", zip)).Reply.Field);
        Assert.Equal("Name", (await PostAsync(new string('x', 5000), zip)).Reply.Field);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Paths.Temporary));
    }

    [Fact]
    public async Task What_is_no_form_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/datasets/upload") { Content = new StringContent("{}") };
        request.Headers.Add("RequestVerificationToken", await TokenAsync());

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.NotNull((await response.Content.ReadFromJsonAsync<UploadReply>())!.Problem);
    }

    [Fact]
    public async Task A_cancelled_upload_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        using var form = new MultipartFormDataContent { { new StringContent("Cancelled"), "name" } };
        var endless = new EndlessStream();
        form.Add(new StreamContent(endless), "file", "set.zip");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/datasets/upload") { Content = form };
        request.Headers.Add("RequestVerificationToken", await TokenAsync());
        request.Headers.TransferEncodingChunked = true;

        var sending = client.SendAsync(request, cancel.Token);
        await PollAsync(() => Directory.EnumerateFiles(Paths.Temporary).Any());
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await PollAsync(() => !Directory.EnumerateFiles(Paths.Temporary).Any());
        await AssertNothingWasKeptAsync();
    }

    private async Task<(HttpStatusCode Status, UploadReply Reply)> PostAsync(string name, byte[] zip, Func<string, string?>? forge = null, bool chunked = false)
    {
        using var form = new MultipartFormDataContent { { new StringContent(name), "name" } };
        var file = new ByteArrayContent(zip);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        form.Add(file, "file", "../../set.zip");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/datasets/upload") { Content = form };
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = true;
        var token = await TokenAsync();
        if ((forge is null ? token : forge(token)) is { } header)
        {
            request.Headers.Add("RequestVerificationToken", header);
        }

        using var response = await client.SendAsync(request);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<UploadReply>())!);
    }

    private async Task<string> TokenAsync() =>
        (await client.GetFromJsonAsync<JsonElement>("/datasets/upload/token")).GetProperty("token").GetString()!;

    private async Task<Dataset> WaitAsync(int id)
    {
        Dataset? dataset = null;
        await PollAsync(async () =>
        {
            await using var db = await app.Services.GetRequiredService<IDbContextFactory<DashboardContext>>().CreateDbContextAsync();
            dataset = await db.Datasets.AsNoTracking().SingleAsync(d => d.Id == id);
            return dataset.State is DatasetState.Ready or DatasetState.Failed;
        });
        return dataset!;
    }

    private async Task AssertNothingWasKeptAsync()
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<DashboardContext>>().CreateDbContextAsync();
        Assert.False(await db.Datasets.AnyAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Paths.Temporary));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Paths.Datasets));
    }

    private static Task PollAsync(Func<bool> done) => PollAsync(() => Task.FromResult(done()));

    private static async Task PollAsync(Func<Task<bool>> done)
    {
        for (var i = 0; i < 600; i++)
        {
            if (await done())
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail("It did not happen within a minute.");
    }

    /// <summary>Sends something, then nothing more until it is given up.</summary>
    private sealed class EndlessStream : Stream
    {
        private int sent;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (sent < 10_000)
            {
                sent += buffer.Length;
                return buffer.Length;
            }

            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
