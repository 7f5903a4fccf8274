namespace FractureDashboard.ML.Datasets;

/// <summary>A folder does not have the layout of a data set. The message says what was found and what was expected.</summary>
public sealed class DatasetLayoutException : Exception
{
    /// <summary>What a data set looks like, for messages and forms.</summary>
    public const string Expected =
        "A data set has split folders (train, val or validation, test) and in each of them class folders (fractured, not fractured).";

    /// <summary>Creates the exception.</summary>
    public DatasetLayoutException()
        : this(Expected)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was found and what was expected.</param>
    public DatasetLayoutException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was found and what was expected.</param>
    /// <param name="innerException">The cause.</param>
    public DatasetLayoutException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
