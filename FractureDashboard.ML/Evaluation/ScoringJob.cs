using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Training;

namespace FractureDashboard.ML.Evaluation;

/// <summary>An image on its way into a network.</summary>
/// <param name="ContentHash">SHA-256 of the file's bytes.</param>
/// <param name="Original">At its own size, upright, grey.</param>
/// <param name="Input">At the network's size, as it would go in but for the equalisation, which comes after.</param>
/// <param name="Fit">How the one was fitted into the other.</param>
public sealed record InputView(string ContentHash, PixelImage Original, PixelImage Input, FitMode Fit);

/// <summary>Changes an image before a network sees it.</summary>
/// <param name="view">The image; not to be written to.</param>
/// <returns>An image of the same size and channels; the very same one where nothing is to be changed.</returns>
public delegate PixelImage InputEdit(InputView view);

/// <summary>What to score with which weights.</summary>
/// <param name="Options">Of the run that trained them: model, preparation, batch size, device.</param>
/// <param name="WeightsPath">Its weights.</param>
/// <param name="DatasetRoot">Root of the data set; only read.</param>
/// <param name="Images">The images.</param>
/// <param name="Edit">A change to each image; none by default. Called from several threads.</param>
public sealed record ScoringJob(
    TrainingOptions Options, string WeightsPath, string DatasetRoot, IReadOnlyList<ImageRecord> Images, InputEdit? Edit = null);

/// <summary>What came out of it.</summary>
/// <param name="Scores">Of all images that could be decoded, in the job's order.</param>
/// <param name="LeftOut">The others, and why.</param>
public sealed record ScoringResult(IReadOnlyList<ImageScore> Scores, IReadOnlyList<SkippedFile> LeftOut);
