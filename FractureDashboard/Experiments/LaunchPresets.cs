using FractureDashboard.Jobs;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Experiments;

/// <summary>The reference notebook's two experiments, and what a run is called when nobody names it.</summary>
public static class LaunchPresets
{
    /// <summary>The notebook's baseline, which is what options are by default.</summary>
    public static TrainingOptions Baseline { get; } = new();

    /// <summary>The same with the notebook's augmentation.</summary>
    public static TrainingOptions Augmented { get; } = Baseline with { Augmentation = AugmentationOptions.Notebook };

    /// <summary>The two runs of a comparison: the form's options without augmentation, and with it.</summary>
    /// <param name="form">The form.</param>
    /// <param name="dataset">The data set's name.</param>
    /// <returns>The two orders; they differ in nothing else.</returns>
    public static (NewRun Plain, NewRun Augmented) Pair(LaunchForm form, string dataset)
    {
        ArgumentNullException.ThrowIfNull(form);
        var plain = form.ToOptions() with { Augmentation = AugmentationOptions.None };
        var augmented = plain with { Augmentation = PairAugmentation(form) };
        return form.NameIsTyped
            ? (form.ToRun(Clip(form.Name.Trim(), ", baseline"), plain), form.ToRun(Clip(form.Name.Trim(), ", augmented"), augmented))
            : (form.ToRun(NameFor(plain, dataset), plain), form.ToRun(NameFor(augmented, dataset), augmented));
    }

    /// <summary>The augmentation of the second run of a pair: the form's, or the notebook's where the form has none.</summary>
    /// <param name="form">The form.</param>
    /// <returns>The augmentation.</returns>
    public static AugmentationOptions PairAugmentation(LaunchForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        return form.Augment && !form.Augmentation().IsOff ? form.Augmentation() : AugmentationOptions.Notebook;
    }

    /// <summary>A name that tells a run from its neighbours in a list.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="dataset">The data set's name, or null.</param>
    /// <returns>E.g. <c>Augmented · Demo</c>.</returns>
    public static string NameFor(TrainingOptions options, string? dataset)
    {
        ArgumentNullException.ThrowIfNull(options);
        var kind = options.Augmentation.IsOff ? "Baseline" : "Augmented";
        if (options.ShuffleLabels)
        {
            kind = "Shuffled labels";
        }

        return Clip(string.IsNullOrEmpty(dataset) ? kind : $"{kind} · {dataset}", "");
    }

    private static string Clip(string name, string suffix)
    {
        var room = RunQueue.MostNameCharacters - suffix.Length;
        return (name.Length > room ? name[..room].TrimEnd() : name) + suffix;
    }
}
