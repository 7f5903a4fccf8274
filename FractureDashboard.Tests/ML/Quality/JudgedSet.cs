using System.Globalization;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Tests.ML.Quality;

/// <summary>A set of files of which everything is known, to be judged without opening one.</summary>
internal sealed class JudgedSet
{
    /// <summary>What an ordinary radiograph's pixels look like.</summary>
    public static readonly PixelStatistics Ordinary = new(0.25, 0.2, 0.02, 0.8, 0.2, 0, 0.06, 0, 0);

    private readonly List<PlacedFile> files = [];
    private readonly Dictionary<string, FileFacts> facts = new(StringComparer.Ordinal);

    /// <summary>Sources that are known.</summary>
    public List<SourceAssignment> Sources { get; } = [];

    /// <summary>Scores of a run.</summary>
    public List<HeldOutScore> Scores { get; } = [];

    /// <summary>What a model makes of the images; null for none.</summary>
    public JudgedEmbeddings? Embeddings { get; set; }

    /// <summary>The content hash that a number stands for.</summary>
    public static string Hash(int content) => content.ToString("x64", CultureInfo.InvariantCulture);

    /// <summary>Adds a sound image; pictures with different hashes look different unless told otherwise.</summary>
    public JudgedSet Add(string path, int content, Split? split = Split.Train, Label? label = Label.Fractured, PixelStatistics? pixels = null, ulong? looks = null, DecodeFailure? failure = null)
    {
        files.Add(new(path, split, label, 1000, DateTime.UnixEpoch));

        // Multiplied by an odd constant, small numbers are far apart in bits.
        var hash = looks ?? (ulong)(content + 1) * 0x9E3779B97F4A7C15;
        facts[path] = new(
            Hash(content), ImageFormat.Jpeg, 224, 224, 3, 8, 1, 1, false, false, IsForTensorFlow: true, failure, failure is null ? null : "It is broken.",
            failure is null ? pixels ?? Ordinary : null, failure is null ? hash.ToString("x16", CultureInfo.InvariantCulture) : null);
        return this;
    }

    public JudgedSet Same(string source, params int[] contents)
    {
        Sources.AddRange(contents.Select(c => new SourceAssignment(Hash(c), source, 0.9)));
        return this;
    }

    public IReadOnlyList<QualityFinding> Judge(int? order = null)
    {
        var ordered = order is { } seed ? [.. files.OrderBy(f => HashCode.Combine(f.RelativePath, seed))] : files;
        var images = new ScannedImages(ordered, facts);
        var sources = SourceRules.Merge(Sources, null, images);
        return QualityJudge.OfSet(ordered, facts, images, Near(images, sources), sources, Scores, Embeddings);
    }

    public LeakageCount Leakage()
    {
        var images = new ScannedImages(files, facts);
        var sources = SourceRules.Merge(Sources, null, images);
        return LeakageCounter.Of(images, Near(images, sources), sources);
    }

    private static IReadOnlyList<ContentLink> Near(ScannedImages images, IReadOnlyList<SourceAssignment> sources) =>
        NearDuplicateRules.Confirmed(images, NearDuplicateRules.Links(images, default), sources);

    /// <summary>Paths that a rule names, in the order of the findings.</summary>
    public string[] Named(QualityRule rule) => [.. Judge().Where(f => f.Rule == rule).Select(f => f.File.RelativePath)];
}
