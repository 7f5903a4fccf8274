namespace FractureDashboard.ML.Preprocessing;

/// <summary>Which caches this process uses or builds, so that none of them is deleted.</summary>
internal static class CacheLeases
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, int> Holders = new(StringComparer.Ordinal);

    /// <summary>Keeps a cache until the lease is disposed.</summary>
    /// <param name="path">Its path without extension.</param>
    public static IDisposable Take(string path)
    {
        var full = Path.GetFullPath(path);
        lock (Gate)
        {
            Holders[full] = Holders.GetValueOrDefault(full) + 1;
        }

        return new Lease(full);
    }

    /// <summary>Whether anybody holds a cache.</summary>
    /// <param name="path">Its path without extension.</param>
    public static bool IsHeld(string path)
    {
        lock (Gate)
        {
            return Holders.ContainsKey(Path.GetFullPath(path));
        }
    }

    /// <summary>Does something to a cache that nobody holds, while nobody can begin to.</summary>
    /// <param name="path">Its path without extension.</param>
    /// <param name="act">What.</param>
    /// <returns>False when somebody holds it; nothing was done then.</returns>
    public static bool TryWithout(string path, Action act)
    {
        lock (Gate)
        {
            if (Holders.ContainsKey(Path.GetFullPath(path)))
            {
                return false;
            }

            act();
            return true;
        }
    }

    private sealed class Lease(string path) : IDisposable
    {
        private bool isOver;

        public void Dispose()
        {
            lock (Gate)
            {
                if (!isOver && --Holders[path] == 0)
                {
                    Holders.Remove(path);
                }

                isOver = true;
            }
        }
    }
}
