using System.Net;
using Bunit;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;
using FractureDashboard.Models;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MudBlazor.Services;

namespace FractureDashboard.Tests.Models;

/// <summary>The page of a trained model and the download of its weights.</summary>
public sealed class ModelPageTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly string Hash = new('a', 64);
    private readonly BunitContext context = new();
    private RunStore store = null!;

    public async ValueTask InitializeAsync()
    {
        store = await RunStore.CreateAsync();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.JSInterop.SetupModule("./js/models.js").Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        var probe = new ShortcutProbe(store.Databases, new EvaluationQueue(store.Databases, store.Jobs, store.Live, TimeProvider.System), store.Live);
        context.Services.AddSingleton(new ModelReader(store.Databases, store.Paths)).AddScoped<LocalClock>();
        context.Services.AddSingleton(store.Live).AddSingleton(probe).AddSingleton(new ShortcutReader(store.Databases, probe));
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Facts_download_and_program_are_those_of_the_run()
    {
        var id = await AddModelAsync(new TrainingOptions { Model = "compact-resnet", ImageSize = 128, Preprocessing = new PreprocessingOptions(Greyscale: true) });

        var page = Show(id);

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=model-facts]")), Patience);
        var facts = page.Find("[data-testid=model-facts]").TextContent;
        Assert.Contains("Compact ResNet", facts, StringComparison.Ordinal);
        Assert.Contains("305,177", facts, StringComparison.Ordinal);
        Assert.Contains("128 × 128 px, greyscale", facts, StringComparison.Ordinal);
        Assert.Contains(Hash, facts, StringComparison.Ordinal);
        Assert.Equal($"/models/{id}/weights.safetensors", page.Find("[data-testid=model-weights]").GetAttribute("href"));
        var program = page.Find("[data-testid=python]").TextContent;
        Assert.Contains("SIZE = 128", program, StringComparison.Ordinal);
        Assert.Contains("CHANNELS = 1", program, StringComparison.Ordinal);
        Assert.Single(context.JSInterop.Invocations["attachCopy"]);
    }

    [Fact]
    public async Task Without_weights_or_run_the_page_says_so()
    {
        var untrained = await store.AddRunAsync(state: RunState.Running);

        var running = Show(untrained);
        running.WaitForAssertion(() => Assert.Contains("keeps weights when it ends", running.Markup, StringComparison.Ordinal), Patience);
        var unknown = Show(99);
        unknown.WaitForAssertion(() => Assert.Contains("There is no run 99", unknown.Markup, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task Options_of_another_version_are_no_error()
    {
        var id = await AddModelAsync(new TrainingOptions(), r => r.OptionsJson = "{");

        var page = Show(id);

        page.WaitForAssertion(() => Assert.Contains("another version", page.Markup, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task Weights_are_sent_by_the_runs_number_alone()
    {
        var id = await AddModelAsync(new TrainingOptions());
        var untrained = await store.AddRunAsync(state: RunState.Failed);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddStorage(store.Paths).AddModels();
        await using var app = builder.Build();
        app.MapModels();
        await app.StartAsync();
        using var http = app.GetTestClient();

        using var found = await http.GetAsync($"/models/{id}/weights.safetensors");
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        Assert.Equal([1, 2, 3], await found.Content.ReadAsByteArrayAsync());
        Assert.Equal($"run-{id}-baseline-cnn.safetensors", found.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal($"\"{Hash}\"", found.Headers.ETag!.Tag);
        foreach (var address in new[] { $"/models/{untrained}/weights.safetensors", "/models/999/weights.safetensors", "/models/-1/weights.safetensors", "/models/..%2f1/weights.safetensors" })
        {
            using var refused = await http.GetAsync(address);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        // The row is still there, the file is not.
        File.Delete(Path.Combine(store.Paths.Run(id), "weights.safetensors"));
        using var gone = await http.GetAsync($"/models/{id}/weights.safetensors");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    private IRenderedComponent<ModelPage> Show(int id) => context.Render<ModelPage>(p => p.Add(c => c.RunId, id));

    private async Task<int> AddModelAsync(TrainingOptions options, Action<Run>? set = null)
    {
        var id = await store.AddRunAsync(options: options, set: r =>
        {
            r.WeightsHash = Hash;
            set?.Invoke(r);
        });
        Directory.CreateDirectory(store.Paths.Run(id));
        await File.WriteAllBytesAsync(Path.Combine(store.Paths.Run(id), "weights.safetensors"), [1, 2, 3]);
        return id;
    }
}
