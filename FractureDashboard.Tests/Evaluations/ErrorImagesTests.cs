using FractureDashboard.Evaluations;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Tests.Evaluations;

/// <summary>The error gallery's order, and the groups of the subgroup table.</summary>
public sealed class ErrorImagesTests
{
    private static readonly ScoredImage[] Images =
    [
        Image("val/fractured/a.png", Label.Fractured, 0.1, "a"),
        Image("val/fractured/copy-of-a.png", Label.Fractured, 0.1, "a"),
        Image("val/fractured/b.png", Label.Fractured, 0.45, "b"),
        Image("val/fractured/c.png", Label.Fractured, 0.9, "c"),
        Image("val/not fractured/d.png", Label.NotFractured, 0.7, "d"),
        Image("val/not fractured/e.png", Label.NotFractured, 0.02, "e"),
    ];

    [Fact]
    public void Misclassified_are_the_wrong_ones_worst_first_and_copies_once()
    {
        var errors = ErrorImages.Of(Images, ErrorOrder.Misclassified, 0.5);

        Assert.Equal(["a", "d", "b"], errors.Select(e => e.Image.ContentHash));
        Assert.Equal([2, 1, 1], errors.Select(e => e.Copies));
        Assert.Equal(["missed fracture", "false alarm", "missed fracture"], errors.Select(e => ErrorImages.Verdict(e.Image, 0.5)));
    }

    [Fact]
    public void A_moved_threshold_changes_what_is_wrong() =>
        Assert.Equal(["a"], ErrorImages.Of(Images, ErrorOrder.Misclassified, 0.75).Select(e => e.Image.ContentHash).Except(["b"]));

    [Fact]
    public void Least_certain_are_nearest_to_the_threshold() =>
        Assert.Equal(["b", "d", "a", "c", "e"], ErrorImages.Of(Images, ErrorOrder.LeastCertain, 0.5).Select(e => e.Image.ContentHash));

    [Fact]
    public void Highest_loss_lists_all_by_loss()
    {
        var errors = ErrorImages.Of(Images, ErrorOrder.HighestLoss, 0.5);

        Assert.Equal(["a", "d", "b", "c", "e"], errors.Select(e => e.Image.ContentHash));
        Assert.Equal(-Math.Log(0.1), errors[0].Image.Loss, 12);
    }

    [Fact]
    public void A_certain_and_wrong_score_has_a_finite_loss() => Assert.InRange(Image("x", Label.Fractured, 0, "x").Loss, 36, 37);

    [Fact]
    public void Tags_that_all_images_share_are_no_groups()
    {
        var images = Images.Select((i, n) => i with { Format = n == 0 ? ImageFormat.Jpeg : ImageFormat.Png, Width = 100, Height = 100, HasTwin = n < 2, Group = i.ContentHash, ImageId = n + 1 }).ToArray();

        var tags = SubgroupTags.Of(images, "copy").SelectMany(t => t).Distinct().Order(StringComparer.Ordinal).ToList();

        Assert.Equal(
            ["Format: JPEG", "Format: PNG", "Path with “copy”: no", "Path with “copy”: yes", "Radiograph judged: by one image", "Radiograph judged: by several images", "Twin in train: no", "Twin in train: yes"],
            tags);
    }

    [Fact]
    public void Folders_below_the_class_and_findings_of_a_scan_are_groups()
    {
        ScoredImage[] images =
        [
            Image("val/fractured/wrist/a.png", Label.Fractured, 0.1, "a") with { Format = ImageFormat.Png, Width = 600, Height = 400, Findings = ["blurred"] },
            Image("val/fractured/ankle/b.png", Label.Fractured, 0.1, "b") with { Format = ImageFormat.Png, Width = 400, Height = 2000 },
        ];

        var tags = SubgroupTags.Of(images, "");

        Assert.Contains("Folder: wrist", tags[0]);
        Assert.Contains("Shape: landscape", tags[0]);
        Assert.Contains("Longer side: 512 to 1023 px", tags[0]);
        Assert.Contains(tags[0], t => SubgroupTags.Kind(t) == "Scan found");
        Assert.Contains("Longer side: 1,024 px or more", tags[1]);
        Assert.Equal(("Folder", "ankle"), (SubgroupTags.Kind(tags[1].First(t => t.StartsWith("Folder", StringComparison.Ordinal))), SubgroupTags.Value("Folder: ankle")));
    }

    private static ScoredImage Image(string path, Label label, double score, string hash) => new(path, Split.Validation, label, score, hash, false, false, hash);
}
