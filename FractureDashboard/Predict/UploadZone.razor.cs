using System.Globalization;
using FractureDashboard.Interop;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FractureDashboard.Predict;

/// <summary>
/// Takes files and folders from the user and has the browser post the files, a few at a time, to <see cref="UploadEndpoint"/>.
/// The browser holds the bytes; this component decides what is sent and shows what came back.
/// </summary>
public sealed partial class UploadZone : IAsyncDisposable
{
    /// <summary>The most files answered for at once.</summary>
    public const int MaximumFiles = 500;

    private const int Listed = 20;
    private static readonly TimeSpan Throttle = TimeSpan.FromMilliseconds(200);

    internal const string Accepted = "image/jpeg,image/png,image/bmp,image/gif,image/webp,image/tiff,.jpg,.jpeg,.png,.bmp,.gif,.webp,.tif,.tiff,.dcm,.dicom,application/dicom";

    private readonly List<UploadItem> items = [];
    private ElementReference zone;
    private ElementReference input;
    private ElementReference folderInput;
    private BrowserPart? attached;
    private bool isBusy;
    private string? notice;
    private BatchOrder order;
    private int page;
    private long drawn;

    /// <summary>Whose model answers.</summary>
    [Parameter, EditorRequired]
    public int RunId { get; set; }

    /// <summary>Scores at or above it are called fractured.</summary>
    [Parameter, EditorRequired]
    public double Threshold { get; set; }

    /// <summary>True while nothing can answer.</summary>
    [Parameter]
    public bool IsDisabled { get; set; }

    /// <summary>Tells of each answer; the first of several files comes with <c>IsFirst</c>.</summary>
    [Parameter, EditorRequired]
    public EventCallback<UploadAnswer> OnAnswered { get; set; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

    private static string Megabytes => $"{PredictionService.MaximumBytes / 1e6:0.#} MB";

    private HistoryAddress Address => new(Navigation);

    private int Done => items.Count(i => i.IsDone);

    private int Pages => Math.Max(1, (items.Count + Listed - 1) / Listed);

    private IEnumerable<UploadItem> Shown => BatchResults.Ordered(items, order).Skip(Math.Min(page, Pages - 1) * Listed).Take(Listed);

    private string Summary
    {
        get
        {
            var answered = items.Count(i => i.PredictionId is not null);
            var failed = items.Count(i => i.Error is not null);
            return (failed, items.Count) switch
            {
                (0, 1) => answered == 1 ? "1 answer" : "1 image",
                (0, var all) => $"{answered} of {all} answered",
                (_, 1) => "No answer",
                var (_, all) => $"{answered} of {all} answered, {failed} without an answer",
            };
        }
    }

    /// <summary>The browser's question before it sends anything.</summary>
    /// <param name="files">The first files chosen.</param>
    /// <param name="total">How many were chosen in all.</param>
    /// <returns>For each file the address to post it to, or null when it is not to be sent.</returns>
    [JSInvokable]
    public IReadOnlyList<string?> Accept(IReadOnlyList<ChosenFile> files, int total)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (isBusy || IsDisabled || files.Count == 0)
        {
            notice = isBusy ? "Wait for the answers under way, or cancel them; then choose again." : notice;
            StateHasChanged();
            return [];
        }

        items.Clear();
        (order, page) = (BatchOrder.AsChosen, 0);
        notice = total > MaximumFiles ? $"{total} files were chosen; the first {MaximumFiles} are answered. Choose the others after that." : null;
        isBusy = true;
        StateHasChanged();
        return AcceptMore(files, total);
    }

    /// <summary>The next of the files chosen together: a message to the page holds only so many.</summary>
    /// <param name="files">The files.</param>
    /// <param name="total">How many were chosen in all.</param>
    /// <returns>As <see cref="Accept"/>.</returns>
    [JSInvokable]
    public IReadOnlyList<string?> AcceptMore(IReadOnlyList<ChosenFile> files, int total)
    {
        ArgumentNullException.ThrowIfNull(files);
        var address = string.Create(CultureInfo.InvariantCulture, $"{UploadEndpoint.Path}?run={RunId}&threshold={Threshold:R}");
        var added = files.Take(MaximumFiles - items.Count).Select(f =>
        {
            var name = UploadNames.Sanitise(f.Name);
            return new UploadItem(name) { Error = Refusal(f, name) };
        }).ToList();
        items.AddRange(added);
        Draw();
        return added.ConvertAll(i => i.IsDone ? null : address);
    }

    /// <summary>Tells how far a file is.</summary>
    /// <param name="index">Which.</param>
    /// <param name="sent">0 to 1.</param>
    [JSInvokable]
    public void Progress(int index, double sent)
    {
        if (Find(index) is { IsDone: false } item)
        {
            item.IsSending = true;
            item.Sent = sent;
            Draw();
        }
    }

    /// <summary>Hands over the server's reply.</summary>
    /// <param name="index">Which file.</param>
    /// <param name="reply">The reply.</param>
    /// <returns>A task.</returns>
    [JSInvokable]
    public async Task AnswerAsync(int index, UploadReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        if (Find(index) is not { IsDone: false } item)
        {
            return;
        }

        item.IsSending = false;
        if (reply.PredictionId is { } id)
        {
            var isFirst = !items.Exists(i => i.PredictionId is not null);
            (item.PredictionId, item.Score) = (id, reply.Score ?? 0);
            await OnAnswered.InvokeAsync(new UploadAnswer(id, reply.DecodeMilliseconds, reply.ModelMilliseconds, isFirst));
        }
        else
        {
            item.Error = reply.Message ?? "The server gave no reason. Try again.";
        }

        Draw();
    }

    /// <summary>Tells that no more files come.</summary>
    [JSInvokable]
    public void Finish()
    {
        isBusy = false;
        foreach (var item in items.Where(i => !i.IsDone))
        {
            item.IsSending = false;
            item.Error = "Cancelled.";
        }

        StateHasChanged();
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            attached = new BrowserPart(Js, "./js/predict-upload.js");
            await attached.StartAsync("attach", zone, input, folderInput, DotNetObjectReference.Create(this), MaximumFiles, UploadEndpoint.TokenPath);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => attached?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static string? Refusal(ChosenFile file, string name) => file switch
    {
        _ when file.Bytes > PredictionService.MaximumBytes => UploadReceiver.TooLarge(name, PredictionService.MaximumBytes).Message,
        { Bytes: 0 } => UploadReceiver.Empty(name).Message,
        _ => null,
    };

    private UploadItem? Find(int index) => index >= 0 && index < items.Count ? items[index] : null;

    // Small files of a large batch come faster than anybody reads; the end is drawn in any case.
    private void Draw()
    {
        if (items.Count <= Listed || Time.GetElapsedTime(drawn) >= Throttle)
        {
            drawn = Time.GetTimestamp();
            StateHasChanged();
        }
    }

    private void Order(ChangeEventArgs e) => (order, page) = (Enum.TryParse<BatchOrder>(e.Value as string, out var chosen) ? chosen : order, 0);

    private async Task SaveAsync()
    {
        if (attached is not null)
        {
            var name = $"predictions-{Time.GetUtcNow():yyyyMMdd-HHmmss}.csv";
            await attached.CallAsync("save", name, BatchResults.Csv(items, Threshold, id => Navigation.ToAbsoluteUri($"/predict/{id}").ToString()));
        }
    }

    private async Task CancelAsync()
    {
        if (attached is not null)
        {
            await attached.CallAsync("cancel");
        }
    }

    private void Clear()
    {
        items.Clear();
        notice = null;
    }
}

/// <summary>An answer to an uploaded file.</summary>
/// <param name="PredictionId">The stored answer.</param>
/// <param name="DecodeMilliseconds">Time to read, check and resize the image.</param>
/// <param name="ModelMilliseconds">The model's own time.</param>
/// <param name="IsFirst">Whether it is the first of the files chosen together.</param>
public sealed record UploadAnswer(int PredictionId, double? DecodeMilliseconds, double? ModelMilliseconds, bool IsFirst);
