using FractureDashboard.Storage;

namespace FractureDashboard.Live;

/// <summary>Reduces a long curve to what a screen can show without losing its spikes.</summary>
internal static class CurveThinning
{
    /// <summary>Keeps the lowest and the highest point of each of <c>maximum / 2</c> equal buckets.</summary>
    /// <param name="steps">Points in order.</param>
    /// <param name="maximum">The most points to keep, at least 4.</param>
    /// <returns>The points themselves when there are few enough, otherwise a subset in order.</returns>
    public static IReadOnlyList<RunStep> Thin(IReadOnlyList<RunStep> steps, int maximum)
    {
        if (steps.Count <= maximum)
        {
            return steps;
        }

        var kept = new List<RunStep>(maximum);
        var buckets = maximum / 2;
        for (var b = 0; b < buckets; b++)
        {
            var from = (int)((long)steps.Count * b / buckets);
            var to = (int)((long)steps.Count * (b + 1) / buckets);
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

        return kept;
    }
}
