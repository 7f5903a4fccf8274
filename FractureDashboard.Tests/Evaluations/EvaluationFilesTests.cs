using System.Net;
using System.Text.Json;
using FractureDashboard.Evaluations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;

namespace FractureDashboard.Tests.Evaluations;

/// <summary>Scores and report as files.</summary>
public sealed class EvaluationFilesTests : IAsyncLifetime
{
    private EvaluationRoom room = null!;
    private WebApplication app = null!;
    private HttpClient http = null!;

    public async ValueTask InitializeAsync()
    {
        room = await EvaluationRoom.CreateAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        room.Register(builder.Services);
        app = builder.Build();
        app.MapEvaluations();
        await app.StartAsync();
        http = app.GetTestClient();
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
        await room.DisposeAsync();
    }

    [Fact]
    public async Task Scores_are_a_line_each_and_a_look_only_with_test()
    {
        var validation = (await http.GetStringAsync(Address("scores.csv"))).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(0, (await room.Looks.OfAsync(room.RunId, CancellationToken.None)).Count);
        var unseen = (await http.GetStringAsync(Address("scores.csv?split=test&seen=unseen"))).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal((11, 3), (validation.Length, unseen.Length));
        Assert.StartsWith("path,split,label,score,calibrated_score,loss", validation[0].TrimStart('\uFEFF'), StringComparison.Ordinal);
        Assert.StartsWith("val/fractured/0.png,validation,fractured,0.9,", validation[1], StringComparison.Ordinal);
        Assert.Equal(1, (await room.Looks.OfAsync(room.RunId, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task The_report_is_json_with_all_figures_at_the_threshold()
    {
        using var report = JsonDocument.Parse(await http.GetStringAsync(Address("report.json?t=0.655")));

        var matrix = report.RootElement.GetProperty("report").GetProperty("metrics").GetProperty("point").GetProperty("matrix");
        Assert.Equal((3, 0), (matrix.GetProperty("truePositives").GetInt32(), matrix.GetProperty("falsePositives").GetInt32()));
        Assert.Equal(5, report.RootElement.GetProperty("report").GetProperty("thresholds").GetArrayLength());
        Assert.True(report.RootElement.GetProperty("chosenOnJudged").GetBoolean());
        Assert.Equal("validation", report.RootElement.GetProperty("splits")[0].GetString());
        Assert.NotEqual(JsonValueKind.Null, report.RootElement.GetProperty("report").GetProperty("metrics").GetProperty("auc").GetProperty("bySource").ValueKind);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        foreach (var address in new[] { $"/models/{room.RunId}/evaluations/999/scores.csv", $"/models/999/evaluations/{room.EvaluationId}/report.json", Address($"heatmaps/{new string('f', 64)}") })
        {
            using var answer = await http.GetAsync(address);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        // The score is known, the weights are not.
        using var gone = await http.GetAsync(Address($"heatmaps/{"val4".PadRight(64, '0')}"));
        Assert.Equal(HttpStatusCode.Gone, gone.StatusCode);
        Assert.Contains("weights are not there", await gone.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private string Address(string file) => $"/models/{room.RunId}/evaluations/{room.EvaluationId}/{file}";
}
