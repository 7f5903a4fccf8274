using System.Runtime.Intrinsics;
using NetVips;
using Vips = NetVips.NetVips;

namespace FractureDashboard.ML.Imaging;

/// <summary>
/// Takes a decoded picture over from libvips with as few copies as can be. Nearly all radiographs are stored in three equal
/// channels; one of them is all that anybody needs to look at, so that is all that becomes garbage later.
/// </summary>
internal static class StoredPixels
{
    private const int Channels = 3;

    // Where the bytes of one channel are in each third of 48 interleaved bytes; what is not in a third is out of its range.
    private static readonly Vector128<byte>[] Places = [.. Enumerable.Range(0, Channels * Channels).Select(i => Place(i / Channels, i % Channels))];

    /// <summary>The pixels of an 8-bit image of one or three bands; of three equal ones only one.</summary>
    public static unsafe PixelImage Of(Image image)
    {
        var native = image.WriteToMemory(out var size);
        try
        {
            var pixels = new ReadOnlySpan<byte>((void*)native, checked((int)size));
            return image.Bands == Channels && Grey(pixels) is { } grey
                ? new(image.Width, image.Height, 1, grey)
                : new(image.Width, image.Height, image.Bands, pixels.ToArray());
        }
        finally
        {
            Vips.Free(native);
        }
    }

    /// <summary>The same of pixels that came from elsewhere.</summary>
    public static PixelImage Of(PixelImage pixels) => pixels.Channels == Channels && Grey(pixels.Pixels) is { } grey ? pixels with { Channels = 1, Pixels = grey } : pixels;

    /// <summary>The one channel of three equal ones; null where they differ anywhere.</summary>
    public static byte[]? Grey(ReadOnlySpan<byte> rgb)
    {
        // A picture in colour shows it soon, at the latest after the channels have been compared once for nothing.
        var grey = GC.AllocateUninitializedArray<byte>(rgb.Length / Channels);
        var step = Vector128<byte>.Count;
        var i = 0;
        for (; i + step <= grey.Length; i += step)
        {
            var block = rgb.Slice(i * Channels, step * Channels);
            var (a, b, c) = (Vector128.Create(block), Vector128.Create(block[step..]), Vector128.Create(block[(2 * step)..]));
            var red = Channel(0, a, b, c);
            if (red != Channel(1, a, b, c) || red != Channel(2, a, b, c))
            {
                return null;
            }

            red.CopyTo(grey.AsSpan(i));
        }

        for (; i < grey.Length; i++)
        {
            var pixel = rgb.Slice(i * Channels, Channels);
            if (pixel[0] != pixel[1] || pixel[0] != pixel[2])
            {
                return null;
            }

            grey[i] = pixel[0];
        }

        return grey;
    }

    private static Vector128<byte> Channel(int channel, Vector128<byte> a, Vector128<byte> b, Vector128<byte> c) =>
        Vector128.Shuffle(a, Places[Channels * channel]) | Vector128.Shuffle(b, Places[(Channels * channel) + 1]) | Vector128.Shuffle(c, Places[(Channels * channel) + 2]);

    private static Vector128<byte> Place(int channel, int third)
    {
        var places = new byte[Vector128<byte>.Count];
        for (var i = 0; i < places.Length; i++)
        {
            var at = (Channels * i) + channel - (third * places.Length);
            places[i] = at >= 0 && at < places.Length ? (byte)at : byte.MaxValue;
        }

        return Vector128.Create(places);
    }
}
