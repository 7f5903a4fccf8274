using FractureDashboard.ML.Quality;

namespace FractureDashboard.Jobs;

/// <summary>Scans; synchronous, and uses every core by itself.</summary>
/// <param name="request">What to scan.</param>
/// <param name="facts">What is known of files, and takes what is seen.</param>
/// <param name="progress">Is told how far it has come, from several threads.</param>
/// <param name="found">Is told each finding when it is made, from several threads.</param>
/// <param name="cancellationToken">Stops it within one file.</param>
/// <returns>What it found.</returns>
public delegate ScanResult ScanEngine(
    ScanRequest request, IFileFactsStore facts, Action<ScanProgress>? progress, Action<QualityFinding>? found, CancellationToken cancellationToken);
