using NetVips;

namespace FractureDashboard.ML.Imaging;

/// <summary>Brings 8-bit pixels to the wanted number of channels.</summary>
internal static class ChannelConversion
{
    /// <summary>Writes an 8-bit image of 1 or 3 bands, interleaved, with 1 or 3 channels.</summary>
    public static PixelImage ToPixels(Image image, int channels)
    {
        var pixels = image.WriteToMemory<byte>();
        var converted = (image.Bands, channels) switch
        {
            (1, 3) => Repeat(pixels),
            (3, 1) => Luma(pixels),
            _ => pixels,
        };
        return new PixelImage(image.Width, image.Height, channels, converted);
    }

    private static byte[] Repeat(byte[] grey)
    {
        var rgb = GC.AllocateUninitializedArray<byte>(grey.Length * 3);
        for (int i = 0, to = 0; i < grey.Length; i++, to += 3)
        {
            rgb[to] = rgb[to + 1] = rgb[to + 2] = grey[i];
        }

        return rgb;
    }

    /// <summary>Rec. 601 luma; exact where red, green and blue are equal, as in nearly every radiograph.</summary>
    private static byte[] Luma(byte[] rgb)
    {
        var grey = GC.AllocateUninitializedArray<byte>(rgb.Length / 3);
        for (int i = 0, from = 0; i < grey.Length; i++, from += 3)
        {
            grey[i] = (byte)(((299 * rgb[from]) + (587 * rgb[from + 1]) + (114 * rgb[from + 2]) + 500) / 1000);
        }

        return grey;
    }
}
