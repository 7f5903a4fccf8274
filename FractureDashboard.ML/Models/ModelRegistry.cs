namespace FractureDashboard.ML.Models;

/// <summary>What a model is, for a form and a table.</summary>
/// <param name="Name">Key, as stored with a run.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Description">One sentence.</param>
/// <param name="MinimumImageSize">Smallest side in pixels that leaves at least one output of the last pooling.</param>
/// <param name="ParameterCount">Trainable parameters as a function of the input's side in pixels (3 channels).</param>
public sealed record ModelDescriptor(string Name, string Title, string Description, int MinimumImageSize, Func<int, long> ParameterCount);

/// <summary>The architectures by name.</summary>
public static class ModelRegistry
{
    /// <summary>All models, the default first.</summary>
    public static IReadOnlyList<ModelDescriptor> All { get; } = [BaselineCnnDescriptor.Instance];

    /// <summary>True when <paramref name="name"/> names a model.</summary>
    /// <param name="name">A name.</param>
    /// <returns>Whether it exists.</returns>
    public static bool Contains(string name) => All.Any(m => string.Equals(m.Name, name, StringComparison.Ordinal));

    /// <summary>The model of that name.</summary>
    /// <param name="name">A name.</param>
    /// <returns>Its descriptor.</returns>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    public static ModelDescriptor Get(string name) =>
        All.FirstOrDefault(m => string.Equals(m.Name, name, StringComparison.Ordinal))
        ?? throw new ArgumentException($"There is no model named '{name}'.", nameof(name));
}
