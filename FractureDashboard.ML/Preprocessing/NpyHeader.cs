using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace FractureDashboard.ML.Preprocessing;

/// <summary>
/// The header of numpy's file format, version 1.0 (numpy.lib.format): magic, version, length, and a Python literal that
/// names type, order and shape, padded so that the data start at a multiple of 64.
/// </summary>
internal static class NpyHeader
{
    private const int FixedPart = 10;
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    /// <summary>The header of a uint8 array in C order.</summary>
    public static byte[] ForBytes(params ReadOnlySpan<long> shape)
    {
        var text = new StringBuilder("{'descr': '|u1', 'fortran_order': False, 'shape': (");
        foreach (var side in shape)
        {
            text.Append(CultureInfo.InvariantCulture, $"{side}, ");
        }

        text.Length -= shape.Length > 1 ? 2 : 1;
        text.Append("), }");
        var length = (FixedPart + text.Length + 1 + 63) / 64 * 64;
        var header = new byte[length];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(length - FixedPart));
        header.AsSpan(FixedPart).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text.ToString(), header.AsSpan(FixedPart));
        header[^1] = (byte)'\n';
        return header;
    }
}
