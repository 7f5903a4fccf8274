namespace FractureDashboard.Tests.ML;

/// <summary>Tests that use the engine run one at a time: it counts tensors and uses every core.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EngineCollection
{
    public const string Name = "engine";
}
