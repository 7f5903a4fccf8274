using System.Globalization;
using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Jobs;

/// <summary>
/// Makes versions of a data set in which no radiograph lies in two splits. Such a version is a list of images; no file is moved,
/// and the folders stay the version that they are.
/// </summary>
/// <param name="databases">The database.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
public sealed class HonestSplits(IDbContextFactory<DashboardContext> databases, LiveEvents live, TimeProvider clock)
{
    /// <summary>Each class needs a source for each split.</summary>
    private const int FewestSources = 3;

    /// <summary>Shows what a split would be like, beside the one that there is.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="request">How to split.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Both, or why there is no new one.</returns>
    public async Task<HonestSplitPreview> PreviewAsync(int datasetId, HonestSplitRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var dataset = await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == datasetId, cancellationToken);
        if (Obstacle(dataset) is { } obstacle)
        {
            return new(null, null, [], null, obstacle);
        }

        var images = await VersionImages.IndexAsync(db, datasetId, cancellationToken);
        return await Task.Run(() => Compare(images, request), cancellationToken);
    }

    /// <summary>Makes the version.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="request">How to split.</param>
    /// <param name="cancellationToken">Stops it; nothing is made then.</param>
    /// <returns>Its number, or that of the one with the same images and splits; or why there is none.</returns>
    public async Task<HonestSplitResult> CreateAsync(int datasetId, HonestSplitRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var dataset = await db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Id == datasetId, cancellationToken);
        if (Obstacle(dataset) is { } obstacle)
        {
            return new(null, obstacle);
        }

        var images = await VersionImages.IndexAsync(db, datasetId, cancellationToken);
        if (Problem(images, request) is { } problem)
        {
            return new(null, problem);
        }

        var (kept, _) = Split(images, request);
        var fingerprint = DatasetFingerprint.Compute(kept);
        if (await db.DatasetVersions.Where(v => v.DatasetId == datasetId && v.Kind == DatasetVersionKind.HonestSplit && v.Fingerprint == fingerprint)
            .Select(v => (int?)v.Number).FirstOrDefaultAsync(cancellationToken) is { } existing)
        {
            return new(existing, null);
        }

        var version = new DatasetVersion
        {
            DatasetId = datasetId,
            Number = await FolderVersions.NextNumberAsync(db, datasetId, cancellationToken),
            Name = Name(request),
            Fingerprint = fingerprint,
            ImageCount = kept.Count,
            CreatedUtc = clock.GetUtcNow().UtcDateTime,
            Kind = DatasetVersionKind.HonestSplit,
            Description = Describe(request, dataset!, images.Count, kept.Count),
            Manifest = VersionImages.Pack(kept),
        };
        db.DatasetVersions.Add(version);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        live.Signal(Topics.Datasets);
        return new(version.Number, null);
    }

    private static string? Obstacle(Dataset? dataset) => dataset switch
    {
        null => "The data set has been removed.",
        { State: not DatasetState.Ready } => $"'{dataset.Name}' is being prepared or indexed, or that has failed. Wait until it is ready.",
        _ => null,
    };

    private static HonestSplitPreview Compare(IReadOnlyList<ImageRecord> images, HonestSplitRequest request)
    {
        var before = SplitSide.Of(images);
        if (Problem(images, request) is { } problem)
        {
            return new(before, null, [], null, problem);
        }

        var (kept, leftOut) = Split(images, request);
        var unknown = images.Count(i => i.Group is null);
        return new(
            before,
            SplitSide.Of(kept),
            leftOut,
            unknown == 0 ? null : $"{unknown} images have come since the last scan, or could not be compared; each content of them is taken for a source of its own. Scan the data set again to be sure.",
            null);
    }

    private static string? Problem(IReadOnlyList<ImageRecord> images, HonestSplitRequest request)
    {
        var (train, validation, test) = (request.Shares.Train, request.Shares.Validation, request.Shares.Test);
        if (!(train > 0 && validation > 0 && test > 0 && double.IsFinite(train + validation + test)))
        {
            return "Every split needs a share above 0.";
        }

        if (images.All(i => i.Group is null))
        {
            return "It is not known yet which images come from the same radiograph. Scan the data set first.";
        }

        var considered = Considered(images, request).Kept;
        foreach (var label in Enum.GetValues<Label>())
        {
            // A source of both classes counts as the one that it has more of, as in the split itself.
            var sources = considered.GroupBy(GroupedFolds.SourceOf, StringComparer.Ordinal)
                .Count(s => (s.Average(i => (int)i.Label) >= 0.5 ? Label.Fractured : Label.NotFractured) == label);
            if (sources < FewestSources)
            {
                return $"The class '{FolderNames.For(label)}' has only {sources} {(sources == 1 ? "source" : "sources")}; a split into three needs {FewestSources} at least. Add images of other radiographs.";
            }
        }

        return null;
    }

    private static (IReadOnlyList<ImageRecord> Kept, IReadOnlyList<LeftOutOfSplit> LeftOut) Split(IReadOnlyList<ImageRecord> images, HonestSplitRequest request)
    {
        var (considered, leftOut) = Considered(images, request);
        var kept = HonestSplit.Assign(considered, request.Shares, request.Seed, request.OneOfEachHeldOutSource);
        var more = considered.Count - kept.Count;
        return (kept, more == 0 ? leftOut : [.. leftOut, new("Further images of a source in validation or test; one of each is kept.", more)]);
    }

    private static (IReadOnlyList<ImageRecord> Kept, IReadOnlyList<LeftOutOfSplit> LeftOut) Considered(IReadOnlyList<ImageRecord> images, HonestSplitRequest request)
    {
        if (!request.DropExactCopies)
        {
            return (images, []);
        }

        var contradicting = images.GroupBy(i => i.ContentHash, StringComparer.Ordinal).Where(c => c.Select(i => i.Label).Distinct().Skip(1).Any()).Select(c => c.Key).ToHashSet(StringComparer.Ordinal);
        ImageRecord[] clear = [.. images.Where(i => !contradicting.Contains(i.ContentHash))];
        var distinct = SourceGroups.Distinct(clear);
        LeftOutOfSplit[] leftOut =
        [
            new("Identical files in both classes; one of the labels is wrong, and it cannot be told which.", images.Count - clear.Length),
            new("Further copies of identical files; one of each is kept.", clear.Length - distinct.Count),
        ];
        return (distinct, [.. leftOut.Where(l => l.Images > 0)]);
    }

    private static string Name(HonestSplitRequest request)
    {
        var sum = request.Shares.Train + request.Shares.Validation + request.Shares.Test;
        string Share(Split split) => (100 * request.Shares.Of(split) / sum).ToString("0.#", CultureInfo.InvariantCulture);
        var name = string.Create(CultureInfo.InvariantCulture, $"Honest split (seed {request.Seed}, {Share(ML.Datasets.Split.Train)}/{Share(ML.Datasets.Split.Validation)}/{Share(ML.Datasets.Split.Test)}");
        return name + (request.OneOfEachHeldOutSource ? ", one per source" : "") + (request.DropExactCopies ? ", no copies" : "") + ")";
    }

    private static string Describe(HonestSplitRequest request, Dataset dataset, int all, int kept) => string.Create(
        CultureInfo.InvariantCulture,
        $"Made from version {dataset.Version} with seed {request.Seed}: {kept} of {all} images, no source in two splits{(request.OneOfEachHeldOutSource ? ", one image of each source in validation and test" : "")}{(request.DropExactCopies ? ", one file of each content" : "")}.");
}
