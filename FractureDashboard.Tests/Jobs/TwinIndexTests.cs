using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Tests.Jobs;

public sealed class TwinIndexTests
{
    [Fact]
    public void Only_held_out_images_with_a_copy_in_train_are_twins()
    {
        var twins = TwinIndex.HeldOutImagesWithTwinInTrain(
        [
            Image("train/a.png", Split.Train, "1"),
            Image("train/b.png", Split.Train, "1"),
            Image("val/c.png", Split.Validation, "1"),
            Image("val/d.png", Split.Validation, "2"),
            Image("test/e.png", Split.Test, "2"),
            Image("test/f.png", Split.Test, "1"),
        ]);

        Assert.Equal(["test/f.png", "val/c.png"], twins.Order(StringComparer.Ordinal));
    }

    private static ImageRecord Image(string path, Split split, string hash) =>
        new(path, split, Label.Fractured, 1, DateTime.UnixEpoch, hash, 8, 8, ImageFormat.Png);
}
