using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Tests.ML.Imaging;

/// <summary>Writes small DICOM files, explicit VR little endian, element by element.</summary>
internal sealed class Dicoms
{
    public const string ExplicitLittleEndian = "1.2.840.10008.1.2.1";

    private const string DigitalXRay = "1.2.840.10008.5.1.4.1.1.1.1";

    private readonly SortedDictionary<uint, (string Type, byte[] Value)> elements = [];

    public string TransferSyntax { get; init; } = ExplicitLittleEndian;

    /// <summary>A grey picture of 8 bits a pixel.</summary>
    public static Dicoms Grey8(PixelImage picture, string photometric = "MONOCHROME2") =>
        Image(picture.Width, picture.Height, 8, photometric).Add(0x7FE00010, "OB", [.. picture.Pixels, .. new byte[picture.Pixels.Length % 2]]);

    /// <summary>A grey picture of 16 bits a pixel.</summary>
    public static Dicoms Grey16(int width, int height, ReadOnlySpan<ushort> values, string photometric = "MONOCHROME2")
    {
        var bytes = new byte[values.Length * 2];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), values[i]);
        }

        return Image(width, height, 16, photometric).Add(0x7FE00010, "OW", bytes);
    }

    /// <summary>A file without pixels.</summary>
    public static Dicoms WithoutPixels(string sopClass) => new Dicoms().Text(0x00080016, "UI", sopClass).Text(0x00080018, "UI", "1.2.3.4");

    /// <summary>The description of a picture, without its pixels.</summary>
    public static Dicoms Image(int width, int height, int bits, string photometric, string transferSyntax = ExplicitLittleEndian) =>
        new Dicoms { TransferSyntax = transferSyntax }
            .Text(0x00080016, "UI", DigitalXRay)
            .Text(0x00080018, "UI", "1.2.3.4")
            .Text(0x00080060, "CS", "DX")
            .Number(0x00280002, 1)
            .Text(0x00280004, "CS", photometric)
            .Number(0x00280010, height)
            .Number(0x00280011, width)
            .Number(0x00280100, bits <= 8 ? 8 : 16)
            .Number(0x00280101, bits)
            .Number(0x00280102, bits - 1)
            .Number(0x00280103, 0);

    public Dicoms Window(double centre, double width) =>
        Text(0x00281050, "DS", centre.ToString(CultureInfo.InvariantCulture)).Text(0x00281051, "DS", width.ToString(CultureInfo.InvariantCulture));

    public Dicoms Patient(string name, string id, string birthDate) =>
        Text(0x00100010, "PN", name).Text(0x00100020, "LO", id).Text(0x00100030, "DA", birthDate);

    public Dicoms Number(uint tag, int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        return Add(tag, "US", bytes);
    }

    public Dicoms Text(uint tag, string type, string value) =>
        Add(tag, type, Encoding.ASCII.GetBytes(value.Length % 2 == 0 ? value : value + (type == "UI" ? '\0' : ' ')));

    public Dicoms Add(uint tag, string type, byte[] value)
    {
        elements[tag] = (type, value);
        return this;
    }

    /// <summary>The whole file, with preamble and meta header.</summary>
    public byte[] File(ReadOnlySpan<byte> preamble = default)
    {
        var head = new byte[128];
        preamble.CopyTo(head);
        var meta = new Dicoms()
            .Add(0x00020001, "OB", [0, 1])
            .Text(0x00020002, "UI", DigitalXRay)
            .Text(0x00020003, "UI", "1.2.3.4")
            .Text(0x00020010, "UI", TransferSyntax)
            .Text(0x00020012, "UI", "1.2.3.9")
            .DataSet();
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, meta.Length);
        return [.. head, .. "DICM"u8, .. Element(0x00020000, "UL", length), .. meta, .. DataSet()];
    }

    /// <summary>Only the data set, as devices without a file format write it.</summary>
    public byte[] DataSet() => [.. elements.SelectMany(e => Element(e.Key, e.Value.Type, e.Value.Value))];

    private static byte[] Element(uint tag, string type, byte[] value)
    {
        var isLong = type is "OB" or "OW";
        var head = new byte[isLong ? 12 : 8];
        BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)(tag >> 16));
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(2), (ushort)tag);
        Encoding.ASCII.GetBytes(type, head.AsSpan(4));
        if (isLong)
        {
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), value.Length);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(6), (ushort)value.Length);
        }

        return [.. head, .. value];
    }
}
