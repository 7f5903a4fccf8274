namespace FractureDashboard.ML.Quality;

/// <summary>A file to put aside.</summary>
/// <param name="RelativePath">Path below the data set's root, with forward slashes.</param>
/// <param name="ContentHash">SHA-256 of its bytes as the scan saw it, lower-case hexadecimal; another content is not moved.</param>
/// <param name="Reason">Why, a sentence for people.</param>
public sealed record QuarantineRequest(string RelativePath, string ContentHash, string Reason);

/// <summary>A file that is put aside.</summary>
/// <param name="Id">Names it within the data set's quarantine.</param>
/// <param name="RelativePath">Where it was, and where a restore puts it.</param>
/// <param name="ContentHash">SHA-256 of its bytes.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Reason">Why.</param>
/// <param name="AtUtc">When.</param>
public sealed record QuarantinedFile(Guid Id, string RelativePath, string ContentHash, long Bytes, string Reason, DateTime AtUtc);

/// <summary>A file that could not be moved.</summary>
/// <param name="RelativePath">The file.</param>
/// <param name="Problem">What was in the way, and what to do.</param>
public sealed record QuarantineProblem(string RelativePath, string Problem);

/// <summary>What an action did.</summary>
/// <param name="Moved">The files that were moved.</param>
/// <param name="Problems">Those that stayed where they were.</param>
public sealed record QuarantineResult(IReadOnlyList<QuarantinedFile> Moved, IReadOnlyList<QuarantineProblem> Problems);
