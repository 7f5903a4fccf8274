using FractureDashboard.Storage;

namespace FractureDashboard.Live;

/// <summary>Reduces a long curve to what a screen can show without losing its spikes.</summary>
internal static class CurveThinning
{
    /// <summary>Keeps both ends, and the lowest and the highest point of each of equal buckets between them.</summary>
    /// <param name="steps">Points in order.</param>
    /// <param name="maximum">The most points to keep, at least 4.</param>
    /// <returns>The points themselves when there are few enough, otherwise a subset in order.</returns>
    public static IReadOnlyList<RunStep> Thin(IReadOnlyList<RunStep> steps, int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 4);
        if (steps.Count <= maximum)
        {
            return steps;
        }

        // The first point is where a resumed run's new points replace the old ones; it must not be thinned away.
        var kept = new List<RunStep>(maximum) { steps[0] };
        var inner = steps.Count - 2;
        var buckets = (maximum - 2) / 2;
        for (var b = 0; b < buckets; b++)
        {
            var from = 1 + (int)((long)inner * b / buckets);
            var to = 1 + (int)((long)inner * (b + 1) / buckets);
            int low = from, high = from;
            for (var i = from + 1; i < to; i++)
            {
                low = steps[i].Loss < steps[low].Loss ? i : low;
                high = steps[i].Loss > steps[high].Loss ? i : high;
            }

            kept.Add(steps[Math.Min(low, high)]);
            if (low != high)
            {
                kept.Add(steps[Math.Max(low, high)]);
            }
        }

        kept.Add(steps[^1]);
        return kept;
    }
}
