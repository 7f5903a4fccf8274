using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Predict;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FractureDashboard.Tests.Predict;

/// <summary>The endpoints on the real web server, whose limits a test server does not have.</summary>
public sealed class PredictEndpointsTests : IAsyncLifetime
{
    private PredictStage stage = null!;
    private WebApplication app = null!;
    private HttpClient http = null!;
    private int runId;

    public async ValueTask InitializeAsync()
    {
        stage = await PredictStage.OpenAsync();
        runId = (await stage.AddRunAsync()).Id;
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAntiforgery();
        stage.Configure(builder.Services);
        app = builder.Build();
        app.MapPredict();
        await app.StartAsync();
        http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
        await stage.DisposeAsync();
    }

    [Fact]
    public async Task An_image_with_the_token_is_answered_and_its_answer_has_an_address()
    {
        using var response = await PostAsync(DrawnImages.Png(), "wrist.png", threshold: "0.9");
        var reply = await response.Content.ReadFromJsonAsync<UploadReply>();

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal($"/predict/{reply!.PredictionId}", response.Headers.Location!.ToString());
        Assert.Equal((0.8f, false), ((float)reply.Score!, reply.IsFractured));
        var stored = (await stage.History.FindAsync(reply.PredictionId!.Value, CancellationToken.None))!.Stored;
        Assert.Equal(("wrist.png", 0.9), (stored.FileName, stored.Threshold));
    }

    [Theory]
    [InlineData("doe, john ümläut 漢字.png")]
    [InlineData("../../evil.png")]
    public async Task The_name_is_kept_as_written_but_never_as_a_path(string name)
    {
        var reply = await (await PostAsync(DrawnImages.Png(), name)).Content.ReadFromJsonAsync<UploadReply>();

        Assert.Equal(name.Split('/')[^1], (await stage.History.FindAsync(reply!.PredictionId!.Value, CancellationToken.None))!.Stored.FileName);
    }

    [Fact]
    public async Task Without_the_token_nothing_is_taken()
    {
        using var response = await PostAsync(DrawnImages.Png(), "wrist.png", withToken: false);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("Antiforgery", (await response.Content.ReadFromJsonAsync<UploadReply>())!.Problem);
        Assert.Empty(stage.Files());
    }

    [Fact]
    public async Task The_header_without_its_cookie_is_no_token()
    {
        var token = await http.GetFromJsonAsync<UploadToken>(UploadEndpoint.TokenPath);
        using var stranger = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = http.BaseAddress };
        using var request = Request(DrawnImages.Png(), "wrist.png");
        request.Headers.Add(token!.Header, token.Token);

        Assert.Equal(HttpStatusCode.BadRequest, (await stranger.SendAsync(request)).StatusCode);
    }

    [Theory]
    [InlineData(65_000_000, true)]
    [InlineData(65_000_000, false)]
    [InlineData(64_000_001, true)]
    public async Task A_file_over_the_limit_is_refused_in_words_whether_its_length_is_told_or_not(int length, bool told)
    {
        using var response = await PostAsync(new byte[length], "big.png", told: told);
        var reply = await response.Content.ReadFromJsonAsync<UploadReply>();

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(("TooLarge", true), (reply!.Problem, reply.Message!.Contains("64 MB", StringComparison.Ordinal)));
        Assert.Empty(stage.Files());
    }

    [Fact]
    public async Task A_file_at_the_limit_is_read()
    {
        using var response = await PostAsync([.. DrawnImages.Png(), .. new byte[63_000_000]], "padded.png");

        Assert.True(response.StatusCode is HttpStatusCode.Created or HttpStatusCode.UnprocessableEntity, response.StatusCode.ToString());
    }

    [Theory]
    [InlineData("text", HttpStatusCode.UnsupportedMediaType, "NotAnImage")]
    [InlineData("", HttpStatusCode.UnprocessableEntity, "Empty")]
    public async Task A_bad_file_gets_its_status_and_a_reason(string content, HttpStatusCode status, string problem)
    {
        using var response = await PostAsync(System.Text.Encoding.UTF8.GetBytes(content), "a.png");

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(problem, (await response.Content.ReadFromJsonAsync<UploadReply>())!.Problem);
    }

    [Fact]
    public async Task A_run_that_cannot_answer_is_a_conflict()
    {
        using var response = await PostAsync(DrawnImages.Png(), "a.png", run: 99);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
    }

    [Fact]
    public async Task A_body_that_is_no_form_or_holds_no_file_is_refused()
    {
        using var plain = await SendAsync(new StringContent("x"));
        using var empty = await SendAsync(new MultipartFormDataContent { { new StringContent("1"), "field" } });

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, plain.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
        Assert.Equal("Form", (await empty.Content.ReadFromJsonAsync<UploadReply>())!.Problem);
    }

    [Theory]
    [InlineData("thumb", "image/webp", ImageFormat.WebP)]
    [InlineData("image", "image/png", ImageFormat.Png)]
    public async Task Pictures_are_our_renderings_and_never_the_uploaded_bytes(string kind, string mediaType, ImageFormat format)
    {
        var uploaded = DrawnImages.Png();
        var answer = await stage.AnswerAsync(uploaded, runId);

        using var response = await http.GetAsync($"/predictions/{answer.Stored.Id}/{kind}");
        var body = await response.Content.ReadAsByteArrayAsync();

        Assert.Equal(mediaType, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(format, ImageFormats.Sniff(body));
        Assert.NotEqual(uploaded, body);
    }

    [Fact]
    public async Task A_picture_that_the_browser_has_is_not_sent_again()
    {
        var answer = (await stage.AnswerAsync(DrawnImages.Png(), runId)).Stored;
        var url = PictureEndpoints.ThumbnailUrl(answer.Id, answer.ContentHash);
        using var first = await http.GetAsync(url);
        using var again = new HttpRequestMessage(HttpMethod.Get, url);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await http.SendAsync(again);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
        Assert.NotEqual(first.Headers.ETag, (await http.GetAsync(PictureEndpoints.DisplayUrl(answer.Id, answer.ContentHash))).Headers.ETag);
    }

    [Fact]
    public async Task Only_an_address_that_names_the_content_may_be_kept_without_asking()
    {
        var answer = (await stage.AnswerAsync(DrawnImages.Png(), runId)).Stored;
        using var named = await http.GetAsync(PictureEndpoints.ThumbnailUrl(answer.Id, answer.ContentHash));
        using var bare = await http.GetAsync($"/predictions/{answer.Id}/thumb");
        using var stale = await http.GetAsync(PictureEndpoints.ThumbnailUrl(answer.Id, new string('0', 64)));

        Assert.Equal(TimeSpan.FromDays(30), named.Headers.CacheControl!.MaxAge);
        Assert.True(bare.Headers.CacheControl!.NoCache && stale.Headers.CacheControl!.NoCache);
    }

    [Fact]
    public async Task An_unknown_or_deleted_answer_has_no_picture()
    {
        var answer = (await stage.AnswerAsync(DrawnImages.Png(), runId)).Stored;
        await stage.Archive.DeleteAsync(answer.Id, CancellationToken.None);

        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"/predictions/{answer.Id}/image")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/predictions/99/thumb")).StatusCode);
    }

    private Task<HttpResponseMessage> PostAsync(
        byte[] content, string name, string threshold = "0.5", bool withToken = true, bool told = true, int? run = null) =>
        SendAsync(Form(content, name, told), withToken, $"{UploadEndpoint.Path}?run={run ?? runId}&threshold={threshold}");

    private async Task<HttpResponseMessage> SendAsync(HttpContent body, bool withToken = true, string? url = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url ?? $"{UploadEndpoint.Path}?run={runId}") { Content = body };
        if (withToken)
        {
            var token = await http.GetFromJsonAsync<UploadToken>(UploadEndpoint.TokenPath);
            request.Headers.Add(token!.Header, token.Token);
        }

        // As browsers and curl do for large bodies: the answer may come before the body is sent.
        request.Headers.ExpectContinue = true;
        request.Headers.TransferEncodingChunked = body.Headers.ContentLength is null ? true : null;
        return await http.SendAsync(request);
    }

    private HttpRequestMessage Request(byte[] content, string name) =>
        new(HttpMethod.Post, $"{UploadEndpoint.Path}?run={runId}") { Content = Form(content, name, told: true) };

    // The header is written by hand, as browsers write it: raw UTF-8 in quotes.
    private static ByteArrayContent Form(byte[] content, string name, bool told)
    {
        var head = System.Text.Encoding.UTF8.GetBytes(
            $"--b0undary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n");
        byte[] body = [.. head, .. content, .. "\r\n--b0undary--\r\n"u8];
        ByteArrayContent form = told ? new ByteArrayContent(body) : new UntoldContent(body);
        form.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b0undary");
        return form;
    }

    /// <summary>Content that is sent in chunks because it does not tell its length.</summary>
    private sealed class UntoldContent(byte[] content) : ByteArrayContent(content)
    {
        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
