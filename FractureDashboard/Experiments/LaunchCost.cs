using FractureDashboard.ML.Models;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Experiments;

/// <summary>What a run would take, known before it starts.</summary>
/// <param name="Model">Parameters and operations of the network for an image.</param>
public sealed record LaunchCost(ModelCost Model)
{
    /// <summary>Why it cannot run, for a person; null when it can.</summary>
    public string? Problem => null;

    /// <summary>Works it out.</summary>
    /// <param name="options">The options as filled.</param>
    /// <returns>The cost, or null while model or image size are not ones that there are.</returns>
    public static LaunchCost? Of(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ModelRegistry.Contains(options.Model) && ModelRegistry.Get(options.Model) is var model && options.ImageSize >= model.MinimumImageSize && options.ImageSize <= 512
            ? new LaunchCost(model.Cost(options.Input))
            : null;
    }
}
