using FractureDashboard.Jobs;
using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Datasets;

/// <summary>Accepts new data sets and hands them to the worker. A refusal names the field and says what to do.</summary>
/// <param name="databases">The database.</param>
/// <param name="paths">Where our own files go.</param>
/// <param name="queue">The worker's queue.</param>
/// <param name="live">Wakes the pages.</param>
/// <param name="clock">The time.</param>
public sealed class DatasetRegistry(IDbContextFactory<DashboardContext> databases, AppPaths paths, DatasetQueue queue, LiveEvents live, TimeProvider clock)
{
    /// <summary>Registers a folder on this machine. Its files are never changed; the quarantine alone moves some, when a user asks for it.</summary>
    /// <param name="name">The data set's name.</param>
    /// <param name="path">The folder with the split folders, or one up to three levels above.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The data set, or what is wrong.</returns>
    public async Task<RegistrationResult> AddFolderAsync(string name, string path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        var (folder, problem) = ServerPaths.Parse(path, "folder that holds train, val and test");
        if (folder is null)
        {
            return RegistrationResult.Refused(RegistrationField.Source, problem!);
        }

        string root;
        try
        {
            // A wide tree takes a while to look through; the page stays responsive.
            root = await Task.Run(() => ServerPaths.Physical(DatasetCatalog.ResolveRoot(folder)), cancellationToken);
        }
        catch (DatasetLayoutException e)
        {
            return RegistrationResult.Refused(RegistrationField.Source, e.Message);
        }

        if (ServerPaths.IsBelow(root, paths.Root))
        {
            return RegistrationResult.Refused(RegistrationField.Source, "This folder lies in the dashboard's own data folder and may be removed with what it belongs to. Choose a folder of your own.");
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Datasets.Where(d => d.Root == root).Select(d => d.Name).FirstOrDefaultAsync(cancellationToken) is { } existing
            ? RegistrationResult.Refused(RegistrationField.Source, $"The folder '{root}' is registered already as '{existing}'. Use Re-index there to take in changes.")
            : await AddAsync(db, name, root, DatasetKind.Folder, null, cancellationToken);
    }

    /// <summary>Registers an archive on this machine, to be unpacked into our own folder.</summary>
    /// <param name="name">The data set's name.</param>
    /// <param name="path">The archive.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The data set, or what is wrong.</returns>
    public async Task<RegistrationResult> AddZipAsync(string name, string path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        var (zip, problem) = ServerPaths.Parse(path, "ZIP archive");
        problem ??= Directory.Exists(zip)
            ? $"'{zip}' is a folder. Use the tab 'Folder' for it."
            : File.Exists(zip) ? null : $"The file '{zip}' does not exist or may not be opened on this machine.";
        return problem is null
            ? await AddArchiveAsync(name, zip!, isUpload: false, cancellationToken)
            : RegistrationResult.Refused(RegistrationField.Source, problem);
    }

    /// <summary>Registers an archive that has just been uploaded; on success it belongs to the data set.</summary>
    /// <param name="name">The data set's name.</param>
    /// <param name="temporary">Our own copy.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The data set, or what is wrong.</returns>
    public Task<RegistrationResult> AddUploadAsync(string name, string temporary, CancellationToken cancellationToken) =>
        AddArchiveAsync(name, temporary, isUpload: true, cancellationToken);

    /// <summary>Registers a synthetic data set, to be drawn into our own folder.</summary>
    /// <param name="name">The data set's name.</param>
    /// <param name="options">What to draw.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The data set, or what is wrong.</returns>
    public async Task<RegistrationResult> AddPhantomAsync(string name, PhantomOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Images is < 6 or > 20_000)
        {
            return RegistrationResult.Refused(RegistrationField.Images, "Draw between 6 and 20,000 images.");
        }

        if (options.Size is < 64 or > 1024)
        {
            return RegistrationResult.Refused(RegistrationField.Size, "The side must be between 64 and 1024 pixels.");
        }

        // At most a byte a pixel: noisy PNG files hardly shrink.
        if (DatasetDiskSpace.Problem(paths.Datasets, (long)options.Images * options.Size * options.Size) is { } problem)
        {
            return RegistrationResult.Refused(RegistrationField.Images, problem);
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await AddAsync(db, name, NewFolder(), DatasetKind.Synthetic, DatasetSource.Draw(options), cancellationToken);
    }

    /// <summary>Whether a name can be given to a new data set.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public async Task<string?> NameProblemAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await DatasetNames.ProblemAsync(db, name.Trim(), 0, cancellationToken);
    }

    /// <summary>Gives a data set another name.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="name">The new name.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The data set, or what is wrong.</returns>
    public async Task<RegistrationResult> RenameAsync(int datasetId, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        name = name.Trim();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await DatasetNames.ProblemAsync(db, name, datasetId, cancellationToken) is { } problem)
        {
            return RegistrationResult.Refused(RegistrationField.Name, problem);
        }

        if (await db.Datasets.FirstOrDefaultAsync(d => d.Id == datasetId, cancellationToken) is not { } dataset)
        {
            return RegistrationResult.Refused(RegistrationField.Name, "The data set has been removed meanwhile.");
        }

        dataset.Name = name;
        return await SaveAsync(db, dataset, cancellationToken);
    }

    private async Task<RegistrationResult> AddArchiveAsync(string name, string zip, bool isUpload, CancellationToken cancellationToken)
    {
        var inspection = await Task.Run(() => ZipImport.Inspect(zip, ZipLimits.Default), cancellationToken);
        if ((inspection.Failure ?? DatasetDiskSpace.Problem(paths.Datasets, inspection.DeclaredBytes)) is { } problem)
        {
            return RegistrationResult.Refused(RegistrationField.Source, problem);
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await AddAsync(db, name, NewFolder(), DatasetKind.Folder, DatasetSource.Zip(zip, isUpload), cancellationToken);
    }

    private async Task<RegistrationResult> AddAsync(
        DashboardContext db, string name, string root, DatasetKind kind, DatasetSource? source, CancellationToken cancellationToken)
    {
        name = name.Trim();
        if (await DatasetNames.ProblemAsync(db, name, 0, cancellationToken) is { } problem)
        {
            return RegistrationResult.Refused(RegistrationField.Name, problem);
        }

        var dataset = new Dataset
        {
            Name = name,
            Root = root,
            Kind = kind,
            OwnsFiles = source is not null,
            State = DatasetState.Pending,
            CreatedUtc = clock.GetUtcNow().UtcDateTime,
            SourceJson = source?.ToJson(),
        };
        db.Datasets.Add(dataset);
        var result = await SaveAsync(db, dataset, cancellationToken);
        if (result.Id is { } id)
        {
            queue.Enqueue(id);
        }

        return result;
    }

    private async Task<RegistrationResult> SaveAsync(DashboardContext db, Dataset dataset, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (DatasetNames.IsTaken(e))
        {
            return RegistrationResult.Refused(RegistrationField.Name, DatasetNames.Taken(dataset.Name));
        }

        live.Signal(Topics.Datasets);
        return RegistrationResult.Accepted(dataset.Id);
    }

    private string NewFolder() => Path.Combine(paths.Datasets, Guid.NewGuid().ToString("N"));
}
