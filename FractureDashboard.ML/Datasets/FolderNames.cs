using System.Text;

namespace FractureDashboard.ML.Datasets;

/// <summary>Recognises the split and class folders of a data set by name, in the spellings found in the wild.</summary>
/// <remarks>Case, underscores, hyphens, dots and runs of spaces make no difference.</remarks>
public static class FolderNames
{
    private static readonly Dictionary<string, Split> Splits = new(StringComparer.Ordinal)
    {
        ["train"] = Split.Train,
        ["training"] = Split.Train,
        ["train set"] = Split.Train,
        ["training set"] = Split.Train,
        ["val"] = Split.Validation,
        ["valid"] = Split.Validation,
        ["validation"] = Split.Validation,
        ["val set"] = Split.Validation,
        ["validation set"] = Split.Validation,
        ["test"] = Split.Test,
        ["testing"] = Split.Test,
        ["test set"] = Split.Test,
        ["testing set"] = Split.Test,
    };

    private static readonly HashSet<string> FractureWords = new(StringComparer.Ordinal)
    {
        "fractured", "fracture", "fractures", "broken", "positive", "pos", "with fracture", "fracture present",
    };

    private static readonly HashSet<string> SoundWords = new(StringComparer.Ordinal)
    {
        "normal", "healthy", "intact", "negative", "neg", "without fracture", "without fractures", "fracture absent",
    };

    private static readonly string[] Negations = ["not ", "non ", "no ", "un", "not", "non", "no"];

    /// <summary>The split a folder holds, or null when its name is no split.</summary>
    /// <param name="folderName">Name of the folder, without its path.</param>
    /// <returns>The split or null.</returns>
    public static Split? SplitOf(string folderName) =>
        Splits.TryGetValue(Normalise(folderName), out var split) ? split : null;

    /// <summary>The class a folder holds, or null when its name is no class.</summary>
    /// <param name="folderName">Name of the folder, without its path.</param>
    /// <returns>The class or null.</returns>
    public static Label? LabelOf(string folderName)
    {
        var name = Normalise(folderName);
        if (FractureWords.Contains(name))
        {
            return Label.Fractured;
        }

        if (SoundWords.Contains(name) || Negations.Any(n => name.StartsWith(n, StringComparison.Ordinal) && FractureWords.Contains(name[n.Length..])))
        {
            return Label.NotFractured;
        }

        return null;
    }

    /// <summary>The folder name this product writes for a split: <c>train</c>, <c>val</c> or <c>test</c>.</summary>
    /// <param name="split">The split.</param>
    /// <returns>The name.</returns>
    public static string For(Split split) => split switch
    {
        Split.Train => "train",
        Split.Validation => "val",
        Split.Test => "test",
        _ => throw new ArgumentOutOfRangeException(nameof(split), split, "Unknown split."),
    };

    /// <summary>The folder name this product writes for a class: <c>fractured</c> or <c>not fractured</c>.</summary>
    /// <param name="label">The class.</param>
    /// <returns>The name.</returns>
    public static string For(Label label) => label == Label.Fractured ? "fractured" : "not fractured";

    /// <summary>Lower case, separators as single spaces.</summary>
    private static string Normalise(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (c is '_' or '-' or '.' || char.IsWhiteSpace(c))
            {
                if (text.Length > 0 && text[^1] != ' ')
                {
                    text.Append(' ');
                }
            }
            else
            {
                text.Append(char.ToLowerInvariant(c));
            }
        }

        return text.ToString().TrimEnd();
    }
}
