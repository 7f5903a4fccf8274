using FractureDashboard.Interop;
using FractureDashboard.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;
using MudBlazor;

namespace FractureDashboard.Datasets;

/// <summary>Uploads an archive. The bytes go from the browser to the upload endpoint, not through this circuit.</summary>
public sealed partial class AddUploadForm : IAsyncDisposable
{
    private readonly CancellationTokenSource closing = new();
    private ElementReference input;
    private BrowserPart? upload;
    private string? fileName;
    private long fileSize;
    private string name = "";
    private bool named;
    private bool uploading;
    private long sent;
    private long total;
    private DateTimeOffset started;
    private RegistrationResult? result;

    /// <summary>Called with the new data set.</summary>
    [Parameter, EditorRequired]
    public required EventCallback<int> OnAdded { get; set; }

    /// <summary>Called when an upload starts and when it ends.</summary>
    [Parameter]
    public EventCallback<bool> OnBusy { get; set; }

    [Inject]
    public required DatasetRegistry Registry { get; init; }

    [Inject]
    public required IOptions<DatasetUploadOptions> Options { get; init; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

    private string? Problem => result?.For(RegistrationField.Source);

    private string ProgressText
    {
        get
        {
            var elapsed = Time.GetUtcNow() - started;
            return this switch
            {
                { total: 0 } => "Starting the upload",
                _ when sent == total => "All sent; the server looks at the archive",
                _ when sent == 0 || elapsed.TotalSeconds < 1 => $"{Humane.Bytes(sent)} of {Humane.Bytes(total)}",
                _ => $"{Humane.Bytes(sent)} of {Humane.Bytes(total)}, {Humane.Duration(elapsed * ((double)(total - sent) / sent))} left",
            };
        }
    }

    /// <summary>The browser's user chose a file, or took the choice back.</summary>
    /// <param name="chosen">Its name, or null.</param>
    /// <param name="size">Its size in bytes.</param>
    [JSInvokable]
    public void FileChosen(string? chosen, long size)
    {
        (fileName, fileSize) = (chosen, size);
        result = chosen is null ? null : SizeProblem();
        name = named || chosen is null ? name : DatasetNames.Suggest(chosen);
        StateHasChanged();
    }

    /// <summary>So much has left the browser.</summary>
    /// <param name="done">Bytes sent.</param>
    /// <param name="all">Bytes to send.</param>
    [JSInvokable]
    public void Progressed(long done, long all)
    {
        (sent, total) = (done, all);
        StateHasChanged();
    }

    /// <summary>The upload is over: accepted (an id), refused (a problem) or cancelled (neither).</summary>
    /// <param name="id">The new data set.</param>
    /// <param name="field">The field to correct.</param>
    /// <param name="problem">What is wrong.</param>
    /// <returns>A task.</returns>
    [JSInvokable]
    public async Task UploadEnded(int? id, string? field, string? problem)
    {
        await SetUploadingAsync(false);
        result = problem is null
            ? null
            : RegistrationResult.Refused(Enum.TryParse<RegistrationField>(field, out var f) ? f : RegistrationField.Source, problem);
        StateHasChanged();
        if (id is { } added)
        {
            await OnAdded.InvokeAsync(added);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        closing.Dispose();
        if (upload is not null)
        {
            await upload.DisposeAsync();
        }
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            upload = new BrowserPart(Js, "./js/datasets-upload.js");
            if (await upload.StartAsync("create", input, DotNetObjectReference.Create(this)))
            {
                StateHasChanged();
            }
        }
    }

    private void SetName(string value)
    {
        name = value ?? "";
        named = name.Length > 0;
    }

    private RegistrationResult? SizeProblem() => fileSize > Options.Value.MaxUploadBytes
        ? RegistrationResult.Refused(
            RegistrationField.Source,
            $"The archive is larger than {Humane.Bytes(Options.Value.MaxUploadBytes)}, the limit for uploads. Copy it to the server and use the tab 'ZIP on the server'.")
        : null;

    private async Task SubmitAsync()
    {
        if (uploading || upload is not { IsReady: true })
        {
            return;
        }

        // Found out now rather than after gigabytes.
        var nameProblem = await Registry.NameProblemAsync(name, closing.Token);
        result = (fileName, nameProblem) switch
        {
            (null, _) => RegistrationResult.Refused(RegistrationField.Source, "Choose a ZIP archive first."),
            (_, { } problem) => RegistrationResult.Refused(RegistrationField.Name, problem),
            _ => SizeProblem(),
        };
        if (result is null)
        {
            (sent, total, started) = (0, 0, Time.GetUtcNow());
            await SetUploadingAsync(true);
            await upload.CallAsync("start", name.Trim());
        }
    }

    private async Task CancelAsync()
    {
        if (upload is not null)
        {
            await upload.CallAsync("cancel");
        }
    }

    private async Task BeforeLeavingAsync(LocationChangingContext context)
    {
        if (uploading && await Dialogs.ShowMessageBoxAsync("Stop the upload?", "Leaving this page stops the upload.", "Stop and leave", cancelText: "Stay") != true)
        {
            context.PreventNavigation();
        }
    }

    private async Task SetUploadingAsync(bool value)
    {
        uploading = value;
        await OnBusy.InvokeAsync(value);
    }
}
