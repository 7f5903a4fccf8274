using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Evaluation;

/// <summary>A loaded model that answers on a thread of its own.</summary>
public sealed class Predictor : IDisposable
{
    /// <summary>Loads weights.</summary>
    public static Task<Predictor> LoadAsync(string model, string weightsPath, int imageSize, string device, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>Scores an image.</summary>
    public Task<float> PredictAsync(PixelImage image, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
