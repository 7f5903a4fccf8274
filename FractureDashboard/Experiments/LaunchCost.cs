using FractureDashboard.Jobs;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Experiments;

/// <summary>What a run would take, known before it starts.</summary>
/// <param name="Model">Parameters and operations of the network for an image.</param>
/// <param name="Memory">Bytes that a training step needs, estimated; null while the batch size is not right.</param>
/// <param name="Available">Bytes that there are; null where that is not known.</param>
/// <param name="Problem">Why the batch cannot run, for a person; null when it can.</param>
public sealed record LaunchCost(ModelCost Model, long? Memory, long? Available, string? Problem)
{
    /// <summary>Works it out.</summary>
    /// <param name="options">The options as filled.</param>
    /// <returns>The cost, or null while model or image size are not ones that there are.</returns>
    public static LaunchCost? Of(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!ModelRegistry.Contains(options.Model) || ModelRegistry.Get(options.Model) is not { } model || options.ImageSize < model.MinimumImageSize || options.ImageSize > 512)
        {
            return null;
        }

        var cost = model.Cost(options.Input);
        return options.BatchSize is < 1 or > 512
            ? new(cost, null, null, null)
            : new(cost, TrainingMemory.Estimate(options), AvailableMemory.Of(options.Device), AvailableMemory.Problem(options));
    }
}
