namespace FractureDashboard.ML.Quality;

/// <summary>
/// Finds for each picture the others that may show the same radiograph: those most alike in how strong each frequency is
/// around each ring, which no rotation and no flip changes and a zoom moves from ring to ring.
/// </summary>
/// <remarks>
/// Every picture is compared with every other, block by block: time grows with the square of the pictures, memory with the
/// pictures alone. What all pictures have in common is taken out first, or they would all be alike.
/// </remarks>
internal sealed class SourceCandidates
{
    // Two rings are one; two of those, and eight frequencies, are one of fifteen bands of a key.
    private const int Steps = LogPolarPatches.Rings / 2;
    private const int Frequencies = 8;
    private const int Bands = Steps / 2;
    private const int KeyLength = Bands * Frequencies;
    private const int RowsAtATime = 64;
    private const int ColumnsAtATime = 128;

    // In steps of two rings, a zoom of 1.07 each.
    private static readonly int[] Shifts = [-3, -2, -1, 0, 1, 2, 3];

    private readonly float[][] strengths;
    private readonly float[] common = new float[Steps * Frequencies];

    /// <summary>Takes in the pictures.</summary>
    /// <param name="spectra">Of the pictures.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public SourceCandidates(RingSpectra spectra, CancellationToken cancellationToken)
    {
        strengths = new float[spectra.Count][];
        Parallel.For(0, spectra.Count, Options(cancellationToken), () => new float[RingSpectra.Length], (i, _, numbers) =>
        {
            spectra.Copy(i, numbers);
            strengths[i] = Strengths(numbers);
            return numbers;
        }, _ => { });

        // In order, so that the same pictures give the same sum to the last digit.
        var sums = new double[common.Length];
        foreach (var strength in strengths)
        {
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += strength[i];
            }
        }

        for (var i = 0; i < sums.Length; i++)
        {
            common[i] = (float)(sums[i] / Math.Max(1, strengths.Length));
        }
    }

    /// <summary>The pairs to look at more closely.</summary>
    /// <param name="neighbours">How many others for each picture; at least 1.</param>
    /// <param name="progress">Is told how many pictures are done, from any thread.</param>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    /// <returns>Each pair once, the smaller place first, ordered by both.</returns>
    public IReadOnlyList<(int First, int Second)> Find(int neighbours, Action<int> progress, CancellationToken cancellationToken)
    {
        var count = strengths.Length;
        var pairs = new HashSet<(int, int)>();
        var done = 0;
        Parallel.For(0, (count + RowsAtATime - 1) / RowsAtATime, Options(cancellationToken), block =>
        {
            var (from, until) = (block * RowsAtATime, Math.Min(count, (block + 1) * RowsAtATime));
            var nearest = Nearest(from, until, neighbours, cancellationToken);
            lock (pairs)
            {
                pairs.UnionWith(nearest);
            }

            progress(Interlocked.Add(ref done, until - from));
        });
        return [.. pairs.Order()];
    }

    private List<(int First, int Second)> Nearest(int from, int until, int neighbours, CancellationToken cancellationToken)
    {
        var rows = Enumerable.Range(from, until - from).Select(i => Key(i, 0)).ToArray();
        var best = rows.Select(_ => new PriorityQueue<int, (float, int)>(neighbours + 1)).ToArray();
        var keys = new float[ColumnsAtATime][];
        for (var start = 0; start < strengths.Length; start += ColumnsAtATime)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var columns = Math.Min(ColumnsAtATime, strengths.Length - start);
            for (var j = 0; j < columns; j++)
            {
                keys[j] = [.. Shifts.SelectMany(s => Key(start + j, s))];
            }

            for (var i = 0; i < rows.Length; i++)
            {
                for (var j = 0; j < columns; j++)
                {
                    if (from + i != start + j)
                    {
                        // Of equally alike ones the earlier stays.
                        Keep(best[i], start + j, (Likeness(rows[i], keys[j]), -(start + j)), neighbours);
                    }
                }
            }
        }

        return [.. best.SelectMany((queue, i) => queue.UnorderedItems.Select(n => (Math.Min(from + i, n.Element), Math.Max(from + i, n.Element))))];
    }

    private static void Keep(PriorityQueue<int, (float, int)> best, int place, (float, int) likeness, int most)
    {
        if (best.Count < most)
        {
            best.Enqueue(place, likeness);
        }
        else if (best.TryPeek(out _, out var least) && likeness.CompareTo(least) > 0)
        {
            best.EnqueueDequeue(place, likeness);
        }
    }

    private static float Likeness(float[] row, float[] shifted)
    {
        var most = float.MinValue;
        for (var s = 0; s < Shifts.Length; s++)
        {
            most = Math.Max(most, RingSpectra.Dot(row, shifted.AsSpan(s * KeyLength, KeyLength)));
        }

        return most;
    }

    // Of length one; bands that the shift brought in from beyond the picture are as common as can be, that is, zero.
    private float[] Key(int place, int shift)
    {
        var key = new float[KeyLength];
        var strength = strengths[place];
        for (var step = 0; step < Steps; step++)
        {
            var source = step - shift;
            if (source is < 0 or >= Steps)
            {
                continue;
            }

            for (var m = 0; m < Frequencies; m++)
            {
                key[(step / 2 * Frequencies) + m] += strength[(source * Frequencies) + m] - common[(step * Frequencies) + m];
            }
        }

        var length = MathF.Sqrt(RingSpectra.Dot(key, key)) + 1e-9f;
        for (var i = 0; i < key.Length; i++)
        {
            key[i] /= length;
        }

        return key;
    }

    private static float[] Strengths(float[] numbers)
    {
        var result = new float[Steps * Frequencies];
        for (var ring = 0; ring < LogPolarPatches.Rings; ring++)
        {
            for (var m = 0; m < Frequencies; m++)
            {
                var (real, imaginary) = (numbers[(ring * RingSpectra.RingLength) + m], numbers[(ring * RingSpectra.RingLength) + RingSpectra.Frequencies + m]);

                // The logarithm keeps the strongest edges from deciding alone.
                result[(ring / 2 * Frequencies) + m] += MathF.Log(1 + (LogPolarPatches.Angles * MathF.Sqrt((real * real) + (imaginary * imaginary))));
            }
        }

        return result;
    }

    private static ParallelOptions Options(CancellationToken cancellationToken) =>
        new() { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
}
