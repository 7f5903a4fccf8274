using System.Globalization;

namespace FractureDashboard.Bench;

/// <summary>The <c>name=value</c> arguments of the command line.</summary>
internal sealed class BenchSettings
{
    private static readonly string[] Own = ["recipe", "folds", "k", "parts", "splitseed", "data", "split", "seeds", "images", "groups", "work", "out", "sheet"];

    private readonly Dictionary<string, string> values;

    private BenchSettings(Dictionary<string, string> values) => this.values = values;

    /// <summary>Benchmarks of minutes to hours, which run only when they are named.</summary>
    public static IReadOnlyList<string> OnlyByName { get; } = ["crossvalidation", "recipes", "leakage"];

    /// <summary>What changes the recipes, in the order of the names.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Overrides => [.. values.Where(v => !Own.Contains(v.Key)).OrderBy(v => v.Key, StringComparer.Ordinal)];

    /// <summary>Where caches, unfinished runs and results lie.</summary>
    public string Work => Path.GetFullPath(Text("work", Path.Combine(Path.GetTempPath(), "fracturedashboard-bench")));

    /// <summary>Tells a setting from a benchmark's name.</summary>
    public static bool IsSetting(string argument) => argument.Contains('=', StringComparison.Ordinal);

    /// <summary>Reads the process's command line.</summary>
    /// <exception cref="InvalidOperationException">A setting is unknown or stands there twice.</exception>
    public static BenchSettings FromCommandLine()
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var argument in Environment.GetCommandLineArgs().Skip(1).Where(IsSetting))
        {
            var (name, value) = (argument[..argument.IndexOf('=', StringComparison.Ordinal)], argument[(argument.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            if ((!Own.Contains(name) && !Recipes.Changes.ContainsKey(name)) || !given.TryAdd(name, value))
            {
                throw new InvalidOperationException($"'{name}' is unknown or given twice. Known: {string.Join(", ", Own)}; of a recipe: {string.Join(", ", Recipes.Changes.Keys)}.");
            }
        }

        return new BenchSettings(given);
    }

    public string Text(string name, string otherwise) => values.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) => values.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public string[] List(string name, string otherwise) => Text(name, otherwise).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public int[] Numbers(string name, string otherwise) => Array.ConvertAll(List(name, otherwise), n => int.Parse(n, CultureInfo.InvariantCulture));
}
