using System.Text;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using FractureDashboard.Tests.ML.Quality.Corpus;

namespace FractureDashboard.Tests.ML.Quality;

/// <summary>Names as Python 3.11's <c>imghdr.what</c> gives them for the same bytes.</summary>
public sealed class ImghdrRuleTests
{
    [Theory]
    [InlineData("ffd8ffe000104a464946", "jpeg")]
    [InlineData("ffd8ffe1001845786966", "jpeg")]
    [InlineData("0000000000004a464946", "jpeg")]
    [InlineData("ffd8ffdb004300", "jpeg")]
    [InlineData("ffd8ffee000e41646f6265", null)]
    [InlineData("ffd8fffe000e636f6d6d", null)]
    [InlineData("89504e470d0a1a0a", "png")]
    [InlineData("89504e470a1a0a", null)]
    [InlineData("474946383961", "gif")]
    [InlineData("474946383061", null)]
    [InlineData("49492a00", "tiff")]
    [InlineData("4d4d", "tiff")]
    [InlineData("01da", "rgb")]
    [InlineData("50340a", "pbm")]
    [InlineData("503520", "pgm")]
    [InlineData("50330d", "ppm")]
    [InlineData("503541", null)]
    [InlineData("5035", null)]
    [InlineData("59a66a95", "rast")]
    [InlineData("23646566696e6520", "xbm")]
    [InlineData("424d5720", "bmp")]
    [InlineData("52494646000000005745425056", "webp")]
    [InlineData("762f3101", "exr")]
    [InlineData("", null)]
    public void Content_is_named_as_Python_names_it(string head, string? name) => Assert.Equal(name, ImghdrRule.What(Convert.FromHexString(head)));

    [Fact]
    public void Only_the_first_32_bytes_count() => Assert.Null(ImghdrRule.What([.. new byte[40], .. "BM"u8]));

    [Theory]
    [InlineData("a.jpg", "text", true)]
    [InlineData("A.JPG", "text", true)]
    [InlineData("train/fractured/a.png", "GIF89a", true)]
    [InlineData("a.png", "BM is allowed", false)]
    [InlineData("a.jpeg", "text", false)]
    [InlineData("a.gif", "text", false)]
    [InlineData("png", "text", false)]
    public void Only_two_extensions_were_looked_at(string name, string content, bool isRemoved) =>
        Assert.Equal(isRemoved, ImghdrRule.WouldRemove(Encoding.ASCII.GetBytes(content), name));

    [Fact]
    public void Cut_off_images_are_kept_and_sound_ones_without_a_known_marker_deleted()
    {
        var jpeg = Radiographs.Encode(Radiographs.Rgb(), ImageFormat.Jpeg);
        var sound = SoundFiles.All().Single(f => f.Name == "comment-first.jpg");

        Assert.False(ImghdrRule.WouldRemove(jpeg.AsSpan(0, jpeg.Length / 2), "a.jpg"));
        Assert.True(ImghdrRule.WouldRemove(sound.Content, sound.Name));
    }
}
