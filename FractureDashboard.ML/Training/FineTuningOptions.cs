namespace FractureDashboard.ML.Training;

/// <summary>Starting from weights trained elsewhere.</summary>
/// <param name="WeightsPath">Absolute path of a safetensors file on the server whose names and shapes are the model's; empty: from scratch. What belongs to the head may be missing.</param>
/// <param name="FrozenEpochs">Epochs in which only the head learns; 0 to 1000, as many as the run has: always.</param>
/// <param name="BackboneRate">The backbone's learning rate as a share of the head's; in (0, 1].</param>
public sealed record FineTuningOptions(string WeightsPath = "", int FrozenEpochs = 0, double BackboneRate = 1)
{
    /// <summary>Checks every range.</summary>
    /// <returns>One entry for each field out of range.</returns>
    public IEnumerable<OptionProblem> Validate()
    {
        if (WeightsPath.Length > 0 && !Path.IsPathFullyQualified(WeightsPath))
        {
            yield return new(nameof(WeightsPath), "Give the full path of a safetensors file on the server.");
        }

        if (FrozenEpochs is < 0 or > 1000)
        {
            yield return new(nameof(FrozenEpochs), "The backbone can be frozen for 0 to 1000 epochs.");
        }

        if (!(BackboneRate is > 0 and <= 1))
        {
            yield return new(nameof(BackboneRate), "The backbone's learning rate must be a share of the head's, greater than 0 and at most 1.");
        }
    }
}
