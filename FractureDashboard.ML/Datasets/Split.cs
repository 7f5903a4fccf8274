namespace FractureDashboard.ML.Datasets;

/// <summary>The part of a data set that an image belongs to.</summary>
public enum Split
{
    /// <summary>Images the weights are fitted on.</summary>
    Train = 0,

    /// <summary>Images a run is compared and stopped on.</summary>
    Validation = 1,

    /// <summary>Images looked at once, at the end.</summary>
    Test = 2,
}
