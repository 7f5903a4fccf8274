using FractureDashboard.Interop;
using FractureDashboard.ML.Weights;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FractureDashboard.Experiments;

/// <summary>Weights to start from: a path, a look at what is in the file, an upload. The bytes do not pass through this circuit.</summary>
public sealed partial class FineTuningFields : IAsyncDisposable
{
    private ElementReference input;
    private BrowserPart? upload;
    private PretrainedReport? report;
    private string? problem;
    private bool checking;
    private bool sending;
    private long sent;
    private long total;

    /// <summary>Whose weight files the model loads.</summary>
    [Parameter, EditorRequired]
    public required string Source { get; set; }

    [Inject]
    public required WeightFiles Files { get; init; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    private FineTuningPart Part => Form.FineTuning;

    /// <summary>So much has left the browser.</summary>
    /// <param name="done">Bytes sent.</param>
    /// <param name="all">Bytes to send.</param>
    [JSInvokable]
    public void Progressed(long done, long all)
    {
        (sending, sent, total, problem) = (true, done, all, null);
        StateHasChanged();
    }

    /// <summary>The upload is over.</summary>
    /// <param name="path">Where the file lies now; null when it was refused.</param>
    /// <param name="refusal">Why.</param>
    /// <returns>A task.</returns>
    [JSInvokable]
    public async Task UploadEnded(string? path, string? refusal)
    {
        (sending, problem) = (false, refusal);
        if (path is not null)
        {
            await SetPathAsync(path);
            await InspectAsync();
        }

        StateHasChanged();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => upload?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            upload = new BrowserPart(Js, "./js/experiments-weights.js");
            await upload.StartAsync("create", input, DotNetObjectReference.Create(this));
        }
    }

    private Task SetPathAsync(string? path)
    {
        (report, problem) = (null, null);
        return Set(() => Part.WeightsPath = path ?? "");
    }

    private async Task InspectAsync()
    {
        var (model, asked) = (State.Options.Model, Part.WeightsPath.Trim());
        var wanted = State.Options.Input;
        checking = true;
        try
        {
            // The header of a large file is read from a disk that may be slow.
            var found = await Task.Run(() => PretrainedWeights.Inspect(asked, model, wanted));
            report = asked == Part.WeightsPath.Trim() ? found : report;
        }
        finally
        {
            checking = false;
        }
    }
}
