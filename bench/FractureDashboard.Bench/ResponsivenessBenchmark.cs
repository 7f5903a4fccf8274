using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;

namespace FractureDashboard.Bench;

/// <summary>
/// How fast the dashboard answers over the loopback address, idle and while it trains: the pages' documents, thumbnails never
/// asked for before, thumbnails again, a comparison of runs from the database, and a run's whole history over the live hub.
/// </summary>
internal static class ResponsivenessBenchmark
{
    private const int Kinds = 5;
    private const char EndOfMessage = '\u001e';

    private static readonly string[] Pages = ["/", "/runs", "/datasets/1", "/experiments/new"];

    // Between two requests, so that they meet every part of many training steps.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        using var folder = new ScratchFolder();
        using var server = ChildProcess.OfThisProgram(ServeChild.Command, folder.Sub("data"));
        var url = await server.ReadAsync(cancellationToken) ?? throw new InvalidOperationException("The dashboard did not start; its own message stands above.");
        using var http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(30) };
        var requests = BenchScale.Of(300, 30);

        // Once for the compiler; then without a run, since there is none while idle that is still being written.
        await MeasureAsync(http, firstImage: 1, requests: 6 * Kinds, runId: null, cancellationToken);
        var idle = await MeasureAsync(http, firstImage: 7, requests, runId: null, cancellationToken);
        var runId = int.Parse(await server.AskAsync(ServeChild.Train), CultureInfo.InvariantCulture);
        var training = await MeasureAsync(http, firstImage: 7 + (requests / Kinds), requests, runId, cancellationToken);

        await output.WriteLineAsync($"Answers of the dashboard in ms, {requests} requests one after another, idle and while it trains baseline-cnn at 224 px, batch 32, augmented:");
        await output.WriteLineAsync("| request | while | requests | p50 | p95 | p99 | longest |");
        await output.WriteLineAsync("|---|---|---|---|---|---|---|");
        foreach (var kind in training.Select(t => t.Kind).Distinct(StringComparer.Ordinal))
        {
            await PrintAsync(output, kind, "idle", idle.Where(t => t.Kind == kind));
            await PrintAsync(output, kind, "training", training.Where(t => t.Kind == kind));
        }

        await PrintAsync(output, "all", "idle", idle);
        await PrintAsync(output, "all", "training", training);
        var p95 = Statistics.Percentile(training.Select(t => t.Milliseconds), 0.95);
        await output.WriteLineAsync();
        await output.WriteLineAsync(FormattableString.Invariant($"95th percentile under training: {p95:0.0} ms (goal below 150: {(p95 < 150 ? "met" : "missed")})."));
    }

    private static async Task<List<(string Kind, double Milliseconds)>> MeasureAsync(HttpClient http, int firstImage, int requests, int? runId, CancellationToken cancellationToken)
    {
        (string Kind, Func<int, Task> Ask)[] kinds =
        [
            ("page", i => GetAsync(http, Pages[Turn(i) % Pages.Length], cancellationToken)),
            ("thumbnail, first time", i => GetAsync(http, $"/images/{Image(i)}/thumb", cancellationToken)),
            ("thumbnail, again", i => GetAsync(http, $"/images/{Image(i)}/thumb", cancellationToken)),
            ("comparison", _ => GetAsync(http, $"/runs/compare.csv?ids={runId ?? 1}", cancellationToken)),
            ("live history", _ => WatchAsync(http.BaseAddress!, runId ?? 1, cancellationToken)),
        ];
        var times = new List<(string, double)>();
        for (var i = 0; i < requests; i++)
        {
            var (kind, ask) = kinds[i % Kinds];
            var start = Stopwatch.GetTimestamp();
            await ask(i);
            times.Add((kind, Stopwatch.GetElapsedTime(start).TotalMilliseconds));
            await Task.Delay(Pause, cancellationToken);
        }

        return times;

        static int Turn(int i) => i / Kinds;

        int Image(int i) => firstImage + Turn(i);
    }

    private static async Task GetAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(path, cancellationToken);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>Connects to the hub, asks for a run and waits for the first answer: the events so far, or that there is no such run.</summary>
    private static async Task WatchAsync(Uri server, int runId, CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{server.Authority}/hubs/runs"), cancellationToken);
        await SendAsync(socket, """{"protocol":"json","version":1}""", cancellationToken);
        await ReceiveAsync(socket, cancellationToken);
        await SendAsync(socket, $$"""{"type":4,"invocationId":"1","target":"Watch","arguments":[{{runId}},0]}""", cancellationToken);
        await ReceiveAsync(socket, cancellationToken);
    }

    private static Task SendAsync(ClientWebSocket socket, string message, CancellationToken cancellationToken) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message + EndOfMessage), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    private static async Task ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, cancellationToken);
        }
        while (!part.EndOfMessage);
    }

    private static Task PrintAsync(TextWriter output, string kind, string state, IEnumerable<(string, double Milliseconds)> times)
    {
        double[] all = [.. times.Select(t => t.Milliseconds)];
        return output.WriteLineAsync(FormattableString.Invariant(
            $"| {kind} | {state} | {all.Length} | {Statistics.Median(all):0.0} | {Statistics.Percentile(all, 0.95):0.0} | {Statistics.Percentile(all, 0.99):0.0} | {all.Max():0.0} |"));
    }
}
