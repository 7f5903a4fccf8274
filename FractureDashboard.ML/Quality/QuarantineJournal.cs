using System.Text.Json;
using System.Text.Json.Serialization;

namespace FractureDashboard.ML.Quality;

/// <summary>What the journal says of a file, in the order in which it may be said.</summary>
internal enum QuarantineStep
{
    /// <summary>It is about to be put aside.</summary>
    Leaving = 0,

    /// <summary>It lies in the quarantine.</summary>
    Aside = 1,

    /// <summary>It is about to be put back.</summary>
    Returning = 2,

    /// <summary>It is back, or never left.</summary>
    Back = 3,
}

/// <summary>
/// The quarantine's own memory: a line of JSON for each step of each file, only ever appended to, flushed to disk before a
/// file is touched and after. A line that a crash cut off is passed over; what it would have said had not begun.
/// </summary>
/// <param name="path">The journal's file; its folder exists.</param>
internal sealed class QuarantineJournal(string path)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>The last step of every file, in the order in which they were put aside first.</summary>
    /// <exception cref="IOException">The journal cannot be read.</exception>
    public IReadOnlyList<(QuarantinedFile File, QuarantineStep Step)> Read()
    {
        var order = new List<Guid>();
        var last = new Dictionary<Guid, (QuarantinedFile, QuarantineStep)>();
        foreach (var line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            if (Parse(line) is not { } entry)
            {
                continue;
            }

            if (!last.ContainsKey(entry.File.Id))
            {
                order.Add(entry.File.Id);
            }

            last[entry.File.Id] = (entry.File, entry.Step);
        }

        return [.. order.Select(id => last[id])];
    }

    /// <summary>Says the same of several files and waits until it is on disk.</summary>
    /// <param name="files">The files.</param>
    /// <param name="step">What is said.</param>
    /// <exception cref="IOException">The disk is full or failing; nothing may be moved then.</exception>
    public void Append(IEnumerable<QuarantinedFile> files, QuarantineStep step)
    {
        using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);

        // What a crash cut off must not run into the next line.
        var isCutOff = stream.Length > 0 && ByteAt(stream, stream.Length - 1) != '\n';
        stream.Seek(0, SeekOrigin.End);
        using var text = new MemoryStream();
        if (isCutOff)
        {
            text.WriteByte((byte)'\n');
        }

        foreach (var file in files)
        {
            JsonSerializer.Serialize(text, new Line(file, step), Json);
            text.WriteByte((byte)'\n');
        }

        stream.Write(text.GetBuffer(), 0, (int)text.Length);
        stream.Flush(flushToDisk: true);
    }

    private static int ByteAt(FileStream stream, long position)
    {
        stream.Position = position;
        return stream.ReadByte();
    }

    private static Line? Parse(string line)
    {
        try
        {
            return line.Length == 0 ? null : JsonSerializer.Deserialize<Line>(line, Json) is { File.RelativePath: not null } entry ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Line(QuarantinedFile File, QuarantineStep Step);
}
