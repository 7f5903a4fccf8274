using FractureDashboard.Storage;

namespace FractureDashboard.Tests.Datasets;

internal static class TestRuns
{
    public static Run Of(Dataset dataset, string name, RunState state) => new()
    {
        Name = name,
        DatasetId = dataset.Id,
        DatasetName = dataset.Name,
        DatasetKind = dataset.Kind,
        Fingerprint = dataset.Fingerprint,
        Model = "baseline-cnn",
        Augmentation = "off",
        OptionsJson = "{}",
        OptionsHash = "",
        Epochs = 5,
        State = state,
        CreatedUtc = DateTime.UtcNow,
    };
}
