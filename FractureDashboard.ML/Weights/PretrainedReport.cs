namespace FractureDashboard.ML.Weights;

/// <summary>An array whose shape is not the model's.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Expected">The model's shape.</param>
/// <param name="Found">The file's shape.</param>
public sealed record ShapeMismatch(string Name, IReadOnlyList<long> Expected, IReadOnlyList<long> Found);

/// <summary>How a file of weights fits a model.</summary>
/// <param name="IsUsable">Whether a training can start from it: the whole backbone is there, in the right shapes, and every number is finite.</param>
/// <param name="Summary">One sentence for a person.</param>
/// <param name="Matched">Arrays that are taken over.</param>
/// <param name="Missing">Arrays of the backbone that the file lacks.</param>
/// <param name="Unexpected">Arrays of the file that the model does not have; they are ignored.</param>
/// <param name="WrongShape">Arrays of the backbone in another shape or number format.</param>
/// <param name="ReplacedHead">Arrays of the head that the file lacks or has in another shape; they start anew.</param>
public sealed record PretrainedReport(
    bool IsUsable,
    string Summary,
    IReadOnlyList<string> Matched,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Unexpected,
    IReadOnlyList<ShapeMismatch> WrongShape,
    IReadOnlyList<string> ReplacedHead)
{
    /// <summary>A file that cannot be read at all.</summary>
    /// <param name="why">One sentence.</param>
    /// <returns>The report.</returns>
    internal static PretrainedReport Unreadable(string why) => new(false, why, [], [], [], [], []);
}
