using System.IO.MemoryMappedFiles;
using System.Text.Json;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>
/// A cache while it is built: the array under another name, and a journal with a line for each finished row. What a build that
/// was stopped or killed has left is gone on with, row by row where the pixels still have the hash that the journal says.
/// </summary>
internal sealed class PartialCache : IDisposable
{
    /// <summary>Extension of the unfinished array.</summary>
    public const string ArrayExtension = ".partial";

    /// <summary>Extension of the journal.</summary>
    public const string JournalExtension = ".journal";

    private readonly string path;
    private readonly TensorCacheIndex plan;
    private readonly FileStream array;
    private readonly MemoryMappedFile map;
    private readonly MemoryMappedViewAccessor view;
    private readonly StreamWriter journal;
    private readonly Line?[] rows;
    private readonly Lock gate = new();

    /// <summary>Goes on with what is there, or begins.</summary>
    /// <param name="path">Path of the cache without extension.</param>
    /// <param name="plan">Size, preprocessing and rows; the rest is not looked at.</param>
    /// <exception cref="IOException">The disk is full or failing, or another process builds the same cache.</exception>
    public PartialCache(string path, TensorCacheIndex plan)
    {
        this.path = path;
        this.plan = plan;
        rows = new Line?[plan.Rows.Count];

        // Opened for this process alone: another that builds the same cache fails here.
        array = OpenArray(path + ArrayExtension, plan, out var isNew);
        map = MemoryMappedFile.CreateFromFile(array, mapName: null, capacity: 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.ReadWrite);
        if (!isNew)
        {
            Restore();
        }

        // Written anew with what was found whole: a line that a crash cut off must not run into the next one.
        journal = new StreamWriter(new FileStream(path + JournalExtension, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1)) { AutoFlush = true };
        foreach (var line in rows)
        {
            WriteLine(line);
        }
    }

    /// <summary>Whether a row needs no decoding any more.</summary>
    /// <param name="row">The row.</param>
    public bool IsDone(int row) => rows[row] is not null;

    /// <summary>Stores a row's pixels. From any thread, for different rows.</summary>
    /// <param name="row">The row.</param>
    /// <param name="pixels">Height by width by channel.</param>
    public void Write(int row, ReadOnlySpan<byte> pixels)
    {
        // Not through the mapping, where each page would fault in first.
        RandomAccess.Write(array.SafeFileHandle, pixels, plan.OffsetOf(row));
        Finish(row, new Line(plan.Rows[row], TensorCache.RowHash(pixels), null));
    }

    /// <summary>Stores that a content cannot be decoded.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="failure">The reason.</param>
    public void Fail(int row, string failure) => Finish(row, new Line(plan.Rows[row], "", failure));

    /// <summary>Makes the cache of it: array first, then the index, without which an array is not used.</summary>
    /// <param name="missing">Contents that no file held, with the reason.</param>
    public void Publish(IReadOnlyDictionary<string, string> missing)
    {
        view.Flush();
        array.Flush(flushToDisk: true);

        // Not every system renames a file that is open.
        Dispose();
        var index = plan with
        {
            RowHashes = [.. rows.Select(r => r?.Hash ?? "")],
            Failures = rows.Where(r => r?.Failure is not null).ToDictionary(r => r!.Content, r => r!.Failure!, StringComparer.Ordinal),
            Missing = missing,
        };
        File.Delete(path + TensorCacheIndex.Extension);
        File.Move(path + ArrayExtension, path + TensorCache.ArrayExtension, overwrite: true);
        index.Write(path + TensorCacheIndex.Extension);
        File.Delete(path + JournalExtension);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        journal.Dispose();
        view.Dispose();
        map.Dispose();
        array.Dispose();
    }

    private static FileStream OpenArray(string path, TensorCacheIndex plan, out bool isNew)
    {
        isNew = !File.Exists(path) || new FileInfo(path).Length != plan.FileBytes;
        if (isNew)
        {
            File.Delete(path);
            RequireSpace(path, plan.FileBytes);
        }

        // Claimed at once: a full disk must show here, as an exception, and not as a fault in mapped memory.
        var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = isNew ? FileMode.CreateNew : FileMode.Open,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
            PreallocationSize = isNew ? plan.FileBytes : 0,
        });
        if (isNew)
        {
            RandomAccess.SetLength(stream.SafeFileHandle, plan.FileBytes);
            RandomAccess.Write(stream.SafeFileHandle, plan.Header, 0);
        }

        return stream;
    }

    private static void RequireSpace(string path, long length)
    {
        var drive = new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (drive.AvailableFreeSpace < length)
        {
            throw new IOException(
                $"The decoded images need {length >> 20} MiB and the disk of the data folder has {drive.AvailableFreeSpace >> 20} MiB left. Free some space and resume the run.");
        }
    }

    private void Restore()
    {
        var header = new byte[plan.Header.Length];
        view.SafeMemoryMappedViewHandle.ReadSpan<byte>(0, header);
        if (!header.AsSpan().SequenceEqual(plan.Header))
        {
            view.SafeMemoryMappedViewHandle.WriteSpan<byte>(0, plan.Header);
            return;
        }

        var lines = ReadJournal(path + JournalExtension).GroupBy(l => l.Content, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        Parallel.For(0, rows.Length, () => new byte[plan.RowBytes], (row, _, buffer) =>
        {
            if (lines.GetValueOrDefault(plan.Rows[row]) is { } line)
            {
                view.SafeMemoryMappedViewHandle.ReadSpan<byte>((ulong)plan.OffsetOf(row), buffer);
                rows[row] = line.Failure is not null || string.Equals(TensorCache.RowHash(buffer), line.Hash, StringComparison.Ordinal) ? line : null;
            }

            return buffer;
        }, _ => { });
    }

    private void Finish(int row, Line line)
    {
        rows[row] = line;
        lock (gate)
        {
            WriteLine(line);
        }
    }

    private void WriteLine(Line? line)
    {
        if (line is not null)
        {
            journal.WriteLine(JsonSerializer.Serialize(line));
        }
    }

    /// <summary>The whole lines of a journal.</summary>
    /// <param name="path">The journal's path; it need not exist.</param>
    public static IReadOnlyList<Line> ReadJournal(string path)
    {
        var lines = new List<Line>();
        foreach (var text in File.Exists(path) ? File.ReadLines(path) : [])
        {
            try
            {
                if (JsonSerializer.Deserialize<Line>(text) is { Content: not null, Hash: not null } line)
                {
                    lines.Add(line);
                }
            }
            catch (JsonException)
            {
                // Cut off by a crash; the row is decoded again.
            }
        }

        return lines;
    }

    /// <summary>A finished row.</summary>
    /// <param name="Content">Content hash.</param>
    /// <param name="Hash">SHA-256 of its pixels; empty when there are none.</param>
    /// <param name="Failure">Why it cannot be decoded; null when it can.</param>
    internal sealed record Line(string Content, string Hash, string? Failure);
}
