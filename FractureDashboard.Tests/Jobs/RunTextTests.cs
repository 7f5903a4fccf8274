using FractureDashboard.Jobs;
using FractureDashboard.ML.Preprocessing;

namespace FractureDashboard.Tests.Jobs;

public sealed class RunTextTests
{
    [Fact]
    public void Tags_are_normalised_and_come_back()
    {
        var column = RunTags.Join(["Wrist", " first try ", "wrist,hand", ""]);

        Assert.Equal(",wrist,first try,hand,", column);
        Assert.Equal(["wrist", "first try", "hand"], RunTags.Split(column));
    }

    [Fact]
    public void No_tags_is_an_empty_column() => Assert.Equal("", RunTags.Join([" ", ","]));

    [Fact]
    public void The_notebooks_augmentation_is_described_in_its_own_numbers()
    {
        Assert.Equal("off", AugmentationText.Describe(AugmentationOptions.None));
        Assert.Equal("rotation 20°, shear 0.2°, zoom 0.2, flip", AugmentationText.Describe(AugmentationOptions.Notebook));
    }
}
