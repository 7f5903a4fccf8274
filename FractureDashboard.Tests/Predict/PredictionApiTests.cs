using System.Net;
using System.Net.Http.Json;
using FractureDashboard.Predict;
using FractureDashboard.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FractureDashboard.Tests.Predict;

public sealed class PredictionApiTests : IAsyncLifetime
{
    private PredictStage stage = null!;
    private WebApplication app = null!;
    private HttpClient http = null!;
    private int runId;

    public async ValueTask InitializeAsync()
    {
        stage = await PredictStage.OpenAsync();
        await stage.AddRunAsync("Worse", 0.6);
        runId = (await stage.AddRunAsync("Best", 0.95)).Id;
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAntiforgery();
        stage.Configure(builder.Services);
        app = builder.Build();
        app.UseOriginGuard();
        app.UseAntiforgery();
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
    public async Task One_file_is_answered_by_the_best_model_and_stands_in_the_history()
    {
        using var response = await PostAsync("", ("wrist.png", DrawnImages.Png()));
        var reply = (await response.Content.ReadFromJsonAsync<ApiReply>())!;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((runId, "Best", "ab12", false), (reply.Model!.Id, reply.Model.Name, reply.Model.WeightsSha256, reply.Model.IsSynthetic));
        var result = Assert.Single(reply.Results);
        Assert.Equal(("wrist.png", 0.8f, 0.5, true, "PNG"), (result.File, (float)result.Prediction!.ProbabilityFractured, result.Prediction.Threshold, result.Prediction.IsFractured, result.Prediction.Format));
        Assert.Equal("Research use only, not a medical device", reply.Notice);

        var read = (await http.GetFromJsonAsync<ApiReply>($"{PredictionApi.Path}/{result.Prediction.Id}"))!;
        Assert.Equal(result.Prediction, Assert.Single(read.Results).Prediction);
        Assert.Equal("wrist.png", (await stage.History.FindAsync(result.Prediction.Id, CancellationToken.None))!.Stored.FileName);
    }

    [Fact]
    public async Task Each_of_many_files_gets_its_answer_or_its_problem_in_their_order()
    {
        using var response = await PostAsync("?threshold=0.9", ("a.png", DrawnImages.Png()), ("b.png", "just words"u8.ToArray()), ("c.bmp", DrawnImages.Bmp()), ("d.png", []));
        var results = (await response.Content.ReadFromJsonAsync<ApiReply>())!.Results;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["a.png", "b.png", "c.bmp", "d.png"], results.Select(r => r.File));
        Assert.Equal([false, null, false, null], results.Select(r => r.Prediction?.IsFractured));
        Assert.Equal([null, "NotAnImage", null, "Empty"], results.Select(r => r.Problem?.Kind));
    }

    [Fact]
    public async Task Where_no_file_is_answered_the_status_says_so()
    {
        using var response = await PostAsync("", ("b.png", "just words"u8.ToArray()));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Contains("plain text", (await response.Content.ReadFromJsonAsync<ApiReply>())!.Results[0].Problem!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?threshold=high", HttpStatusCode.BadRequest, "threshold must be a number")]
    [InlineData("?threshold=1.5", HttpStatusCode.BadRequest, "threshold must be a number")]
    [InlineData("?threshold=NaN", HttpStatusCode.BadRequest, "threshold must be a number")]
    [InlineData("?model=99", HttpStatusCode.Conflict, "model must be the number")]
    [InlineData("?model=best", HttpStatusCode.Conflict, "model must be the number")]
    public async Task A_wrong_request_is_refused_in_words(string query, HttpStatusCode status, string words)
    {
        using var response = await PostAsync(query, ("a.png", DrawnImages.Png()));

        Assert.Equal(status, response.StatusCode);
        Assert.Contains(words, (await response.Content.ReadFromJsonAsync<ApiReply>())!.Problem!.Message, StringComparison.Ordinal);
        Assert.Empty(stage.Files());
    }

    [Fact]
    public async Task A_body_that_is_no_form_or_holds_no_file_is_refused()
    {
        using var plain = await http.PostAsync(PredictionApi.Path, new StringContent("x"));
        using var empty = await http.PostAsync(PredictionApi.Path, new MultipartFormDataContent { { new StringContent("1"), "field" } });
        using var broken = new ByteArrayContent("--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.png\"\r\n\r\nabc"u8.ToArray());
        broken.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");
        using var cut = await http.PostAsync(PredictionApi.Path, broken);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, plain.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, cut.StatusCode);
        Assert.Empty(stage.Files());
    }

    [Fact]
    public async Task A_page_of_another_site_may_not_use_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, PredictionApi.Path) { Content = Form(("a.png", DrawnImages.Png())) };
        request.Headers.Add("Origin", "https://elsewhere.example");

        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(request)).StatusCode);
        Assert.Empty(stage.Files());
    }

    [Fact]
    public async Task An_unknown_prediction_is_not_found() =>
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"{PredictionApi.Path}/99")).StatusCode);

    private Task<HttpResponseMessage> PostAsync(string query, params (string Name, byte[] Content)[] files) => http.PostAsync(PredictionApi.Path + query, Form(files));

    private static MultipartFormDataContent Form(params (string Name, byte[] Content)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, content) in files)
        {
            form.Add(new ByteArrayContent(content), "files", name);
        }

        return form;
    }
}
