using System.Net;
using System.Text;
using FractureDashboard.Predict;
using FractureDashboard.Storage;
using FractureDashboard.Tests.ML.Imaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;

namespace FractureDashboard.Tests.Predict;

public sealed class PredictionReportTests : IAsyncLifetime
{
    private PredictStage stage = null!;
    private WebApplication app = null!;
    private HttpClient http = null!;
    private int runId;

    public async ValueTask InitializeAsync()
    {
        stage = await PredictStage.OpenAsync();
        runId = (await stage.AddRunAsync("Baseline", weights: new string('a', 64))).Id;
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

    [Theory]
    [InlineData(120, 80)]
    [InlineData(60, 900)]
    [InlineData(900, 60)]
    public async Task A_report_is_one_page_with_all_that_the_answer_rests_on(int width, int height)
    {
        var stored = (await stage.AnswerAsync(DrawnImages.Png(width, height), runId, "handgelenk_müller 漢字.png", threshold: 0.35)).Stored;
        await stage.Get<FeedbackStore>().SaveAsync(stored.Id, FeedbackVerdict.Disagree, string.Join(' ', Enumerable.Repeat("A long comment.", 100)), CancellationToken.None);

        using var response = await http.GetAsync(ReportEndpoint.Url(stored.Id));
        using var pdf = PdfDocument.Open(await response.Content.ReadAsByteArrayAsync());

        Assert.Equal("application/pdf", response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.CacheControl!.NoStore);
        var page = Assert.Single(pdf.GetPages());
        Assert.Equal(PageSize.A4, page.Size);
        var text = page.Text;
        Assert.All(
            ["Research use only, not a medical device", "80.0 % probability", "fractured at 0.35", "Baseline", new string('a', 64), $"{width} x {height} pixels, PNG", $"{stored.CreatedUtc:yyyy-MM-dd HH:mm:ss} UTC", "judged wrong", "the image shows not fractured", "A long comment."],
            expected => Assert.Contains(expected, text, StringComparison.Ordinal));

        // Everything lies on the paper, and the picture does not lie on the words.
        var picture = Assert.Single(page.GetImages()).BoundingBox;
        Assert.Equal((double)width / height, picture.Width / picture.Height, 0.02);
        Assert.All(page.Letters, l => Assert.True(l.BoundingBox.Left >= 0 && l.BoundingBox.Right <= page.Width && l.BoundingBox.Bottom >= 0, l.Value));
        Assert.DoesNotContain(page.Letters, l => l.BoundingBox.Bottom < picture.Top - 1 && l.BoundingBox.Top > picture.Bottom + 1);
    }

    [Fact]
    public async Task A_report_of_a_DICOM_file_names_no_patient()
    {
        Assert.SkipUnless(new FractureDashboard.ML.Imaging.DicomTools().AreInstalled, FractureDashboard.ML.Imaging.DicomTools.Missing);
        var content = Dicoms.Grey8(Pictures.Grey()).Patient("ZWETSCHGENBAUM^ADALBERT", "PAT-778899", "19550607").File();
        var stored = (await stage.AnswerAsync(content, runId, "zwetschgenbaum.dcm")).Stored;

        var report = await http.GetByteArrayAsync(ReportEndpoint.Url(stored.Id));
        using var pdf = PdfDocument.Open(report);

        Assert.Contains("DICOM image", pdf.GetPage(1).Text, StringComparison.Ordinal);
        Assert.All(["zwetschgenbaum", "778899", "19550607"], s => Assert.DoesNotContain(s, pdf.GetPage(1).Text + Encoding.Latin1.GetString(report), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task An_unknown_answer_has_no_report() => Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(ReportEndpoint.Url(99))).StatusCode);

    [Fact]
    public async Task The_history_is_served_as_a_table()
    {
        await stage.AnswerAsync(DrawnImages.Png(), runId, "a.png");
        await stage.AnswerAsync(DrawnImages.Png(seed: 2), runId, "b.png");

        using var response = await http.GetAsync("/predictions.csv?q=b.png&offset=120");
        var lines = (await response.Content.ReadAsStringAsync()).TrimEnd().Split("\r\n");

        Assert.Equal(("text/csv", "attachment"), (response.Content.Headers.ContentType!.MediaType, response.Content.Headers.ContentDisposition!.DispositionType));
        Assert.Equal(2, lines.Length);
        Assert.Contains("b.png", lines[1], StringComparison.Ordinal);
    }
}
