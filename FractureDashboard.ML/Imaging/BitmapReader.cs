using System.Buffers.Binary;
using SkiaSharp;

namespace FractureDashboard.ML.Imaging;

/// <summary>Reads Windows bitmaps, which libvips does not know.</summary>
internal static class BitmapReader
{
    /// <summary>Header facts; the caller has checked the dimensions against its limits.</summary>
    public static DecodeResult<ImageHeader> ReadHeader(ReadOnlySpan<byte> content, long width, long height)
    {
        if (width <= 0 || height <= 0 || width > int.MaxValue || height > int.MaxValue)
        {
            return DecodeErrors.Damaged("the bitmap header has no usable size");
        }

        var core = BinaryPrimitives.ReadUInt32LittleEndian(content[14..]) == 12;
        if (content.Length < (core ? 26 : 30))
        {
            return DecodeErrors.Truncated();
        }

        int bits = BinaryPrimitives.ReadUInt16LittleEndian(content[(core ? 24 : 28)..]);
        return bits switch
        {
            1 => new ImageHeader(ImageFormat.Bmp, (int)width, (int)height, 1, 1),
            2 or 4 or 8 or 16 or 24 => new ImageHeader(ImageFormat.Bmp, (int)width, (int)height, 3, 8),
            32 => new ImageHeader(ImageFormat.Bmp, (int)width, (int)height, 4, 8),
            _ => DecodeErrors.Damaged($"{bits} bits per pixel are not possible in a bitmap"),
        };
    }

    /// <summary>Decodes to interleaved RGB; transparency is flattened on black.</summary>
    public static DecodeResult<PixelImage> Decode(byte[] content)
    {
        using var stream = new MemoryStream(content, writable: false);
        using var codec = SKCodec.Create(stream, out var opened);
        if (codec is null)
        {
            return opened == SKCodecResult.IncompleteInput ? DecodeErrors.Truncated() : DecodeErrors.Damaged($"bitmap header: {opened}");
        }

        // Premultiplied colour is colour over black.
        var alpha = codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Premul;
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, alpha);
        var rgba = new byte[checked(info.Width * info.Height * 4)];
        SKCodecResult decoded;
        unsafe
        {
            fixed (byte* target = rgba)
            {
                decoded = codec.GetPixels(info, (nint)target);
            }
        }

        return decoded switch
        {
            SKCodecResult.Success => new PixelImage(info.Width, info.Height, 3, DropAlpha(rgba)),
            SKCodecResult.IncompleteInput => DecodeErrors.Truncated(),
            _ => DecodeErrors.Damaged($"bitmap: {decoded}"),
        };
    }

    private static byte[] DropAlpha(byte[] rgba)
    {
        var rgb = GC.AllocateUninitializedArray<byte>(rgba.Length / 4 * 3);
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += 3)
        {
            rgb[to] = rgba[from];
            rgb[to + 1] = rgba[from + 1];
            rgb[to + 2] = rgba[from + 2];
        }

        return rgb;
    }
}
