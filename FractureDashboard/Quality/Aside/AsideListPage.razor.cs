using FractureDashboard.ML.Quality;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Quality.Aside;

/// <summary>What was put aside, corrected and ignored, and the way back. The address holds list and page.</summary>
public sealed partial class AsideListPage
{
    private readonly HashSet<string> selected = [];
    private AsideView view;
    private AsidePage<QuarantinedFile>? files;
    private AsidePage<ImageCorrection>? corrections;
    private AsidePage<QualityIgnore>? ignored;
    private bool isBusy;

    [SupplyParameterFromQuery(Name = "list")]
    public string? ListToken { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    public int? PageNumber { get; set; }

    [Inject]
    public required AsideReader Reader { get; init; }

    [Inject]
    public required AsideActions Actions { get; init; }

    private int Shown => files?.Total ?? corrections?.Total ?? ignored?.Total ?? 0;

    private int Page => files?.Page ?? corrections?.Page ?? ignored?.Page ?? 1;

    private int Pages => files?.Pages ?? corrections?.Pages ?? ignored?.Pages ?? 1;

    private IEnumerable<string> Keys =>
        files?.Items.Select(f => f.Id.ToString()) ?? corrections?.Items.Select(c => $"{c.Id}") ?? ignored?.Items.Select(i => $"{i.Id}") ?? [];

    private bool AllOnPage => Keys.Any() && Keys.All(selected.Contains);

    /// <inheritdoc />
    protected override void ReadAddress()
    {
        view = Enum.GetValues<AsideView>().FirstOrDefault(v => string.Equals(Token(v), ListToken, StringComparison.OrdinalIgnoreCase));
        selected.Clear();
    }

    /// <inheritdoc />
    protected override async Task LoadAsync(QualityHeader header)
    {
        var (asked, page) = (view, Math.Max(1, PageNumber ?? 1));
        var readFiles = asked == AsideView.Files ? await Reader.FilesAsync(Id, page, Leaving) : null;
        var readCorrections = asked == AsideView.Corrections ? await Reader.CorrectionsAsync(Id, page, Leaving) : null;
        var readIgnored = asked == AsideView.Ignored ? await Reader.IgnoredAsync(Id, page, Leaving) : null;
        if (asked == view)
        {
            (files, corrections, ignored) = (readFiles, readCorrections, readIgnored);
            selected.IntersectWith(Keys);
        }
    }

    private static string Token(AsideView list) => list.ToString().ToLowerInvariant();

    private string Address(AsideView list, int page)
    {
        string[] parts = [.. list == AsideView.Files ? [] : new[] { $"list={Token(list)}" }, .. page > 1 ? new[] { $"page={page}" } : []];
        return QualityAddresses.Of(Id, QualityView.Aside) + (parts.Length > 0 ? "?" + string.Join('&', parts) : "");
    }

    private (AsideView List, string Name, int Count)[] Lists() =>
    [
        (AsideView.Files, "Files put aside", Header!.Aside.Count),
        (AsideView.Corrections, "Corrected images", Header.Corrections),
        (AsideView.Ignored, "Ignored findings", Header.Ignored),
    ];

    private void Select(string key, bool on)
    {
        if (on)
        {
            selected.Add(key);
        }
        else
        {
            selected.Remove(key);
        }
    }

    private void SelectPage(bool on)
    {
        foreach (var key in Keys.ToList())
        {
            Select(key, on);
        }
    }

    private Task RestoreAllAsync() => ActAsync(() => Actions.RestoreAsync(Id, null, Leaving));

    private Task TakeBackSelectedAsync() => ActAsync(() => view switch
    {
        AsideView.Files => Actions.RestoreAsync(Id, files!.Items.Where(f => selected.Contains(f.Id.ToString())).Select(f => f.Id).ToHashSet(), Leaving),
        AsideView.Corrections => Actions.UndoAsync(Id, [.. corrections!.Items.Where(c => selected.Contains($"{c.Id}"))], Leaving),
        _ => Actions.HearAsync(Id, [.. ignored!.Items.Where(i => selected.Contains($"{i.Id}"))], Leaving),
    });

    private async Task ActAsync(Func<Task> action)
    {
        isBusy = true;
        await action();
        selected.Clear();
        isBusy = false;
        await ReloadAsync();
    }
}
