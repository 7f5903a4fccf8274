using System.Buffers.Binary;

namespace FractureDashboard.ML.Imaging;

/// <summary>
/// What TensorFlow's <c>tf.io.decode_image</c> accepts with its default arguments, as read in its sources
/// (<c>core/kernels/image/decode_image_op.cc</c>, <c>core/lib/jpeg/jpeg_mem.cc</c>) for the versions up to 2.19. It knows JPEG, PNG,
/// GIF and BMP by content. PNG in every depth, interlaced or not, GIF with any number of frames, JPEG progressive, arithmetic
/// or CMYK are all read. Later versions read WebP as well.
/// </summary>
internal static class TensorFlowReading
{
    /// <summary>Whether it reads a file that is sound.</summary>
    /// <param name="format">The file's format by content.</param>
    /// <param name="content">The whole file.</param>
    public static bool Accepts(ImageFormat format, ReadOnlySpan<byte> content) => format switch
    {
        ImageFormat.Png or ImageFormat.Gif => true,
        ImageFormat.Jpeg => JpegFrame.Read(content) is { IsUsual: true, Components: not 2 },
        ImageFormat.Bmp => AcceptsBitmap(content),
        _ => false,
    };

    /// <summary>
    /// It takes every bitmap for one with a Windows header and 8, 24 or 32 bits that are not compressed, and asks only
    /// whether the file has exactly the size that follows from that.
    /// </summary>
    private static bool AcceptsBitmap(ReadOnlySpan<byte> content)
    {
        if (content.Length < 32)
        {
            return false;
        }

        long pixels = BinaryPrimitives.ReadInt32LittleEndian(content[10..]);
        long width = BinaryPrimitives.ReadInt32LittleEndian(content[18..]);
        var height = Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(content[22..]));
        var channels = BinaryPrimitives.ReadInt16LittleEndian(content[28..]) / 8;
        return channels is 1 or 3 or 4
            && pixels >= 0
            && width > 0
            && height > 0
            && width * height < int.MaxValue / 8
            && pixels + (((channels * width) + 3) / 4 * 4 * height) == content.Length;
    }
}
