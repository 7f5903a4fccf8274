using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using FractureDashboard.ML.Weights;

namespace FractureDashboard.Tests.ML.Weights;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Path => folder.Sub("x.safetensors");

    private static readonly NamedArray[] Arrays =
    [
        new("a.weight", [2, 3], [.. Enumerable.Range(0, 24).Select(i => (byte)i)]),
        new("a.bias", [1], [1, 2, 3, 4]),
    ];

    [Fact]
    public void What_is_written_comes_back()
    {
        var hash = Safetensors.Write(Path, Arrays, new Dictionary<string, string> { ["k"] = "v \"quoted\" ü" });

        var (arrays, metadata) = Safetensors.Read(Path);

        Assert.Equal(["a.bias", "a.weight"], arrays.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Arrays[0].Data, arrays["a.weight"].Data);
        Assert.Equal([2, 3], arrays["a.weight"].Shape);
        Assert.Equal("v \"quoted\" ü", metadata["k"]);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path))), hash);
        Assert.Equal([Path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void The_layout_is_the_published_one()
    {
        Safetensors.Write(Path, Arrays, new Dictionary<string, string>());
        var bytes = File.ReadAllBytes(Path);

        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        using var header = JsonDocument.Parse(Encoding.UTF8.GetString(bytes, 8, length));
        Assert.Equal(0, (8 + length) % 8);
        Assert.Equal("F32", header.RootElement.GetProperty("a.bias").GetProperty("dtype").GetString());
        Assert.Equal("[24,28]", header.RootElement.GetProperty("a.bias").GetProperty("data_offsets").GetRawText());
        Assert.Equal(8 + length + 28, bytes.Length);
    }

    [Fact]
    public void Every_single_damaged_byte_of_the_data_is_noticed()
    {
        Safetensors.Write(Path, Arrays, new Dictionary<string, string>());
        var sound = File.ReadAllBytes(Path);
        for (var i = sound.Length - 28; i < sound.Length; i++)
        {
            var bytes = sound.ToArray();
            bytes[i] ^= 1;
            File.WriteAllBytes(Path, bytes);
            Assert.Throws<InvalidDataException>(() => Safetensors.Read(Path));
        }
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused_and_nothing_else_is_thrown()
    {
        Safetensors.Write(Path, Arrays, new Dictionary<string, string>());
        var sound = File.ReadAllBytes(Path);
        for (var length = 0; length < sound.Length; length++)
        {
            File.WriteAllBytes(Path, sound[..length]);
            Assert.Throws<InvalidDataException>(() => Safetensors.Read(Path));
        }
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""")]
    [InlineData("""{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}""")]
    [InlineData("""{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"F16","shape":[1],"data_offsets":[2,4]}}""")]
    [InlineData("""{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},"a":{"dtype":"F16","shape":[1],"data_offsets":[2,4]}}""")]
    [InlineData("""{"a":{"dtype":"F16","shape":[-1,-2],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":[[[[[[1]]]]]]}""")]
    [InlineData("""{"__metadata__":{"k":1},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32"}}""")]
    [InlineData("""[1,2]""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807],"data_offsets":[0,4]}}""")]
    public void A_header_that_lies_is_refused(string header)
    {
        WriteFile(header, new byte[4]);

        Assert.Throws<InvalidDataException>(() => Safetensors.Read(Path));
    }

    [Fact]
    public void A_header_that_claims_to_be_huge_allocates_nothing()
    {
        File.WriteAllBytes(Path, [255, 255, 255, 0, 0, 0, 0, 0, .. new byte[100]]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidDataException>(() => Safetensors.Read(Path));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Sixteen_bit_floats_become_the_same_numbers_in_32_bits()
    {
        // 1.5 and -0.25 as IEEE half and as bfloat16.
        WriteFile("""{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]}}""", [0x00, 0x3E, 0x00, 0xB4, 0xC0, 0x3F, 0x80, 0xBE]);

        var (arrays, _) = Safetensors.Read(Path);

        byte[] expected = [.. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-0.25f)];
        Assert.Equal(expected, arrays["h"].Data);
        Assert.Equal(expected, arrays["b"].Data);
    }

    [Fact]
    public void Counters_of_64_bits_come_back()
    {
        Safetensors.Write(Path, [new("n", [], BitConverter.GetBytes(1L << 40), ArrayType.Int64)], new Dictionary<string, string>());

        var array = Safetensors.Read(Path).Arrays["n"];

        Assert.Equal(ArrayType.Int64, array.Type);
        Assert.Empty(array.Shape);
        Assert.Equal(1L << 40, BitConverter.ToInt64(array.Data));
    }

    private void WriteFile(string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + text.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)text.Length);
        text.CopyTo(bytes, 8);
        data.CopyTo(bytes, 8 + text.Length);
        File.WriteAllBytes(Path, bytes);
    }
}
