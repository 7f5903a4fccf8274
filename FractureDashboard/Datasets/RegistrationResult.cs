namespace FractureDashboard.Datasets;

/// <summary>The field of a form that a refusal belongs to.</summary>
public enum RegistrationField
{
    /// <summary>The data set's name.</summary>
    Name,

    /// <summary>The folder, the archive or the upload.</summary>
    Source,

    /// <summary>The number of synthetic images.</summary>
    Images,

    /// <summary>The side of synthetic images.</summary>
    Size,
}

/// <summary>The outcome of adding or renaming a data set: its id, or what is wrong with which field.</summary>
/// <param name="Id">The data set, when it was accepted.</param>
/// <param name="Field">The field to correct.</param>
/// <param name="Problem">What is wrong and what to do.</param>
public sealed record RegistrationResult(int? Id, RegistrationField? Field, string? Problem)
{
    /// <summary>The request was accepted.</summary>
    /// <param name="id">The data set.</param>
    /// <returns>The result.</returns>
    public static RegistrationResult Accepted(int id) => new(id, null, null);

    /// <summary>The request was refused.</summary>
    /// <param name="field">The field to correct.</param>
    /// <param name="problem">What is wrong and what to do.</param>
    /// <returns>The result.</returns>
    public static RegistrationResult Refused(RegistrationField field, string problem) => new(null, field, problem);

    /// <summary>The problem, when it belongs to a field.</summary>
    /// <param name="field">The field.</param>
    /// <returns>The text, or null.</returns>
    public string? For(RegistrationField field) => Field == field ? Problem : null;
}
