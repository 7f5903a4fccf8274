using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace FractureDashboard.ML.Weights;

/// <summary>An array that a file says it holds.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Type">The file's number format, e.g. <c>F32</c>.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Offset">Where it begins, in bytes after the header.</param>
/// <param name="Bytes">Its length.</param>
internal sealed record SafetensorsEntry(string Name, string Type, IReadOnlyList<long> Shape, long Offset, long Bytes);

/// <summary>
/// Reads a safetensors file that nobody vouches for. The header is bounded and checked against the file's true length
/// before anything is allocated for it; arrays are read one at a time, so a forged header allocates no more than the
/// file holds.
/// </summary>
internal sealed class SafetensorsReader : IDisposable
{
    /// <summary>Longest header; that of a network of a thousand arrays has about 100 kB.</summary>
    public const int MaxHeaderBytes = 16 << 20;

    /// <summary>Metadata key of the hash of the data, which this program writes.</summary>
    public const string DigestKey = "data_sha256";

    private const int MaxRank = 8;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    private readonly FileStream stream;
    private readonly string fileName;
    private long dataStart;

    private SafetensorsReader(FileStream stream)
    {
        this.stream = stream;
        fileName = Path.GetFileName(stream.Name);
    }

    /// <summary>The arrays by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries { get; private set; } = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);

    /// <summary>The text that goes with them.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Opens a file and checks its header: bounds, types, shapes, and that the arrays cover the data once without gaps.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The reader; the caller disposes it.</returns>
    /// <exception cref="InvalidDataException">It is not a sound safetensors file; the message says why.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SafetensorsReader Open(string path)
    {
        var reader = new SafetensorsReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16));
        try
        {
            reader.ReadHeader();
            return reader;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException or KeyNotFoundException)
        {
            reader.Dispose();
            throw new InvalidDataException($"'{Path.GetFileName(path)}' is not a sound safetensors file: {e.Message}", e);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Checks the data against their hash, where the header has one.</summary>
    /// <exception cref="InvalidDataException">They do not match.</exception>
    public void CheckDigest()
    {
        if (Metadata.TryGetValue(DigestKey, out var digest))
        {
            stream.Position = dataStart;
            if (!string.Equals(digest, Convert.ToHexStringLower(SHA256.HashData(stream)), StringComparison.Ordinal))
            {
                throw Broken("its data do not match their hash");
            }
        }
    }

    /// <summary>Reads an array; 16-bit floats become 32-bit ones.</summary>
    /// <param name="entry">One of <see cref="Entries"/>.</param>
    /// <returns>The array.</returns>
    /// <exception cref="InvalidDataException">It is of a type that no model has, or larger than 2 GB.</exception>
    public NamedArray Read(SafetensorsEntry entry)
    {
        if (entry.Bytes > Array.MaxLength / 2)
        {
            throw new InvalidDataException($"'{entry.Name}' in '{fileName}' is too large to be part of a model.");
        }

        var type = entry.Type switch
        {
            "F32" or "F16" or "BF16" => ArrayType.Float32,
            "I64" => ArrayType.Int64,
            _ => throw new InvalidDataException($"'{entry.Name}' in '{fileName}' is of type {entry.Type}; F32, F16, BF16 and I64 are supported."),
        };
        var data = new byte[entry.Bytes];
        stream.Position = dataStart + entry.Offset;
        stream.ReadExactly(data);
        return new NamedArray(entry.Name, entry.Shape, entry.Type is "F16" or "BF16" ? Widen(data, entry.Type == "F16") : data, type);
    }

    /// <inheritdoc />
    public void Dispose() => stream.Dispose();

    private void ReadHeader()
    {
        var prefix = new byte[8];
        if (stream.Length < prefix.Length)
        {
            throw Broken("it is too short");
        }

        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxHeaderBytes || (long)length > stream.Length - prefix.Length)
        {
            throw Broken("its header is cut off or far too long; it may be of another format, such as a PyTorch pickle (.pth)");
        }

        var text = new byte[length];
        stream.ReadExactly(text);
        dataStart = stream.Position;
        using var header = JsonDocument.Parse(text, Strict);
        var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        foreach (var property in header.RootElement.EnumerateObject())
        {
            if (property.NameEquals("__metadata__"))
            {
                Metadata = property.Value.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.GetString() ?? "", StringComparer.Ordinal);
            }
            else
            {
                entries.Add(property.Name, ReadEntry(property.Name, property.Value));
            }
        }

        Entries = entries;
        RequireCover();
    }

    private SafetensorsEntry ReadEntry(string name, JsonElement entry)
    {
        var type = entry.GetProperty("dtype").GetString() ?? "";
        var shape = entry.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64()).ToArray();
        var offsets = entry.GetProperty("data_offsets").EnumerateArray().Select(o => o.GetInt64()).ToArray();
        if (shape.Length > MaxRank || shape.Any(s => s < 0) || offsets is not [>= 0 and var from, var to] || to < from || to > stream.Length - dataStart)
        {
            throw Broken($"'{name}' has an impossible shape or place");
        }

        // Formats that no model here has are left unread; their size is not checked.
        if (Width(type) is { } width && shape.Aggregate((long)width, (n, s) => checked(n * s)) != to - from)
        {
            throw Broken($"'{name}' does not fit its shape");
        }

        return new SafetensorsEntry(name, type, shape, from, to - from);
    }

    private void RequireCover()
    {
        var end = 0L;
        foreach (var entry in Entries.Values.OrderBy(e => e.Offset).ThenBy(e => e.Bytes))
        {
            if (entry.Offset != end)
            {
                throw Broken($"'{entry.Name}' overlaps another array or leaves a gap");
            }

            end += entry.Bytes;
        }

        if (end != stream.Length - dataStart)
        {
            throw Broken("its length is not what its header says");
        }
    }

    private static int? Width(string type) => type switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "I8" or "U8" or "BOOL" => 1,
        _ => null,
    };

    private static byte[] Widen(byte[] data, bool half)
    {
        var wide = new byte[2 * data.Length];
        var from = MemoryMarshal.Cast<byte, ushort>(data);
        var to = MemoryMarshal.Cast<byte, float>(wide.AsSpan());
        for (var i = 0; i < to.Length; i++)
        {
            // The upper half of a 32-bit float is its bfloat16.
            to[i] = half ? (float)BitConverter.UInt16BitsToHalf(from[i]) : BitConverter.UInt32BitsToSingle((uint)from[i] << 16);
        }

        return wide;
    }

    private InvalidDataException Broken(string what) => new($"'{fileName}' is damaged or not a safetensors file: {what}.");
}
