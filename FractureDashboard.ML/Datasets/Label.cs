namespace FractureDashboard.ML.Datasets;

/// <summary>
/// The class of an image. The positive class is <see cref="Fractured"/>: its value is 1 and every score is P(fractured).
/// </summary>
/// <remarks>
/// Keras' <c>flow_from_directory</c> orders class folders by name, so the reference notebook's sigmoid is
/// P(not fractured); here it is P(fractured) everywhere.
/// </remarks>
public enum Label
{
    /// <summary>No fracture (negative class, target 0).</summary>
    NotFractured = 0,

    /// <summary>Fracture (positive class, target 1).</summary>
    Fractured = 1,
}
