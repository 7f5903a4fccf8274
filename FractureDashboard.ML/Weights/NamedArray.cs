namespace FractureDashboard.ML.Weights;

/// <summary>Number format of a <see cref="NamedArray"/>.</summary>
internal enum ArrayType
{
    /// <summary>32-bit floats.</summary>
    Float32 = 0,

    /// <summary>64-bit integers, for counters of batch norms.</summary>
    Int64 = 1,
}

/// <summary>A named array.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Data">Little-endian bytes, row by row.</param>
/// <param name="Type">Number format.</param>
internal sealed record NamedArray(string Name, IReadOnlyList<long> Shape, byte[] Data, ArrayType Type = ArrayType.Float32);
