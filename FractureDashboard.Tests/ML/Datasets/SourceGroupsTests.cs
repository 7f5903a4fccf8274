using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Tests.ML.Datasets;

public sealed class SourceGroupsTests
{
    private const Label F = Label.Fractured;
    private const Label N = Label.NotFractured;

    [Fact]
    public void Images_share_a_source_by_class_and_leading_number()
    {
        ImageRecord[] images =
        [
            Image("train/f/7-rotated1.jpg", F, "a"),
            Image("val/f/7 (2).jpg", F, "b"),
            Image("test/f/7.png", F, "c"),
            Image("train/n/7.png", N, "d"),
            Image("train/f/77.png", F, "e"),
            Image("train/f/7_2.png", F, "f"),
            Image("train/f/knee 7.png", F, "g"),
            Image("val/f/knee 7.png", F, "h"),
        ];

        string?[] expected =
        [
            "fractured/7", "fractured/7", "fractured/7", "not fractured/7", "fractured/77", "fractured/7_2.png", "fractured/knee 7.png", "fractured/knee 7.png",
        ];
        Assert.Equal(expected, SourceGroups.Assign(images).Select(i => i.Group));
    }

    [Fact]
    public void Identical_contents_join_sources_through_chains_whatever_the_order()
    {
        ImageRecord[] images =
        [
            Image("train/f/3-a.jpg", F, "x"),
            Image("train/f/9-a.jpg", F, "x"),
            Image("val/f/9-b.jpg", F, "y"),
            Image("val/n/5.jpg", N, "y"),
            Image("val/n/6.jpg", N, "z"),
        ];

        Assert.Equal(["fractured/3", "fractured/3", "fractured/3", "fractured/3", "not fractured/6"], SourceGroups.Assign(images).Select(i => i.Group));
        Assert.Equal(
            SourceGroups.Assign(images).Reverse().Select(i => i.Group),
            SourceGroups.Assign([.. images.Reverse()]).Select(i => i.Group));
    }

    [Fact]
    public void Of_equal_contents_the_first_path_stays()
    {
        ImageRecord[] images = [Image("val/f/2.jpg", F, "x"), Image("train/f/1.jpg", F, "x"), Image("test/f/1.jpg", F, "y")];

        Assert.Equal(["test/f/1.jpg", "train/f/1.jpg"], SourceGroups.Distinct(images).Select(i => i.RelativePath));
    }

    [Fact]
    public void Training_images_with_a_twin_held_out_go_and_nothing_else_does()
    {
        ImageRecord[] images =
        [
            Image("train/f/1.jpg", F, "x"), Image("train/f/2.jpg", F, "y"), Image("train/f/3.jpg", F, "z"), Image("train/f/4.jpg", F, "z"),
            Image("val/f/1.jpg", F, "x"), Image("test/f/2.jpg", F, "y"), Image("test/f/1.jpg", F, "x"),
        ];

        Assert.Equal(
            ["train/f/3.jpg", "train/f/4.jpg", "val/f/1.jpg", "test/f/2.jpg", "test/f/1.jpg"],
            SourceGroups.WithoutTwinsOfHeldOut(images).Select(i => i.RelativePath));
    }

    private static ImageRecord Image(string path, Label label, string content) => new(
        path,
        path[0] == 'v' ? Split.Validation : path.StartsWith("test", StringComparison.Ordinal) ? Split.Test : Split.Train,
        label, 1, DateTime.UnixEpoch, content, 8, 8, ImageFormat.Png);
}
