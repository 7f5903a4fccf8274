using System.Net;
using System.Net.Http.Headers;
using FractureDashboard.Gallery;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NetVips;

namespace FractureDashboard.Tests.Gallery;

public sealed class ImageEndpointTests : IAsyncLifetime
{
    private ImageServer server = null!;

    public async ValueTask InitializeAsync() => server = await ImageServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_thumbnail_whose_address_names_its_content_is_kept_for_good()
    {
        var image = await server.AddAsync(Png(600, 300));

        using var answer = await server.Http.GetAsync(ImageEndpoints.ThumbnailUrl(image.Id, image.ContentHash));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("image/webp", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("max-age=31536000, private, immutable", answer.Headers.CacheControl!.ToString());
        Assert.Contains(image.ContentHash, answer.Headers.ETag!.Tag, StringComparison.Ordinal);
        using var thumbnail = Image.NewFromBuffer(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal((ThumbnailCache.Size, ThumbnailCache.Size / 2), (thumbnail.Width, thumbnail.Height));
    }

    [Theory]
    [InlineData("thumb")]
    [InlineData("full")]
    public async Task An_address_without_the_right_hash_is_asked_for_again(string kind)
    {
        var image = await server.AddAsync(Png(40, 40));

        foreach (var address in new[] { $"/images/{image.Id}/{kind}", $"/images/{image.Id}/{kind}?h=0000000000000000", $"/images/{image.Id}/{kind}?h=" })
        {
            using var answer = await server.Http.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("no-cache, private", answer.Headers.CacheControl!.ToString());
        }
    }

    [Theory]
    [InlineData("thumb")]
    [InlineData("full")]
    public async Task What_the_browser_has_is_not_sent_again(string kind)
    {
        var image = await server.AddAsync(Png(40, 40));
        using var first = await server.Http.GetAsync($"/images/{image.Id}/{kind}?h={image.ContentHash[..16]}");
        var rendered = server.Renderings;

        using var again = await GetAsync(image.Id, kind, first.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.Equal(rendered, server.Renderings);

        using var other = await GetAsync(image.Id, kind, new EntityTagHeaderValue("\"something else\""));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task A_thumbnail_is_made_once_and_shared_by_identical_images()
    {
        var image = await server.AddAsync(Png(40, 40));
        var twin = await server.AddAsync(Png(40, 40), "val/fractured/b.png");

        await OkAsync($"/images/{image.Id}/thumb");
        await OkAsync($"/images/{image.Id}/thumb");
        await OkAsync($"/images/{twin.Id}/thumb");

        Assert.Equal(1, server.Renderings);
        Assert.Single(Directory.GetFiles(server.Database.Paths.Thumbnails, "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(server.Database.Paths.Temporary));
    }

    [Fact]
    public async Task Many_requests_at_a_time_render_an_image_once()
    {
        var image = await server.AddAsync(Png(40, 40));
        server.Delay = () => Thread.Sleep(50);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => OkAsync($"/images/{image.Id}/thumb")));

        Assert.Equal(1, server.Renderings);
    }

    [Fact]
    public async Task A_hundred_requests_start_no_more_decodes_than_there_are_processors()
    {
        var ids = new List<int>();
        for (var i = 0; i < 40; i++)
        {
            ids.Add((await server.AddAsync(Png(20 + i, 20), $"train/fractured/{i}.png")).Id);
        }

        int running = 0, most = 0;
        server.Delay = () =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            Thread.Sleep(5);
            Interlocked.Decrement(ref running);
        };
        await Task.WhenAll(ids.Select(id => OkAsync($"/images/{id}/thumb")));

        Assert.InRange(most, 1, Math.Max(1, Environment.ProcessorCount - 1));
        Assert.Equal(40, server.Renderings);
    }

    [Fact]
    public async Task A_thumbnail_that_a_power_cut_emptied_is_made_again()
    {
        var image = await server.AddAsync(Png(40, 40));
        await OkAsync($"/images/{image.Id}/thumb");
        await File.WriteAllBytesAsync(Assert.Single(Directory.GetFiles(server.Database.Paths.Thumbnails, "*", SearchOption.AllDirectories)), []);

        Assert.Equal(ImageFormat.WebP, ImageFormats.Sniff(await OkAsync($"/images/{image.Id}/thumb")));
    }

    [Fact]
    public async Task A_file_that_changed_since_is_shown_as_it_is_and_kept_nowhere()
    {
        var image = await server.AddAsync(Png(40, 40));
        await File.WriteAllBytesAsync(Path.Combine(server.Database.ImageRoot, image.RelativePath), Png(80, 20));

        using var answer = await server.Http.GetAsync(ImageEndpoints.ThumbnailUrl(image.Id, image.ContentHash));

        using var shown = Image.NewFromBuffer(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal((80, 20), (shown.Width, shown.Height));
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Null(answer.Headers.ETag);
        Assert.Empty(Directory.GetFiles(server.Database.Paths.Thumbnails, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("thumb")]
    [InlineData("full")]
    public async Task A_file_that_is_gone_or_damaged_is_gone_with_a_reason(string kind)
    {
        var gone = await server.AddAsync(Png(40, 40));
        File.Delete(Path.Combine(server.Database.ImageRoot, gone.RelativePath));
        var damaged = await server.AddAsync(Png(40, 40)[..60], "train/fractured/cut.png");
        var text = await server.AddAsync("<script>alert(1)</script>"u8.ToArray(), "train/fractured/text.png", format: ImageFormat.Png);

        foreach (var id in new[] { gone.Id, damaged.Id, text.Id })
        {
            using var answer = await server.Http.GetAsync($"/images/{id}/{kind}");
            Assert.Equal(HttpStatusCode.Gone, answer.StatusCode);
            Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
            Assert.True(answer.Headers.CacheControl!.NoStore);
            Assert.DoesNotContain("script", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/images/4711/thumb")]
    [InlineData("/images/4711/full")]
    public async Task An_unknown_image_is_not_found(string address)
    {
        using var answer = await server.Http.GetAsync(address);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.StartsWith("There is no such image", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../outside.png")]
    [InlineData("train/../../outside.png")]
    [InlineData("/ABSOLUTE/outside.png")]
    [InlineData("train/link.png")]
    public async Task A_path_that_leads_out_of_the_data_set_is_not_followed(string path)
    {
        var outside = Path.Combine(server.Database.Folder, "outside.png");
        await File.WriteAllBytesAsync(outside, Png(40, 40));
        Directory.CreateDirectory(Path.Combine(server.Database.ImageRoot, "train"));
        File.CreateSymbolicLink(Path.Combine(server.Database.ImageRoot, "train", "link.png"), outside);
        var image = GalleryDatabase.Image(path.Replace("/ABSOLUTE", server.Database.Folder, StringComparison.Ordinal));
        await server.Database.AddDatasetAsync([image]);

        foreach (var kind in new[] { "thumb", "full" })
        {
            using var answer = await server.Http.GetAsync($"/images/{image.Id}/{kind}");
            Assert.Equal(HttpStatusCode.Gone, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_hash_that_is_none_names_no_file()
    {
        var image = await server.AddAsync(Png(40, 40));
        await using (var db = await server.Services.GetRequiredService<IDbContextFactory<DashboardContext>>().CreateDbContextAsync())
        {
            await db.Images.Where(i => i.Id == image.Id).ExecuteUpdateAsync(s => s.SetProperty(i => i.ContentHash, "../../../../evil-0123456789"));
        }

        await OkAsync($"/images/{image.Id}/thumb");

        Assert.Empty(Directory.GetFiles(server.Database.Folder, "*.webp", SearchOption.AllDirectories));
    }

    private static byte[] Png(int width, int height)
    {
        using var image = Image.Black(width, height);
        return image.PngsaveBuffer();
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
            // Another thread was quicker; look again.
        }
    }

    private async Task<byte[]> OkAsync(string address)
    {
        using var answer = await server.Http.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private async Task<HttpResponseMessage> GetAsync(int id, string kind, EntityTagHeaderValue tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/images/{id}/{kind}");
        request.Headers.IfNoneMatch.Add(tag);
        return await server.Http.SendAsync(request);
    }
}
