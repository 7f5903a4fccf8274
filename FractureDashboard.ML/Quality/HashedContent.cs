using System.Security.Cryptography;
using FractureDashboard.ML.Imaging;
using Microsoft.Win32.SafeHandles;

namespace FractureDashboard.ML.Quality;

/// <summary>A file read once: its hash, and its bytes where they begin as an image does and are not too many.</summary>
/// <param name="Hash">SHA-256 of the bytes, lower-case hexadecimal; null where they could not be read.</param>
/// <param name="Content">The bytes; null where they are not worth decoding.</param>
/// <param name="Format">Format by the first bytes.</param>
/// <param name="Error">Why there is nothing to decode.</param>
internal readonly record struct HashedContent(string? Hash, byte[]? Content, ImageFormat Format, DecodeError? Error)
{
    private const int Part = 1 << 18;

    /// <summary>Reads a file. Only one that may be decoded is held in memory as a whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">Files with more bytes are hashed only.</param>
    /// <param name="cancellationToken">Stops between two parts of a file that is hashed only.</param>
    public static HashedContent Read(string path, long maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            // Pipes and devices have no length. They are not even opened: a pipe without a writer would block for ever.
            if (new FileInfo(path) is { Exists: true, Length: 0 })
            {
                return new(Hex(SHA256.HashData([])), null, ImageFormat.Unknown, DecodeErrors.Empty);
            }

            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
            var length = RandomAccess.GetLength(file);
            Span<byte> head = stackalloc byte[(int)Math.Min(length, ImageFormats.SniffLength)];
            Fill(file, head, 0);
            var format = ImageFormats.Sniff(head);
            if (format == ImageFormat.Unknown)
            {
                return new(HashOnly(file, length, cancellationToken), null, format, DecodeErrors.NotAnImage(head));
            }

            if (length > Math.Min(maxBytes, Array.MaxLength))
            {
                return new(HashOnly(file, length, cancellationToken), null, format, DecodeErrors.TooManyBytes(length, maxBytes));
            }

            var content = GC.AllocateUninitializedArray<byte>((int)length);
            head.CopyTo(content);
            Fill(file, content.AsSpan(head.Length), head.Length);
            return new(Hex(SHA256.HashData(content)), content, format, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new(null, null, ImageFormat.Unknown, DecodeErrors.Unreadable(e));
        }
    }

    private static string HashOnly(SafeFileHandle file, long length, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[(int)Math.Min(length, Part)];
        for (long at = 0; at < length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at));
            Fill(file, part, at);
            hash.AppendData(part);
            at += part.Length;
        }

        return Hex(hash.GetHashAndReset());
    }

    private static void Fill(SafeFileHandle file, Span<byte> target, long at)
    {
        while (target.Length > 0)
        {
            var read = RandomAccess.Read(file, target, at);
            if (read == 0)
            {
                throw new EndOfStreamException();
            }

            target = target[read..];
            at += read;
        }
    }

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
}
