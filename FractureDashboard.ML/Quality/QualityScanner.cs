using System.Collections.Concurrent;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Runtime;

namespace FractureDashboard.ML.Quality;

/// <summary>
/// Scans files: looks at each on all cores, compares them, finds their sources, and judges. Identical bytes are decoded once,
/// what an earlier scan saw of an unchanged file is taken over, and no more pixels are held than those of the images just
/// being decoded.
/// </summary>
/// <param name="decoder">Decodes.</param>
/// <remarks>Synchronous; its loops run on <see cref="TaskScheduler.Current"/>, the threads of the pool unless it is called from a task elsewhere.</remarks>
public sealed class QualityScanner(ImageDecoder decoder)
{
    private const int Reports = 200;

    /// <summary>Scans.</summary>
    /// <param name="request">What to scan.</param>
    /// <param name="facts">What earlier scans saw; keeps what this one sees.</param>
    /// <param name="progress">Is told now and then how far it has come, from several threads, one at a time.</param>
    /// <param name="found">Is given each finding about a file by itself as soon as it is made, from several threads, one at a time. Findings about sets come with the result.</param>
    /// <param name="cancellationToken">Stops between two files; what was seen by then is kept.</param>
    /// <returns>All findings and what they were made of.</returns>
    /// <exception cref="InvalidOperationException">The image library is missing; the message says what to do.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public ScanResult Scan(ScanRequest request, IFileFactsStore facts, Action<ScanProgress>? progress, Action<QualityFinding>? found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(facts);
        if (VipsRuntime.Problem is { } problem)
        {
            throw new InvalidOperationException(problem);
        }

        var inspection = new Inspection(decoder, request, facts, progress, found);
        var seen = inspection.Run(cancellationToken);
        var images = new ScannedImages(request.Files, seen);

        inspection.Report(ScanPhase.Comparing, 0, images.Contents.Count);
        var alike = NearDuplicateRules.Links(images, cancellationToken);
        inspection.Report(ScanPhase.Comparing, images.Contents.Count, images.Contents.Count);

        var sources = SourceRules.Merge(FindSources(request, images, inspection, cancellationToken), request.Sources, images);
        var near = NearDuplicateRules.Confirmed(images, alike, sources);
        var (embeddings, modelProblem) = Embed(request, images, sources, inspection, cancellationToken);
        inspection.Report(ScanPhase.Concluding, 0, request.Files.Count);
        var findings = QualityJudge.OfSet(request.Files, seen, images, near, sources, request.Scores, embeddings);
        cancellationToken.ThrowIfCancellationRequested();
        inspection.Report(ScanPhase.Concluding, request.Files.Count, request.Files.Count, findings.Count);
        return new(findings, seen, sources, inspection.Reused, LeakageCounter.Of(images, near, sources), modelProblem);
    }

    // A model that cannot be asked must not cost the scan; outliers are then told by the pixels.
    private (JudgedEmbeddings? Embeddings, string? Problem) Embed(
        ScanRequest request, ScannedImages images, IReadOnlyList<SourceAssignment> sources, Inspection inspection, CancellationToken cancellationToken)
    {
        if (request.Model is not { } model || images.Contents.Count == 0)
        {
            return (null, null);
        }

        inspection.Report(ScanPhase.Embedding, 0, images.Contents.Count);
        try
        {
            var index = new ContentEmbeddings(decoder, request.Root, request.CacheFolder).Of(
                model, images, sources, done => inspection.Report(ScanPhase.Embedding, done, images.Contents.Count), cancellationToken);
            return (index is null ? null : new(index, model.Name), null);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or EngineException || EngineErrors.Explain(e) is not null)
        {
            return (null, $"{model.Name} could not look at the images: {EngineErrors.Explain(e) ?? e.Message} Outliers were told by brightness, contrast and sharpness instead.");
        }
    }

    private IReadOnlyList<SourceAssignment> FindSources(ScanRequest request, ScannedImages images, Inspection inspection, CancellationToken cancellationToken)
    {
        if (!request.FindSources || images.Contents.Count == 0)
        {
            return [];
        }

        inspection.Report(ScanPhase.Grouping, 0, images.Contents.Count);
        return SourceFinder.Find(
            request.Root,
            [.. images.All.Select(i => i.File)],
            images.All.ToDictionary(i => i.File.RelativePath, i => i.Hash, StringComparer.Ordinal),
            request.CacheFolder,
            decoder,
            (done, total) => inspection.Report(ScanPhase.Grouping, done, total),
            cancellationToken);
    }

    /// <summary>The first phase, and the reports of all.</summary>
    private sealed class Inspection(ImageDecoder decoder, ScanRequest request, IFileFactsStore facts, Action<ScanProgress>? progress, Action<QualityFinding>? found)
    {
        private readonly FileInspector inspector = new(decoder);
        private readonly ConcurrentDictionary<string, Lazy<FileFacts>> contents = new(StringComparer.Ordinal);
        private readonly Lock oneAtATime = new();
        private int done;
        private int findings;

        /// <summary>Files that were not opened.</summary>
        public int Reused { get; private set; }

        /// <summary>Looks at every file.</summary>
        /// <returns>What was seen, by relative path.</returns>
        public Dictionary<string, FileFacts> Run(CancellationToken cancellationToken)
        {
            var seen = new FileFacts?[request.Files.Count];
            var unseen = new List<int>();
            for (var i = 0; i < seen.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();

                // What could not be read once may be readable now, though the file is the same.
                if (facts.Find(request.Files[i]) is { Failure: not DecodeFailure.Unreadable } known)
                {
                    seen[i] = known;
                    Reused++;
                    if (known.ContentHash is { } hash)
                    {
                        contents.TryAdd(hash, new(known));
                    }

                    Conclude(request.Files[i], known);
                }
                else
                {
                    unseen.Add(i);
                }
            }

            Report(ScanPhase.Inspecting, done, seen.Length);
            var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount, TaskScheduler = TaskScheduler.Current };
            Parallel.ForEach(Partitioner.Create(unseen, EnumerablePartitionerOptions.NoBuffering), options, i =>
            {
                seen[i] = Look(request.Files[i], cancellationToken);
                facts.Keep(request.Files[i], seen[i]!);
                Conclude(request.Files[i], seen[i]!);
            });

            return Enumerable.Range(0, seen.Length).ToDictionary(i => request.Files[i].RelativePath, i => seen[i]!, StringComparer.Ordinal);
        }

        /// <summary>Tells how far a phase has come.</summary>
        public void Report(ScanPhase phase, int done, int total, int? all = null)
        {
            lock (oneAtATime)
            {
                progress?.Invoke(new(phase, done, total, Reused, all ?? findings));
            }
        }

        private FileFacts Look(PlacedFile file, CancellationToken cancellationToken) => inspector.Inspect(
            Path.Combine(request.Root, file.RelativePath),
            (hash, look) => contents.GetOrAdd(hash, _ => new Lazy<FileFacts>(look)).Value,
            cancellationToken);

        private void Conclude(PlacedFile file, FileFacts what)
        {
            var made = QualityJudge.OfFile(file, what);
            lock (oneAtATime)
            {
                done++;
                findings += made.Count;
                if (found is not null)
                {
                    foreach (var finding in made)
                    {
                        found(finding);
                    }
                }

                if (done % Math.Max(1, request.Files.Count / Reports) == 0)
                {
                    progress?.Invoke(new(ScanPhase.Inspecting, done, request.Files.Count, Reused, findings));
                }
            }
        }
    }
}
