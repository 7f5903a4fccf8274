using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Training;

/// <summary>Trains a model.</summary>
public sealed class Trainer(ImageDecoder decoder, TimeProvider clock)
{
    /// <summary>Trains.</summary>
    public TrainingResult Run(TrainingJob job, ITrainingEventSink sink, CancellationToken cancellationToken)
    {
        _ = decoder;
        _ = clock;
        throw new NotSupportedException();
    }
}
