using FractureDashboard.Jobs;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FractureDashboard.Quality.Splitting;

/// <summary>Makes versions of a data set in which no radiograph lies in two splits. The address holds the form.</summary>
public sealed partial class SplitPage
{
    private SplitForm form = new();
    private HonestSplitPreview? preview;
    private IReadOnlyList<DatasetVersionInfo> versions = [];
    private string? shown;
    private int? made;
    private bool isBusy;

    [SupplyParameterFromQuery(Name = "train")]
    public int? TrainShare { get; set; }

    [SupplyParameterFromQuery(Name = "validation")]
    public int? ValidationShare { get; set; }

    [SupplyParameterFromQuery(Name = "test")]
    public int? TestShare { get; set; }

    [SupplyParameterFromQuery(Name = "seed")]
    public int? Seed { get; set; }

    [SupplyParameterFromQuery(Name = "one")]
    public bool? OneOfEach { get; set; }

    [SupplyParameterFromQuery(Name = "distinct")]
    public bool? NoCopies { get; set; }

    [Inject]
    public required HonestSplits Splits { get; init; }

    [Inject]
    public required DatasetVersions Versions { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required ISnackbar Snackbar { get; init; }

    /// <inheritdoc />
    protected override void ReadAddress() => form = SplitForm.Parse(TrainShare, ValidationShare, TestShare, Seed, OneOfEach, NoCopies);

    /// <inheritdoc />
    protected override async Task LoadAsync(QualityHeader header)
    {
        versions = await Versions.ListAsync(header.Dataset.Id, Leaving);
        var asked = form;
        var stamp = $"{header.Stamp} {asked}";
        if (header.IsScanning && stamp == shown)
        {
            // A scan says several times a second how far it is; what is split changes only at its end.
            return;
        }

        var read = await Splits.PreviewAsync(header.Dataset.Id, asked.ToRequest(), Leaving);
        if (ReferenceEquals(asked, form))
        {
            (preview, shown) = (read, stamp);
        }
    }

    private void Change(SplitForm changed)
    {
        if (changed != form)
        {
            Navigation.NavigateTo(changed.ToUrl(Id), replace: true);
        }
    }

    private async Task CreateAsync()
    {
        isBusy = true;
        var known = versions.Select(v => v.Number).ToHashSet();
        var result = await Splits.CreateAsync(Id, form.ToRequest(), Leaving);
        isBusy = false;
        if (result.Version is { } number)
        {
            made = number;
            Snackbar.Add(known.Contains(number) ? $"This split is version {number} already." : $"Version {number} was made.", known.Contains(number) ? Severity.Info : Severity.Success);
        }
        else
        {
            Snackbar.Add(result.Problem!, Severity.Warning);
        }

        await ReloadAsync();
    }

    private async Task DeleteAsync(DatasetVersionInfo version)
    {
        if (await Dialogs.ShowMessageBoxAsync($"Delete version {version.Number}?", $"'{version.Name}' is a list of images; no file goes with it. The same shares, seed and images make it again.", "Delete", cancelText: "Keep") != true)
        {
            return;
        }

        isBusy = true;
        var problem = await Versions.DeleteAsync(Id, version.Number, Leaving);
        isBusy = false;
        Snackbar.Add(problem ?? $"Version {version.Number} was deleted.", problem is null ? Severity.Success : Severity.Warning);
        await ReloadAsync();
    }
}
