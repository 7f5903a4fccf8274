using System.Net;
using System.Net.Sockets;
using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.ML.Training;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FractureDashboard.Tests.Runs;

/// <summary>The hub as another program sees it: the whole application on a port, a client over the network.</summary>
public sealed class RunsHubTests : IAsyncLifetime
{
    private readonly string root = Directory.CreateTempSubdirectory("fd-hub-").FullName;
    private WebApplication app = null!;
    private HubConnection client = null!;

    private IDbContextFactory<DashboardContext> Databases => app.Services.GetRequiredService<IDbContextFactory<DashboardContext>>();

    private LiveEvents Live => app.Services.GetRequiredService<LiveEvents>();

    public async ValueTask InitializeAsync()
    {
        var port = FreePort();
        app = await DashboardApp.BuildAsync(new ServeOptions(port, root, CreateDemo: false));
        await app.StartAsync();
        client = new HubConnectionBuilder().WithUrl($"http://127.0.0.1:{port}/hubs/runs").Build();
        await client.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await app.StopAsync();
        await app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task A_late_client_gets_everything_so_far_then_the_rest_and_the_stream_ends_with_the_run()
    {
        var id = await AddRunAsync(RunState.Running);
        var training = new ScriptedTraining(Databases, Live, id);
        training.Start(3);
        training.Step(1, 1, 3, 0.9);
        training.Step(1, 2, 3, 0.8);
        await UntilAsync(async () => (await FindAsync(id)).CurrentStep == 2);

        var deltas = new List<RunDelta>();
        await foreach (var delta in client.StreamAsync<RunDelta>("Watch", id, 0L))
        {
            deltas.Add(delta);
            if (deltas.Count == 1)
            {
                training.Step(1, 3, 3, 0.7);
                training.Epoch(1, 0.8, 0.6);
                await training.EndAsync();
                await ConcludeAsync(id);
            }
        }

        Assert.Equal([0.9, 0.8], deltas[0].Steps.Select(s => s.Loss));
        Assert.Equal([1L, 2L, 3L], deltas.SelectMany(d => d.Steps).Select(s => s.GlobalStep));
        Assert.Equal([1], deltas.SelectMany(d => d.Epochs).Select(e => e.Epoch));
        Assert.Equal(RunState.Completed, deltas[^1].Run.State);
    }

    [Fact]
    public async Task Two_clients_see_the_same()
    {
        var id = await AddRunAsync(RunState.Running);
        var training = new ScriptedTraining(Databases, Live, id);
        var watchers = Enumerable.Range(0, 2).Select(async _ =>
        {
            var seen = new List<long>();
            await foreach (var delta in client.StreamAsync<RunDelta>("Watch", id, 0L))
            {
                seen.AddRange(delta.Steps.Select(s => s.GlobalStep));
            }

            return seen;
        }).ToList();
        training.Start(50);
        for (var step = 1; step <= 50; step++)
        {
            training.Step(1, step, 50, 1.0 / step);
            await Task.Delay(10);
        }

        await training.EndAsync();
        await ConcludeAsync(id);

        foreach (var seen in await Task.WhenAll(watchers))
        {
            Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), seen);
        }
    }

    [Fact]
    public async Task An_ended_run_is_one_answer_and_an_unknown_one_an_error()
    {
        var id = await AddRunAsync(RunState.Failed);

        var answers = new List<RunDelta>();
        await foreach (var delta in client.StreamAsync<RunDelta>("Watch", id, 0L))
        {
            answers.Add(delta);
        }

        Assert.Equal(id, Assert.Single(answers).Run.Id);
        var error = await Assert.ThrowsAsync<HubException>(async () =>
        {
            await foreach (var _ in client.StreamAsync<RunDelta>("Watch", 4711, 0L))
            {
                Assert.Fail("There is nothing to stream.");
            }
        });
        Assert.Contains("There is no run 4711", error.Message);
    }

    [Fact]
    public async Task The_comparison_is_offered_as_a_file()
    {
        var id = await AddRunAsync(RunState.Completed, "=cmd(), \"x\"");
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri(app.Urls.First() + $"/runs/compare.csv?ids={id},999"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        var lines = (await answer.Content.ReadAsStringAsync()).TrimStart('\ufeff').Split("\r\n");
        Assert.Equal($",\"#{id} =cmd(), \"\"x\"\"\",differs", lines[0]);
        Assert.Contains("Seed,42,no", lines);
    }

    private async Task<int> AddRunAsync(RunState state, string name = "Run")
    {
        await using var db = await Databases.CreateDbContextAsync();
        var run = new Run
        {
            Name = name,
            DatasetName = "d",
            Fingerprint = "f",
            Model = "baseline-cnn",
            Augmentation = "off",
            OptionsJson = System.Text.Json.JsonSerializer.Serialize(new TrainingOptions(), RunQueue.Json),
            OptionsHash = "h",
            Epochs = 1,
            State = state,
            CreatedUtc = DateTime.UtcNow,
        };
        db.Runs.Add(run);
        await db.SaveChangesAsync();
        return run.Id;
    }

    private async Task<Run> FindAsync(int id)
    {
        await using var db = await Databases.CreateDbContextAsync();
        return await db.Runs.AsNoTracking().SingleAsync(r => r.Id == id);
    }

    private async Task ConcludeAsync(int id)
    {
        await using var db = await Databases.CreateDbContextAsync();
        await db.Runs.Where(r => r.Id == id).ExecuteUpdateAsync(s => s.SetProperty(r => r.State, RunState.Completed));
        Live.Signal(Topics.Run(id));
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(20);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
