using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Training;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace FractureDashboard.Experiments;

/// <summary>The launch form.</summary>
public sealed partial class LaunchPage
{
    // No version has this number.
    private const int Folders = 0;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private MudForm? fields;
    private LaunchState state = new(new LaunchForm(), []);
    private IJSObjectReference? module;
    private LaunchChoices? choices;
    private (int? From, int? Dataset, int? Version, double? Rate)? applied;
    private string? notice;
    private string? problem;
    private bool launching;

    /// <summary>The form as filled; kept when the browser's connection is given up and taken up again.</summary>
    [PersistentState]
    public LaunchForm? Draft { get; set; }

    [SupplyParameterFromQuery]
    private int? From { get; set; }

    [SupplyParameterFromQuery]
    private int? Dataset { get; set; }

    [SupplyParameterFromQuery]
    private int? Version { get; set; }

    [SupplyParameterFromQuery(Name = "lr")]
    private double? Rate { get; set; }

    [Inject]
    public required LaunchDatasets Datasets { get; init; }

    [Inject]
    public required LaunchGate Gate { get; init; }

    [Inject]
    public required LaunchEnvironment Environment { get; init; }

    [Inject]
    public required RunQueue Queue { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    private LaunchForm form => state.Form;

    private static IReadOnlyList<string> ModelNames { get; } = [.. ModelRegistry.All.Select(m => m.Name)];

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        try
        {
            if (module is not null)
            {
                await module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone and took the module with it.
        }
    }

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        // A data set that becomes ready while the page is open can be chosen at once.
        Follow(Topics.Datasets, Interval, ReloadDatasetsAsync);
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        // Leaving for another page empties the query a moment before this page goes.
        if (applied == (From, Dataset, Version, Rate) || !new Uri(Navigation.Uri).AbsolutePath.Equals("/experiments/new", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var restored = applied is null && Draft is not null;
        applied = (From, Dataset, Version, Rate);
        notice = null;
        if (!restored)
        {
            Draft = new LaunchForm();
        }

        state = new LaunchState(Draft!, Environment.Devices);
        choices = await Datasets.ReadAsync(Leaving);
        if (!restored)
        {
            await FillAsync();
        }

        await ChooseAsync(form.DatasetId ?? (choices.Ready.Count > 0 ? choices.Ready[0].Id : null), form.Version);
    }

    private async Task FillAsync()
    {
        if (Dataset is { } wanted)
        {
            form.DatasetId = choices!.Ready.Any(d => d.Id == wanted) ? wanted : null;
            form.Version = Known(Version);
            notice = form.DatasetId is null ? "The data set asked for is not ready, or has been removed; another one is chosen."
                : form.Version != Version ? "The version asked for is no longer there; the folders as they are are chosen."
                : null;
        }

        if (From is not { } runId)
        {
            return;
        }

        if (await Datasets.FindRunAsync(runId, Leaving) is not { } run || RunQueue.ReadOptions(run.OptionsJson) is not { } options)
        {
            notice = $"Run {runId} has been deleted or cannot be read; the form shows the notebook's baseline.";
            return;
        }

        form.Fill(options);
        if (Rate is > 0 and <= 1)
        {
            // What a search found: another training, with a name of its own.
            form.LearningRate = Rate;
        }
        else if (options.Purpose == TrainingPurpose.Train)
        {
            (form.Name, form.NameIsTyped) = (run.Name, true);
        }

        (form.Tags, form.Notes) = (string.Join(", ", RunTags.Split(run.Tags)), run.Notes);
        if (form.DatasetId is null && choices!.Ready.Any(d => d.Id == run.DatasetId))
        {
            form.DatasetId = run.DatasetId;
            form.Version = Known(run.DatasetVersion);
        }

        notice = form.DatasetId == run.DatasetId || (Dataset is not null && form.DatasetId == Dataset)
            ? Rate is { } rate ? $"The options are those of run {runId}, '{run.Name}', with the learning rate {TrainingOptionsText.Number(rate)} that it found." : $"The options are those of run {runId}, '{run.Name}'."
            : $"The options are those of run {runId}, '{run.Name}'; its data set '{run.DatasetName}' is not available, so another one is chosen.";
    }

    private async Task ReloadDatasetsAsync()
    {
        choices = await Datasets.ReadAsync(Leaving);
        if (form.DatasetId is null && choices.Ready.Count > 0)
        {
            await ChooseAsync(choices.Ready[0].Id, null);
        }
        else
        {
            await LookAsync();
        }
    }

    private Task PickDatasetAsync(int? id) => PickAsync(id, null);

    private Task PickVersionAsync(int version) => PickAsync(form.DatasetId, version == Folders ? null : version);

    // What was picked stands in the address, so that it can be shared and survives a reload.
    private async Task PickAsync(int? id, int? version)
    {
        await ChooseAsync(id, version);
        applied = (From, form.DatasetId, form.Version, Rate);
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["dataset"] = form.DatasetId, ["version"] = form.Version }), replace: true);
    }

    private async Task ChooseAsync(int? id, int? version)
    {
        state.Take(null);
        Set(() => (form.DatasetId, form.Version) = (id, version));
        await LookAsync();
    }

    private async Task LookAsync()
    {
        if (form.DatasetId is { } id)
        {
            state.Take(await Gate.ReadAsync(id, form.Version, Leaving));
        }

        Refresh();
    }

    private int? Known(int? version) => choices!.Ready.FirstOrDefault(d => d.Id == form.DatasetId)?.Versions.Any(v => v.Number == version) == true ? version : null;

    private string VersionName(int version) =>
        version == Folders ? "The folders as they are" : state.Dataset?.Versions.FirstOrDefault(v => v.Number == version)?.Name ?? $"Version {version}";

    private async Task UsePresetAsync(TrainingOptions preset)
    {
        form.Fill(preset);
        Refresh();
        await fields!.ResetValidationAsync();
    }

    private bool IsPreset(TrainingOptions preset) => form.ToOptions() == preset;

    private void Set(Action change)
    {
        change();
        Refresh();
    }

    private void Refresh() => state.Refresh(choices?.Ready ?? []);

    private Task LaunchAsync() => SubmitAsync(async () =>
    {
        var result = await Queue.SubmitAsync(form.ToRun(form.Name, form.ToOptions()), Leaving);
        problem = result.Problem;
        return result.RunId is { } id ? $"/runs/{id}" : null;
    });

    private Task SearchAsync() => SubmitAsync(async () =>
    {
        var result = await Queue.SubmitAsync(LaunchPresets.Search(form, state.Dataset!.Name), Leaving);
        problem = result.Problem;
        return result.RunId is { } id ? $"/runs/{id}" : null;
    });

    private Task LaunchBothAsync() => SubmitAsync(async () =>
    {
        var (plain, augmented) = LaunchPresets.Pair(form, state.Dataset!.Name);
        var first = await Queue.SubmitAsync(plain, Leaving);
        var second = first.Problem is null ? await Queue.SubmitAsync(augmented, Leaving) : first;
        problem = second.Problem is { } refused && first.RunId is { } queued ? $"Run {queued} is queued, but not the augmented one: {refused}" : second.Problem;
        return problem is null ? $"/runs/compare?ids={first.RunId},{second.RunId}" : null;
    });

    private async Task SubmitAsync(Func<Task<string?>> order)
    {
        if (launching)
        {
            return;
        }

        launching = true;
        problem = null;
        try
        {
            Refresh();
            if (state.FirstBadField is { } field)
            {
                state.Reveal(field);
                StateHasChanged();

                // A section's fields are there once it has been drawn.
                await Task.Yield();
                await fields!.ValidateAsync();
                module ??= await Js.InvokeAsync<IJSObjectReference>("import", "./js/experiments.js");
                await module.InvokeVoidAsync("focusField", field);
            }
            else if (await order() is { } url)
            {
                Navigation.NavigateTo(url);
            }
        }
        finally
        {
            launching = false;
        }
    }

    private string DatasetName(int? id) => choices?.Ready.FirstOrDefault(d => d.Id == id)?.Name ?? "";
}
