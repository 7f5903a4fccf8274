using CsCheck;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using NetVips;

namespace FractureDashboard.Tests.ML.Quality;

public sealed class PerceptualHashTests(PerceptualHashTests.Drawn phantoms) : IClassFixture<PerceptualHashTests.Drawn>
{
    private static readonly Gen<PixelImage> Noise =
        Gen.Select(Gen.Int[1, 70], Gen.Int[1, 70], Gen.Bool.Select(b => b ? 1 : 3), Gen.Int[0, 1000]).Select((width, height, channels, seed) =>
        {
            var pixels = new byte[width * height * channels];
            new Random(seed).NextBytes(pixels);
            return new PixelImage(width, height, channels, pixels);
        });

    [Fact]
    public void A_picture_and_its_mirror_have_the_same_hash() =>
        Noise.Sample(image => Assert.Equal(PerceptualHash.Of(image), PerceptualHash.Of(Mirror(image))), iter: 500);

    [Fact]
    public void Radiographs_keep_their_hash_when_mirrored() =>
        Assert.All(Radiographs(), image => Assert.Equal(PerceptualHash.Of(image), PerceptualHash.Of(Mirror(image))));

    [Fact]
    public void A_nearly_symmetric_picture_keeps_most_of_its_hash_under_noise()
    {
        // Symmetric but for the noise: which of the two mirrored pictures is meant depends on it.
        var bell = new byte[96 * 96];
        for (var i = 0; i < bell.Length; i++)
        {
            var (x, y) = ((i % 96) - 47.5, (i / 96) - 47.5);
            bell[i] = (byte)(200 * Math.Exp(-((x * x) + (y * y)) / 900));
        }

        Gen.Int[0, 10_000].Sample(
            seed =>
            {
                var random = new Random(seed);
                var plain = new PixelImage(96, 96, 1, bell);
                var noisy = plain with { Pixels = [.. bell.Select(p => (byte)Math.Clamp(p + random.Next(-2, 3), 0, 255))] };
                var even = PerceptualHash.Of(plain) ^ PerceptualHash.Of(noisy);
                Assert.InRange(System.Numerics.BitOperations.PopCount(even & uint.MaxValue), 0, 16);
                Assert.Equal(PerceptualHash.Of(noisy), PerceptualHash.Of(Mirror(noisy)));
            },
            iter: 50);
    }

    [Fact]
    public void A_uniform_picture_has_the_hash_zero_whatever_its_brightness() =>
        Gen.Select(Gen.Byte, Gen.Int[1, 90], Gen.Int[1, 90], Gen.Bool.Select(b => b ? 1 : 3)).Sample((level, width, height, channels) =>
            Assert.Equal(0UL, PerceptualHash.Of(new(width, height, channels, [.. Enumerable.Repeat(level, width * height * channels)]))));

    [Theory]
    [InlineData("recompressed")]
    [InlineData("halved")]
    [InlineData("doubled")]
    [InlineData("brighter")]
    [InlineData("darker")]
    public void What_an_export_does_to_a_picture_leaves_it_a_near_duplicate(string what) => Assert.All(Radiographs(), radiograph =>
    {
        using var image = Image.NewFromMemoryCopy(radiograph.Pixels, radiograph.Width, radiograph.Height, 1, Enums.BandFormat.Uchar);
        using var changed = what switch
        {
            "recompressed" => Image.NewFromBuffer(image.JpegsaveBuffer(q: 40)),
            "halved" => image.Resize(0.5),
            "doubled" => image.Resize(2),
            "brighter" => (image * 1.1).Cast(Enums.BandFormat.Uchar),
            _ => (image * 0.9).Cast(Enums.BandFormat.Uchar),
        };
        var other = new PixelImage(changed.Width, changed.Height, 1, changed.WriteToMemory<byte>());

        Assert.InRange(PerceptualHash.Distance(PerceptualHash.Of(radiograph), PerceptualHash.Of(other)), 0, PerceptualHash.NearDistance);
    });

    [Fact]
    public void Different_radiographs_are_no_near_duplicates()
    {
        var hashes = Radiographs().Select(PerceptualHash.Of).ToArray();

        Assert.Empty(NearDuplicates.Find(hashes, PerceptualHash.NearDistance, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Colour_counts_by_its_brightness()
    {
        Assert.All(Radiographs().Take(5), image =>
            Assert.Equal(PerceptualHash.Of(image), PerceptualHash.Of(image with { Channels = 3, Pixels = [.. image.Pixels.SelectMany(p => new[] { p, p, p })] })));
    }

    [Fact]
    public void What_is_no_picture_is_refused()
    {
        Assert.Throws<ArgumentException>(() => PerceptualHash.Of(new(0, 4, 1, [])));
        Assert.Throws<ArgumentException>(() => PerceptualHash.Of(new(4, 4, 2, new byte[32])));
        Assert.Throws<ArgumentException>(() => PerceptualHash.Of(new(4, 4, 1, new byte[15])));
    }

    private IReadOnlyList<PixelImage> Radiographs() => phantoms.Images;

    private static PixelImage Mirror(PixelImage image)
    {
        var mirrored = new byte[image.Pixels.Length];
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                Array.Copy(image.Pixels, ((y * image.Width) + x) * image.Channels, mirrored, ((y * image.Width) + image.Width - 1 - x) * image.Channels, image.Channels);
            }
        }

        return image with { Pixels = mirrored };
    }

    /// <summary>Radiographs of a usual size, drawn once.</summary>
    public sealed class Drawn
    {
        public Drawn()
        {
            using var folder = new TemporaryFolder();
            var root = folder.Sub("phantoms");
            PhantomGenerator.Generate(root, new PhantomOptions(Images: 20, Size: 256), null, CancellationToken.None);
            Images = [.. Directory.GetFiles(root, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => new ImageDecoder().DecodeFile(f, new(Channels: 1)).Value!)];
        }

        public IReadOnlyList<PixelImage> Images { get; }
    }
}
