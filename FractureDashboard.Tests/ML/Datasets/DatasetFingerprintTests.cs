using CsCheck;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Tests.ML.Datasets;

public sealed class DatasetFingerprintTests
{
    private static readonly Gen<ImageRecord> Record = Gen.Select(
        Gen.Enum<Split>(), Gen.Enum<Label>(), Gen.Int[0, 5], Gen.Int[0, 9999], (split, label, content, name) => Image($"{name}.png", split, label, content));

    private static readonly Gen<ImageRecord[]> Records = Record.Array[1, 12];

    [Fact]
    public void Order_and_names_make_no_difference() => Gen.Select(Records, Gen.Int).Sample((images, seed) =>
    {
        var shuffled = images.Select(i => i with { RelativePath = "other/" + i.RelativePath, ModifiedUtc = DateTime.UnixEpoch }).ToArray();
        new Random(seed).Shuffle(shuffled);
        return DatasetFingerprint.Compute(images) == DatasetFingerprint.Compute(shuffled);
    });

    [Fact]
    public void Changed_label_split_or_content_makes_another_version() => Gen.Select(Records, Gen.Int[0, 11], Gen.Int[0, 2]).Sample((images, at, what) =>
    {
        var image = images[at % images.Length];
        var changed = (ImageRecord[])images.Clone();
        changed[at % images.Length] = what switch
        {
            0 => image with { Label = 1 - image.Label },
            1 => image with { Split = (Split)(((int)image.Split + 1) % 3) },
            _ => image with { ContentHash = Hash(99) },
        };
        return DatasetFingerprint.Compute(images) != DatasetFingerprint.Compute(changed);
    });

    [Fact]
    public void One_copy_more_makes_another_version() => Records.Sample(images =>
        DatasetFingerprint.Compute(images) != DatasetFingerprint.Compute([.. images, images[0] with { RelativePath = "copy.png" }]));

    [Fact]
    public void Fingerprint_is_sixty_four_hexadecimal_digits_also_of_nothing() =>
        Assert.All([[], new[] { Image("a", Split.Test, Label.Fractured, 1) }], i => Assert.Matches("^[0-9a-f]{64}$", DatasetFingerprint.Compute(i)));

    private static ImageRecord Image(string path, Split split, Label label, int content) =>
        new(path, split, label, 10, DateTime.UtcNow, Hash(content), 8, 8, ImageFormat.Png);

    private static string Hash(int content) => content.ToString("x64");
}
