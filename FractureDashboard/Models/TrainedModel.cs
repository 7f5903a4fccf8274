using FractureDashboard.ML.Models;
using FractureDashboard.ML.Training;
using FractureDashboard.ML.Weights;
using FractureDashboard.Storage;

namespace FractureDashboard.Models;

/// <summary>What a run's weights are.</summary>
/// <param name="Run">The run.</param>
/// <param name="Options">Its options.</param>
/// <param name="Architecture">Its network.</param>
/// <param name="WeightsBytes">Size of the weights file.</param>
public sealed record TrainedModel(Run Run, TrainingOptions Options, ModelDescriptor Architecture, long WeightsBytes)
{
    /// <summary>What it costs for one image.</summary>
    public ModelCost Cost { get; } = Architecture.Cost(Options.Input);

    /// <summary>Memory that a training step of its options needs.</summary>
    public long TrainingBytes { get; } = TrainingMemory.Estimate(Options);

    /// <summary>A Python program that scores an image with it.</summary>
    public string Snippet { get; } = PythonSnippet.For(Architecture.Name, Options.Input, Options.Preprocessing);
}

/// <summary>A model, or why there is none to show.</summary>
/// <param name="Model">The model.</param>
/// <param name="Problem">One sentence when there is none.</param>
/// <param name="RunExists">False when there is no such run.</param>
public sealed record ModelLookup(TrainedModel? Model, string? Problem, bool RunExists);
