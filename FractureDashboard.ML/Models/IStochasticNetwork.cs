namespace FractureDashboard.ML.Models;

/// <summary>
/// A network whose training forward pass draws random numbers (dropout). They come from a stream that is named by where
/// the training stands, so that a resumed run draws what the uninterrupted one would have.
/// </summary>
internal interface IStochasticNetwork
{
    /// <summary>Names the stream of the next forward pass in training mode; must be called before each.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">From 1.</param>
    /// <param name="step">The batch in the epoch.</param>
    void BeginStep(int seed, int epoch, int step);
}
