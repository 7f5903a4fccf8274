namespace FractureDashboard.ML.Quality;

/// <summary>Minimum and maximum over windows of a grey image.</summary>
internal static class GreyMorphology
{
    /// <summary>
    /// How far each pixel rises above its surroundings: the image less its opening by a square, which takes away all that is
    /// brighter and narrower than the square (the white top-hat: Serra, Image Analysis and Mathematical Morphology, 1982).
    /// </summary>
    /// <param name="grey">The image, row by row.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="side">Side of the square in pixels.</param>
    /// <returns>As many values as pixels.</returns>
    public static byte[] TopHat(byte[] grey, int width, int height, int side)
    {
        var low = Extreme(grey, width, height, side, least: true);
        var opened = Extreme(low, width, height, side, least: false);
        var lift = new byte[grey.Length];
        for (var i = 0; i < lift.Length; i++)
        {
            // Never negative but at even sides, whose two windows are not each other's mirror.
            lift[i] = (byte)Math.Max(0, grey[i] - opened[i]);
        }

        return lift;
    }

    private static byte[] Extreme(byte[] grey, int width, int height, int side, bool least)
    {
        var fill = least ? byte.MaxValue : byte.MinValue;
        var rows = Along(grey, width, height, Math.Min(side, width), least, fill);
        return Across(rows, width, height, Math.Min(side, height), least, fill);
    }

    // The extreme over 2, 4, 8, ... neighbours by doubling; whole rows at a time, so that the compiler's vectors do the work.
    private static byte[] Along(byte[] from, int width, int height, int side, bool least, byte fill)
    {
        var before = side / 2;
        var padded = width + side;
        var line = new byte[padded];
        var result = new byte[from.Length];
        for (var y = 0; y < height; y++)
        {
            Array.Fill(line, fill);
            from.AsSpan(y * width, width).CopyTo(line.AsSpan(before));
            var reach = 1;
            while (reach < side)
            {
                var step = Math.Min(reach, side - reach);
                Combine(line.AsSpan(0, padded - step), line.AsSpan(step), least);
                reach += step;
            }

            line.AsSpan(0, width).CopyTo(result.AsSpan(y * width));
        }

        return result;
    }

    private static byte[] Across(byte[] from, int width, int height, int side, bool least, byte fill)
    {
        var before = side / 2;
        var padded = height + side;
        var sheet = new byte[padded * width];
        Array.Fill(sheet, fill);
        from.CopyTo(sheet.AsSpan(before * width));
        var reach = 1;
        while (reach < side)
        {
            var step = Math.Min(reach, side - reach);
            Combine(sheet.AsSpan(0, (padded - step) * width), sheet.AsSpan(step * width), least);
            reach += step;
        }

        return sheet[..(height * width)];
    }

    private static void Combine(Span<byte> target, ReadOnlySpan<byte> other, bool least)
    {
        // Front to back, so that what is read from the overlapping other has not been written yet.
        var vector = System.Numerics.Vector<byte>.Count;
        var i = 0;
        for (; i <= target.Length - vector; i += vector)
        {
            var a = new System.Numerics.Vector<byte>(target[i..]);
            var b = new System.Numerics.Vector<byte>(other[i..]);
            (least ? System.Numerics.Vector.Min(a, b) : System.Numerics.Vector.Max(a, b)).CopyTo(target[i..]);
        }

        for (; i < target.Length; i++)
        {
            target[i] = least ? Math.Min(target[i], other[i]) : Math.Max(target[i], other[i]);
        }
    }
}
