using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Quality;

/// <summary>
/// Finds which images of a data set come from one radiograph, whatever rotation about the centre (black or replicated
/// corners), flip, zoom between 0.8 and 1.25, scaling, recompression, brightness or contrast lies between them.
/// </summary>
/// <remarks>
/// <para>
/// Each content is sampled about its centre (<see cref="LogPolarPatches"/>) and described by its frequencies around each ring
/// (<see cref="RingSpectra"/>); alike ones are candidates (<see cref="SourceCandidates"/>), candidates are laid over one
/// another (<see cref="SourceVerifier"/>), and pairs that agree become groups (<see cref="SourceGrouping"/>).
/// </para>
/// <para>
/// An image moved sideways, cropped off its centre or stretched is not recognised. Of a picture much longer than wide only
/// the circle in its middle is looked at. Works on all cores; time grows with the square of the images, memory with the images (about
/// 10 kB each).
/// </para>
/// </remarks>
public static class SourceFinder
{
    /// <summary>Correlation from which two images may show one radiograph.</summary>
    internal const double Least = 0.9;

    /// <summary>
    /// Correlation from which two that stand alone show one: nothing confirms them, and radiographs of one view, drawn ones above all, come
    /// close to one another.
    /// </summary>
    internal const double LeastAlone = 0.91;

    /// <summary>Correlation from which they do without another pair to confirm it.</summary>
    internal const double Certain = 0.93;

    private const int Neighbours = 24;
    private const int NameDigits = 12;

    /// <summary>Finds the sources.</summary>
    /// <param name="root">The data set's root; only read.</param>
    /// <param name="files">The files to look at.</param>
    /// <param name="contentHashByPath">SHA-256 of the files, lower-case hexadecimal, by relative path; files without are passed over.</param>
    /// <param name="cacheFolder">Where decoded images may be kept from one search to the next; null keeps none.</param>
    /// <param name="decoder">Decodes the files.</param>
    /// <param name="progress">Is told how much of how much is done, rising, from any thread but from one at a time.</param>
    /// <param name="cancellationToken">Stops it between two blocks of work.</param>
    /// <returns>
    /// One assignment for each distinct content that could be decoded, ordered by content. A source is called <c>s-</c> and the
    /// first twelve digits of its smallest content hash, whatever the order of the files. The confidence of an image is 1 for one that stands alone,
    /// otherwise that of its two best pairs within the group: half at the least correlation that counts and 1 at a perfect one.
    /// </returns>
    /// <exception cref="IOException">The cache could not be written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static IReadOnlyList<SourceAssignment> Find(
        string root,
        IReadOnlyList<PlacedFile> files,
        IReadOnlyDictionary<string, string> contentHashByPath,
        string? cacheFolder,
        ImageDecoder decoder,
        Action<int, int>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(root);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(contentHashByPath);
        ArgumentNullException.ThrowIfNull(decoder);
        cancellationToken.ThrowIfCancellationRequested();
        KeyValuePair<string, string[]>[] paths =
        [
            .. files.Select(f => f.RelativePath).Order(StringComparer.Ordinal).Where(contentHashByPath.ContainsKey)
                .GroupBy(p => contentHashByPath[p], StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => KeyValuePair.Create(g.Key, g.ToArray())),
        ];
        var steps = new Steps(paths.Length, progress);
        var (contents, spectra) = new SourceImages(root, decoder).Read(paths, cacheFolder, steps.At(0), cancellationToken);
        var compared = Compare(spectra, steps, cancellationToken);
        return Assign(contents, compared);
    }

    private static List<SourceLink> Compare(RingSpectra spectra, Steps steps, CancellationToken cancellationToken)
    {
        var pairs = new SourceCandidates(spectra, cancellationToken).Find(Neighbours, steps.At(1), cancellationToken);
        var compared = new List<SourceLink>();
        var report = steps.At(2);
        var done = 0;
        var byFirst = pairs.GroupBy(p => p.First).ToArray();
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(byFirst, options, () => new SourceVerifier(spectra), (group, _, verifier) =>
        {
            SourceLink[] links = [.. group.Select(p => new SourceLink(p.First, p.Second, verifier.Correlate(p.First, p.Second, (float)Least)))];
            lock (compared)
            {
                compared.AddRange(links);
            }

            report(Interlocked.Increment(ref done));
            return verifier;
        }, _ => { });
        report(spectra.Count);
        return compared;
    }

    private static SourceAssignment[] Assign(IReadOnlyList<string> contents, List<SourceLink> compared)
    {
        var groups = SourceGrouping.Of(contents.Count, compared, new(Least, LeastAlone, Certain));
        var best = new (double First, double Second)[contents.Count];
        var isAlone = groups.Select((group, i) => group == i).ToArray();
        for (var i = 0; i < groups.Count; i++)
        {
            isAlone[groups[i]] &= groups[i] == i;
        }

        foreach (var link in compared.Where(l => l.Correlation >= Least && groups[l.First] == groups[l.Second]))
        {
            foreach (var place in (int[])[link.First, link.Second])
            {
                best[place] = link.Correlation > best[place].First ? (link.Correlation, best[place].First) : (best[place].First, Math.Max(best[place].Second, link.Correlation));
            }
        }

        // Contents are in order, so the first of a group has the smallest hash.
        return [.. contents.Select((content, i) => new SourceAssignment(content, $"s-{contents[groups[i]][..NameDigits]}", isAlone[i] ? 1 : Confidence(best[i])))];
    }

    private static double Confidence((double First, double Second) best)
    {
        var mean = best.Second > 0 ? (best.First + best.Second) / 2 : best.First;
        return Math.Clamp(0.5 + (0.5 * (mean - Least) / (1 - Least)), 0, 1);
    }

    /// <summary>Reading, comparing and verifying, each as long as there are images.</summary>
    private sealed class Steps(int images, Action<int, int>? progress)
    {
        private const int Count = 3;
        private readonly Lock gate = new();
        private int furthest = -1;

        public Action<int> At(int step) => done =>
        {
            lock (gate)
            {
                var now = (step * images) + Math.Min(done, images);
                if (now > furthest)
                {
                    furthest = now;
                    progress?.Invoke(now, Count * images);
                }
            }
        };
    }
}
