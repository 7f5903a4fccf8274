using FractureDashboard.ML.Runtime;

namespace FractureDashboard.Experiments;

/// <summary>What this machine can train on.</summary>
/// <param name="CanTrain">False when the native engine does not load here.</param>
/// <param name="Devices">Devices to choose from.</param>
public sealed record LaunchEnvironment(bool CanTrain, IReadOnlyList<string> Devices)
{
    /// <summary>Looks.</summary>
    /// <returns>What there is.</returns>
    public static LaunchEnvironment Detect() => new(Engine.Status.IsAvailable, ComputeDevices.Available());
}
