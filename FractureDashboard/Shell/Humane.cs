namespace FractureDashboard.Shell;

/// <summary>Numbers with units, as people read them.</summary>
public static class Humane
{
    /// <summary>A size in binary units.</summary>
    /// <param name="bytes">Bytes.</param>
    /// <returns>E.g. <c>1.4 GiB</c>.</returns>
    public static string Bytes(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        double value = bytes;
        var unit = 0;
        while (value >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit == 0 ? $"{bytes} B" : $"{value:0.#} {units[unit]}";
    }

    /// <summary>A duration with two units at most.</summary>
    /// <param name="span">The duration.</param>
    /// <returns>E.g. <c>3 min 20 s</c>.</returns>
    public static string Duration(TimeSpan span) => span switch
    {
        { TotalSeconds: < 0 } => "0 s",
        { TotalSeconds: < 1 } => $"{span.TotalMilliseconds:0} ms",
        { TotalSeconds: < 10 } => $"{span.TotalSeconds:0.0} s",
        { TotalSeconds: < 60 } => $"{span.TotalSeconds:0} s",
        { TotalHours: < 1 } => $"{(int)span.TotalMinutes} min {span.Seconds} s",
        { TotalDays: < 1 } => $"{(int)span.TotalHours} h {span.Minutes} min",
        _ => $"{(int)span.TotalDays} d {span.Hours} h",
    };

    /// <summary>A count with thousands separators.</summary>
    /// <param name="value">The count.</param>
    /// <returns>E.g. <c>10,548</c>.</returns>
    public static string Count(long value) => value.ToString("N0", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A share in per cent.</summary>
    /// <param name="share">0 to 1, or null.</param>
    /// <returns>E.g. <c>96.4 %</c>, or a dash.</returns>
    public static string Percent(double? share) => share is { } s ? $"{s * 100:0.0} %" : "–";

    /// <summary>A loss or another small number.</summary>
    /// <param name="value">The number, or null.</param>
    /// <returns>Four decimals, or a dash.</returns>
    public static string Loss(double? value) => value is { } v ? $"{v:0.0000}" : "–";
}
