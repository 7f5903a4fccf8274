using FractureDashboard.Live;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FractureDashboard.Operations;

/// <summary>What the decoded images take on disk, and what they may.</summary>
public sealed partial class CachePage
{
    private const double Gibibyte = 1L << 30;
    private const double Smallest = 0.1;
    private const double Largest = 100_000;
    private static readonly TimeSpan UpdateInterval = TimeSpan.FromSeconds(1);
    private CacheOverview? overview;
    private double budget;
    private bool isBusy;

    [Inject]
    public required CacheStore Store { get; init; }

    [Inject]
    public required LocalClock Clock { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required ISnackbar Snackbar { get; init; }

    private List<TensorCacheEntry> Idle => overview is null ? [] : [.. overview.Caches.Where(c => !c.IsInUse)];

    private bool IsOver => overview is { } o && o.TotalBytes > o.BudgetBytes;

    private double Share => overview is { } o ? Math.Min(100, 100.0 * o.TotalBytes / o.BudgetBytes) : 0;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        // A run that begins or ends takes or lets go of a cache.
        var changes = Subscribe(Topics.Runs);
        await Clock.EnsureAsync();
        await LoadAsync();
        budget = overview!.BudgetBytes / Gibibyte;
        Follow(changes, UpdateInterval, LoadAsync);
    }

    private static string PreparedAs(TensorCacheEntry cache)
    {
        if (cache.Preprocessing is not { } preprocessing)
        {
            return "Unfinished";
        }

        string[] parts =
        [
            $"{cache.Size} × {cache.Size} px",
            preprocessing.Greyscale ? "greyscale" : "RGB",
            preprocessing.Fit == FitMode.Letterbox ? "letterboxed" : "stretched",
            .. preprocessing.Clahe ? new[] { "equalised" } : [],
        ];
        return string.Join(", ", parts);
    }

    private static string StateOf(TensorCacheEntry cache) => cache switch
    {
        { IsInUse: true } => "In use",
        { IsComplete: false } => "The next run on these images goes on with it",
        _ => "Idle",
    };

    private async Task LoadAsync() => overview = await Store.ReadAsync();

    private Task SaveBudgetAsync() => ApplyBudgetAsync(Math.Max(CacheBudget.Smallest, (long)(Math.Clamp(budget, Smallest, Largest) * Gibibyte)));

    private Task ApplyBudgetAsync(long? bytes) => ChangeAsync(() => Store.SetBudgetAsync(bytes), deleted => deleted switch
    {
        0 => "The budget was saved.",
        1 => "The budget was saved; one cache went for it.",
        _ => $"The budget was saved; {deleted} caches went for it.",
    });

    private async Task DeleteAsync(TensorCacheEntry cache)
    {
        if (await ConfirmAsync("Delete this cache?", $"{PreparedAs(cache)}: {Humane.Count(cache.Images)} images, {Humane.Bytes(cache.Bytes)}. No image file of a data set is touched; the next run that needs the cache decodes them again."))
        {
            await ChangeAsync(() => Store.DeleteAsync([cache.Name]), deleted => deleted == 1 ? "The cache was deleted." : null);
        }
    }

    private async Task DeleteAllAsync()
    {
        var idle = Idle;
        if (await ConfirmAsync("Delete all caches?", $"{(idle.Count == 1 ? "One cache" : $"{idle.Count} caches")} of {Humane.Bytes(idle.Sum(c => c.Bytes))}; what runs are using stays. No image file of a data set is touched."))
        {
            await ChangeAsync(() => Store.DeleteAsync([.. idle.Select(c => c.Name)]), deleted => deleted == 1 ? "One cache was deleted." : $"{deleted} caches were deleted.");
        }
    }

    private async Task<bool> ConfirmAsync(string title, string text) => await Dialogs.ShowMessageBoxAsync(title, text, "Delete", cancelText: "Cancel") == true;

    private async Task ChangeAsync(Func<Task<CacheChange>> change, Func<int, string?> success)
    {
        isBusy = true;
        var result = await change();
        isBusy = false;
        if (result.Problem is { } problem)
        {
            Snackbar.Add(problem, Severity.Warning);
        }
        else if (success(result.Deleted) is { } text)
        {
            Snackbar.Add(text, Severity.Success);
        }

        await LoadAsync();
        budget = overview!.BudgetBytes / Gibibyte;
    }
}
