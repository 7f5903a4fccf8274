using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace FractureDashboard.ML.Weights;

/// <summary>
/// Reads and writes safetensors files (github.com/huggingface/safetensors): an 8-byte length, a JSON header, the data.
/// Unlike pickles they hold no code. Writing is atomic: temporary file, flush, rename.
/// </summary>
internal static class Safetensors
{
    private const string Temporary = ".tmp";

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
        var temporary = $"{path}.{Guid.NewGuid():N}{Temporary}";
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

    /// <summary>Deletes what writers that were killed left half written in a folder and below. Nobody may be writing there.</summary>
    /// <param name="folder">The folder.</param>
    public static void SweepTemporaries(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, $"*.safetensors.*{Temporary}", SearchOption.AllDirectories).ToArray())
        {
            File.Delete(path);
        }
    }

    /// <summary>Reads a file and checks it: sizes, types, and the hash of the data where the header has one.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The arrays by name, and the metadata.</returns>
    /// <exception cref="InvalidDataException">It is not a sound safetensors file of floats and 64-bit integers.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static (IReadOnlyDictionary<string, NamedArray> Arrays, IReadOnlyDictionary<string, string> Metadata) Read(string path)
    {
        using var reader = SafetensorsReader.Open(path);
        reader.CheckDigest();
        return (reader.Entries.Values.Select(reader.Read).ToDictionary(a => a.Name, StringComparer.Ordinal), reader.Metadata);
    }

    private static byte[] Header(IReadOnlyList<NamedArray> arrays, IReadOnlyDictionary<string, string> metadata, string digest)
    {
        var texts = new JsonObject();
        foreach (var (key, value) in metadata)
        {
            texts[key] = value;
        }

        texts[SafetensorsReader.DigestKey] = digest;
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
}
