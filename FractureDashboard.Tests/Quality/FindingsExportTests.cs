using System.Net;
using System.Text.Json;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Quality;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Datasets;
using FractureDashboard.Tests.Gallery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FractureDashboard.Tests.Quality;

public sealed class FindingsExportTests : IAsyncLifetime
{
    private GalleryDatabase database = null!;
    private WebApplication app = null!;
    private HttpClient http = null!;
    private Dataset set = null!;

    public async ValueTask InitializeAsync()
    {
        database = await GalleryDatabase.CreateAsync();
        set = await database.AddDatasetAsync([GalleryDatabase.Image("train/a.png")]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddStorage(database.Paths);
        DatasetRoom.Register(builder.Services, new DatasetRoom.RecordingJobs());
        builder.Services.AddQuality();
        app = builder.Build();
        app.MapQuality();
        await app.StartAsync();
        http = app.GetTestClient();
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_table_has_a_line_for_each_finding_of_the_filter_and_nothing_that_a_spreadsheet_would_run()
    {
        await database.Factory.AddScanAsync(set.Id,
        [
            Findings.Of(QualityRule.Blurred, "=cmd()/a.png", score: 0.25, evidence: "Says \"no\", twice."),
            Findings.Of(QualityRule.Blurred, "test/b.png", split: Split.Test),
        ]);

        var answer = await http.GetAsync($"/datasets/{set.Id}/quality/findings.csv?rule=blurred&split=train", TestContext.Current.CancellationToken);

        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var lines = System.Text.Encoding.UTF8.GetString(bytes[3..]).Split("\r\n");
        Assert.Equal("rule,category,severity,path,split,label,sha256,group,score,evidence", lines[0]);
        Assert.Equal($"blurred,picture,warning,'=cmd()/a.png,train,fractured,{GalleryDatabase.Hash("=cmd()/a.png")},,0.25,\"Says \"\"no\"\", twice.\"", lines[1]);
        Assert.Equal([""], lines[2..]);
    }

    [Fact]
    public async Task The_same_as_JSON_is_a_list_of_any_length()
    {
        await database.Factory.AddScanAsync(set.Id, Enumerable.Range(0, 1200).Select(i => Findings.Of(QualityRule.ExactDuplicate, $"{i:0000}.png", "g", label: null)));

        using var list = JsonDocument.Parse(await http.GetStringAsync($"/datasets/{set.Id}/quality/findings.json", TestContext.Current.CancellationToken));

        Assert.Equal(1200, list.RootElement.GetArrayLength());
        Assert.Equal("exact-duplicate", list.RootElement[0].GetProperty("rule").GetString());
        Assert.Equal("0000.png", list.RootElement[0].GetProperty("path").GetString());
        Assert.Equal(JsonValueKind.Null, list.RootElement[0].GetProperty("label").ValueKind);
    }

    [Fact]
    public async Task What_was_never_scanned_gives_an_empty_list_and_what_is_not_there_nothing()
    {
        Assert.Equal("[]", await http.GetStringAsync($"/datasets/{set.Id}/quality/findings.json", TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/datasets/99/quality/findings.csv", TestContext.Current.CancellationToken)).StatusCode);
    }
}
