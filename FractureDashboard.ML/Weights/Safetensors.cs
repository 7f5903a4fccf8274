using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FractureDashboard.ML.Weights;

/// <summary>
/// Reads and writes safetensors files (github.com/huggingface/safetensors): an 8-byte length, a JSON header, the data.
/// Unlike pickles they hold no code. Writing is atomic: temporary file, flush, rename.
/// </summary>
internal static class Safetensors
{
    private const int MaxHeaderBytes = 16 << 20;
    private const string DigestKey = "data_sha256";

    /// <summary>Writes a file.</summary>
    /// <param name="path">Where; replaced in one step.</param>
    /// <param name="arrays">The arrays, in order.</param>
    /// <param name="metadata">Text to go with them.</param>
    /// <returns>SHA-256 of the whole file, lower-case hexadecimal.</returns>
    public static string Write(string path, IReadOnlyList<NamedArray> arrays, IReadOnlyDictionary<string, string> metadata)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var array in arrays)
        {
            digest.AppendData(array.Data);
        }

        var header = Header(arrays, metadata, Convert.ToHexStringLower(digest.GetHashAndReset()));
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            {
                stream.Write(header);
                foreach (var array in arrays)
                {
                    stream.Write(array.Data);
                }

                stream.Flush(flushToDisk: true);
                stream.Position = 0;
                var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
                stream.Dispose();
                File.Move(temporary, path, overwrite: true);
                return hash;
            }
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Reads a file and checks it: sizes, types, and the hash of the data where the header has one.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The arrays by name, and the metadata.</returns>
    /// <exception cref="InvalidDataException">It is not a sound safetensors file of 32-bit floats.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static (IReadOnlyDictionary<string, NamedArray> Arrays, IReadOnlyDictionary<string, string> Metadata) Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < 8 || BinaryPrimitives.ReadUInt64LittleEndian(bytes) is var headerLength && (headerLength > MaxHeaderBytes || (long)headerLength > bytes.Length - 8))
        {
            throw Broken(path, "its header is cut off");
        }

        try
        {
            var header = JsonNode.Parse(bytes.AsSpan(8, (int)headerLength))!.AsObject();
            var data = bytes.AsMemory(8 + (int)headerLength);
            var metadata = header["__metadata__"]?.AsObject().ToDictionary(m => m.Key, m => (string)m.Value!, StringComparer.Ordinal) ?? [];
            if (metadata.TryGetValue(DigestKey, out var digest) && !string.Equals(digest, Convert.ToHexStringLower(SHA256.HashData(data.Span)), StringComparison.Ordinal))
            {
                throw Broken(path, "its data do not match their hash");
            }

            var arrays = header.Where(e => e.Key != "__metadata__").Select(e => ReadArray(path, e.Key, e.Value!, data));
            return (arrays.ToDictionary(a => a.Name, StringComparer.Ordinal), metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException or OverflowException or NullReferenceException)
        {
            throw new InvalidDataException($"'{Path.GetFileName(path)}' is not a sound safetensors file: {e.Message}", e);
        }
    }

    private static NamedArray ReadArray(string path, string name, JsonNode entry, ReadOnlyMemory<byte> data)
    {
        var shape = entry["shape"]!.AsArray().Select(s => (long)s!).ToArray();
        var offsets = entry["data_offsets"]!.AsArray().Select(o => (long)o!).ToArray();
        var type = (string?)entry["dtype"] switch
        {
            "F32" => ArrayType.Float32,
            "I64" => ArrayType.Int64,
            var other => throw Broken(path, $"'{name}' is of type {other}; F32 and I64 are supported"),
        };
        if (offsets is not [>= 0 and var from, var to] || to < from || to > data.Length || shape.Aggregate(type == ArrayType.Int64 ? 8L : 4L, (n, s) => checked(n * s)) != to - from)
        {
            throw Broken(path, $"'{name}' does not fit its shape");
        }

        return new NamedArray(name, shape, data[(int)from..(int)to].ToArray(), type);
    }

    private static byte[] Header(IReadOnlyList<NamedArray> arrays, IReadOnlyDictionary<string, string> metadata, string digest)
    {
        var texts = new JsonObject();
        foreach (var (key, value) in metadata)
        {
            texts[key] = value;
        }

        texts[DigestKey] = digest;
        var json = new JsonObject { ["__metadata__"] = texts };
        long offset = 0;
        foreach (var array in arrays)
        {
            json[array.Name] = new JsonObject
            {
                ["dtype"] = array.Type == ArrayType.Int64 ? "I64" : "F32",
                ["shape"] = new JsonArray([.. array.Shape.Select(s => (JsonNode)s)]),
                ["data_offsets"] = new JsonArray(offset, offset + array.Data.Length),
            };
            offset += array.Data.Length;
        }

        var text = Encoding.UTF8.GetBytes(json.ToJsonString());
        var header = new byte[8 + ((text.Length + 7) / 8 * 8)];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(header.Length - 8));
        header.AsSpan(8).Fill((byte)' ');
        text.CopyTo(header.AsSpan(8));
        return header;
    }

    private static InvalidDataException Broken(string path, string what) => new($"'{Path.GetFileName(path)}' is damaged: {what}.");
}
