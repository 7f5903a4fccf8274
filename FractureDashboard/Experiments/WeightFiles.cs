using System.Text.RegularExpressions;
using FractureDashboard.Storage;

namespace FractureDashboard.Experiments;

/// <summary>A weights file that training can start from.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Path">Its full path.</param>
/// <param name="Bytes">Its size.</param>
public sealed record WeightFile(string Name, string Path, long Bytes);

/// <summary>Weights files that users brought: safetensors only, which hold numbers and nothing that runs.</summary>
/// <param name="paths">Where they lie.</param>
public sealed partial class WeightFiles(AppPaths paths)
{
    /// <summary>The largest file that is taken, in bytes; the networks that there are need a tenth of it.</summary>
    public const long MaximumBytes = 1L << 30;

    private const string Suffix = ".safetensors";

    /// <summary>The files there are, by name.</summary>
    /// <returns>Those that are complete.</returns>
    public IReadOnlyList<WeightFile> List() =>
        [.. new DirectoryInfo(paths.Weights).EnumerateFiles("*" + Suffix).OrderBy(f => f.Name, StringComparer.OrdinalIgnoreCase).Select(f => new WeightFile(f.Name, f.FullName, f.Length))];

    /// <summary>What a file is called here.</summary>
    /// <param name="name">The name that the browser gave.</param>
    /// <returns>A plain file name, or null when it is no safetensors file.</returns>
    public static string? SafeName(string? name)
    {
        var last = (name ?? "").Replace('\\', '/').Split('/')[^1];
        return last.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) && Unsafe().Replace(last[..^Suffix.Length], "-").Trim('-', '.') is { Length: > 0 and <= 100 } stem
            ? stem + Suffix
            : null;
    }

    /// <summary>Takes a file in as it comes; it gets its name when it is complete.</summary>
    /// <param name="name">A name from <see cref="SafeName"/>; a file of that name is never replaced, the new one gets a number.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The file, or null when it was larger than <see cref="MaximumBytes"/>.</returns>
    /// <exception cref="IOException">The disk is full, or the sender broke off.</exception>
    public async Task<WeightFile?> SaveAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var temporary = Path.Combine(paths.Temporary, $"weights-{Guid.NewGuid():N}");
        try
        {
            await using (var target = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
            {
                var buffer = new byte[128 * 1024];
                int read;
                while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
                {
                    if (target.Length + read > MaximumBytes)
                    {
                        return null;
                    }

                    await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                }
            }

            return Place(temporary, name);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private WeightFile Place(string temporary, string name)
    {
        for (var n = 1; ; n++)
        {
            var path = Path.Combine(paths.Weights, n == 1 ? name : $"{name[..^Suffix.Length]}-{n}{Suffix}");
            try
            {
                File.Move(temporary, path);
                return new WeightFile(Path.GetFileName(path), path, new FileInfo(path).Length);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Taken; runs may have been started from it.
            }
        }
    }

    [GeneratedRegex(@"[^A-Za-z0-9._-]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unsafe();
}
