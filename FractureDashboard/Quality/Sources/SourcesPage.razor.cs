using FractureDashboard.Shell;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Quality.Sources;

/// <summary>Which images come from one radiograph. The address holds filter and page.</summary>
public sealed partial class SourcesPage
{
    private readonly HashSet<string> sources = new(StringComparer.Ordinal);
    private readonly HashSet<string> images = new(StringComparer.Ordinal);
    private readonly HashSet<string> open = new(StringComparer.Ordinal);
    private SourcesQuery query = new();
    private SourcesPageModel? page;
    private string? shown;
    private bool isBusy;

    [SupplyParameterFromQuery(Name = "min")]
    public int? Least { get; set; }

    [SupplyParameterFromQuery(Name = "across")]
    public bool? Across { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    public string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    public int? PageNumber { get; set; }

    [Inject]
    public required SourcesReader Reader { get; init; }

    [Inject]
    public required SourceActions Actions { get; init; }

    private string Selection => (sources.Count, images.Count) switch
    {
        (0, 0) => "none selected",
        (0, _) => $"{QualityText.Count(images.Count, "content")} selected",
        (_, 0) => $"{QualityText.Count(sources.Count, "source")} selected",
        _ => $"{QualityText.Count(sources.Count, "source")} and {QualityText.Count(images.Count, "content")} selected",
    };

    /// <inheritdoc />
    protected override void ReadAddress() => query = SourcesQuery.Parse(Least, Across, Sort, Text, PageNumber);

    /// <inheritdoc />
    protected override async Task LoadAsync(QualityHeader header)
    {
        var asked = query;
        var stamp = $"{header.Stamp} {asked}";
        if (header.IsScanning && stamp == shown)
        {
            // A scan says several times a second how far it is; the sources change only at its end.
            return;
        }

        var read = await Reader.ListAsync(header.Dataset.Id, asked, open, Leaving);
        if (ReferenceEquals(asked, query))
        {
            (page, shown) = (read, stamp);
        }
    }

    private static string Title(SourceStrip source) => source.Count > source.Images.Count
        ? QualityText.Count(source.Count, "image")
        : $"{QualityText.Count(source.Count, "image")}: {string.Join(", ", source.Images.GroupBy(i => i.Split).Select(s => $"{Humane.Count(s.Count())} in {QualityText.Of(s.Key)}"))}";

    private void Go(SourcesQuery next)
    {
        if (next != query)
        {
            Navigation.NavigateTo((next with { Page = 1 }).ToUrl(Id), replace: next.Text != query.Text);
        }
    }

    private void SelectSource(SourceStrip source, bool on) => Set(sources, source.Name, on);

    private void SelectImage(SourceImage image, bool on) => Set(images, image.ContentHash, on);

    private static void Set(HashSet<string> set, string key, bool on)
    {
        if (on)
        {
            set.Add(key);
        }
        else
        {
            set.Remove(key);
        }
    }

    private void Clear()
    {
        sources.Clear();
        images.Clear();
    }

    private Task OpenAsync(SourceStrip source)
    {
        open.Add(source.Name);
        return AnewAsync();
    }

    private Task MergeAsync() => ActAsync(() => Actions.MergeAsync(Id, [.. sources.Order(StringComparer.Ordinal)], Leaving));

    private Task SplitOffAsync() => ActAsync(() => Actions.SplitOffAsync(Id, [.. images], Leaving));

    private Task ResetAsync() => ActAsync(() => Actions.ResetAsync(Id, Leaving));

    private async Task ActAsync(Func<Task<bool>> action)
    {
        isBusy = true;
        if (await action())
        {
            Clear();
            await AnewAsync();
        }

        isBusy = false;
    }

    private Task AnewAsync()
    {
        shown = null;
        return ReloadAsync();
    }
}
