namespace FractureDashboard.ML.Explanation;

/// <summary>Blurs maps.</summary>
internal static class Smoothing
{
    /// <summary>A Gaussian blur, cut off at three deviations; at the borders the weights that remain are scaled to 1.</summary>
    /// <param name="values">Row by row.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="deviation">Standard deviation in pixels; 0 changes nothing.</param>
    /// <returns>As many values.</returns>
    public static float[] Gaussian(float[] values, int width, int height, double deviation)
    {
        var reach = (int)Math.Ceiling(3 * deviation);
        if (reach == 0)
        {
            return values;
        }

        double[] weights = [.. Enumerable.Range(0, reach + 1).Select(d => Math.Exp(-d * d / (2 * deviation * deviation)))];
        var rows = Along(values, height, width, width, 1, weights);
        return Along(rows, width, height, 1, width, weights);
    }

    private static float[] Along(float[] values, int lines, int length, int lineStep, int step, double[] weights)
    {
        var blurred = new float[values.Length];
        for (var line = 0; line < lines; line++)
        {
            for (var i = 0; i < length; i++)
            {
                double sum = 0, total = 0;
                for (var j = Math.Max(0, i - weights.Length + 1); j < Math.Min(length, i + weights.Length); j++)
                {
                    var weight = weights[Math.Abs(i - j)];
                    sum += weight * values[(line * lineStep) + (j * step)];
                    total += weight;
                }

                blurred[(line * lineStep) + (i * step)] = (float)(sum / total);
            }
        }

        return blurred;
    }
}
