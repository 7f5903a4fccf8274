namespace FractureDashboard.Bench;

/// <summary>Full measurements, or a quick pass over the same code whose figures mean nothing.</summary>
internal static class BenchScale
{
    /// <summary>The argument that asks for the quick pass.</summary>
    public const string Flag = "--quick";

    /// <summary>Set by <see cref="Flag"/>.</summary>
    public static bool IsQuick { get; set; }

    /// <summary>A size by scale.</summary>
    /// <param name="full">For a measurement.</param>
    /// <param name="quick">To see that it works.</param>
    public static int Of(int full, int quick) => IsQuick ? quick : full;
}
