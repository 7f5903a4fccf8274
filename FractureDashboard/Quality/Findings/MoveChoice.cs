using FractureDashboard.ML.Datasets;

namespace FractureDashboard.Quality.Findings;

/// <summary>What images shall count with.</summary>
/// <param name="Split">Null leaves it.</param>
/// <param name="Label">Null leaves it.</param>
/// <param name="Reason">Why.</param>
public sealed record MoveChoice(Split? Split, Label? Label, string Reason);
