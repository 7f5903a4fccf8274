namespace FractureDashboard.ML.Quality;

/// <summary>Turns what was seen of files into findings.</summary>
public static class QualityJudge
{
    /// <summary>What is wrong with a file by itself, whatever the others are like.</summary>
    /// <param name="file">The file.</param>
    /// <param name="facts">What was seen of it.</param>
    /// <returns>The findings, ordered by rule; none for a sound and ordinary image.</returns>
    public static IReadOnlyList<QualityFinding> OfFile(PlacedFile file, FileFacts facts)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(facts);
        return [.. FileRules.Of(file, facts)];
    }

    /// <summary>All findings about a set.</summary>
    /// <param name="files">The files, in any order.</param>
    /// <param name="facts">What was seen of each, by relative path.</param>
    /// <param name="images">Those that decode.</param>
    /// <param name="near">Which contents look the same.</param>
    /// <param name="sources">The source of each content.</param>
    /// <param name="scores">Of a finished run; null where there is none.</param>
    /// <param name="embeddings">What a trained model makes of the images; null where there is none.</param>
    /// <returns>Ordered by rule, group and path.</returns>
    internal static IReadOnlyList<QualityFinding> OfSet(
        IEnumerable<PlacedFile> files,
        IReadOnlyDictionary<string, FileFacts> facts,
        ScannedImages images,
        IReadOnlyList<ContentLink> near,
        IReadOnlyList<SourceAssignment> sources,
        IReadOnlyList<HeldOutScore>? scores,
        JudgedEmbeddings? embeddings) =>
        [.. files.SelectMany(f => FileRules.Of(f, facts[f.RelativePath]))
            .Concat(RelativeRules.Of(images))
            .Concat(ExactDuplicateRules.Of(images))
            .Concat(NearDuplicateRules.Of(images, near))
            .Concat(SourceRules.Of(images, sources))
            .Concat(embeddings is null ? OutlierRule.Of(images) : EmbeddingOutlierRule.Of(images, embeddings, sources))
            .Concat(LabelErrorRule.Of(images, scores))
            .OrderBy(f => f.Rule)
            .ThenBy(f => f.Group, StringComparer.Ordinal)
            .ThenBy(f => f.File.RelativePath, StringComparer.Ordinal)];
}
