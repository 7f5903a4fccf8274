using FractureDashboard.ML.Quality;

namespace FractureDashboard.Tests.ML.Quality.Corpus;

/// <summary>A file made in code, and all that shall be said of it.</summary>
/// <param name="Name">Its name, with the extension that it bears.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Rules">Every rule that names it, and none else.</param>
/// <param name="Worst">The gravest severity of these; null where nothing is said.</param>
internal sealed record CorpusFile(string Name, byte[] Content, QualityRule[] Rules, QualitySeverity? Worst)
{
    /// <summary>A file that no training can use.</summary>
    public static CorpusFile Broken(string name, byte[] content, QualityRule rule) => new(name, content, [rule], QualitySeverity.Error);

    /// <summary>A sound image that somebody should look at.</summary>
    public static CorpusFile Odd(string name, byte[] content, params QualityRule[] rules) => new(name, content, rules, QualitySeverity.Warning);

    /// <summary>A sound image of which something is worth knowing.</summary>
    public static CorpusFile Noted(string name, byte[] content, params QualityRule[] rules) => new(name, content, rules, QualitySeverity.Info);

    /// <summary>A sound image of which nothing is said.</summary>
    public static CorpusFile Sound(string name, byte[] content) => new(name, content, [], null);

    public override string ToString() => Name;
}
