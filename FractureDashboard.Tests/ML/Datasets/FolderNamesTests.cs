using FractureDashboard.ML.Datasets;

namespace FractureDashboard.Tests.ML.Datasets;

public sealed class FolderNamesTests
{
    [Theory]
    [InlineData("train", Split.Train)]
    [InlineData("TRAINING", Split.Train)]
    [InlineData("Training_Set", Split.Train)]
    [InlineData("val", Split.Validation)]
    [InlineData("Valid", Split.Validation)]
    [InlineData("validation-set", Split.Validation)]
    [InlineData("test", Split.Test)]
    [InlineData("Testing", Split.Test)]
    [InlineData("test.set", Split.Test)]
    public void Split_is_recognised_in_its_spellings(string name, Split expected) => Assert.Equal(expected, FolderNames.SplitOf(name));

    [Theory]
    [InlineData("fractured")]
    [InlineData("Fracture")]
    [InlineData("FRACTURES")]
    [InlineData("broken")]
    [InlineData("positive")]
    [InlineData("with_fracture")]
    public void Fractured_is_recognised_in_its_spellings(string name) => Assert.Equal(Label.Fractured, FolderNames.LabelOf(name));

    [Theory]
    [InlineData("not fractured")]
    [InlineData("not_fractured")]
    [InlineData("Not-Fractured")]
    [InlineData("NotFractured")]
    [InlineData("not  fractured ")]
    [InlineData("non-fractured")]
    [InlineData("nonfractured")]
    [InlineData("non_fracture")]
    [InlineData("no fracture")]
    [InlineData("No.Fractures")]
    [InlineData("unfractured")]
    [InlineData("UNFRACTURED")]
    [InlineData("unbroken")]
    [InlineData("normal")]
    [InlineData("Healthy")]
    [InlineData("intact")]
    [InlineData("negative")]
    [InlineData("without_fracture")]
    public void Not_fractured_is_recognised_in_its_spellings(string name) => Assert.Equal(Label.NotFractured, FolderNames.LabelOf(name));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("images")]
    [InlineData("abnormal")]
    [InlineData("fractured and not fractured")]
    [InlineData("trains")]
    [InlineData("0")]
    [InlineData("notes")]
    [InlineData("unknown")]
    public void Other_names_mean_nothing(string name)
    {
        Assert.Null(FolderNames.SplitOf(name));
        Assert.Null(FolderNames.LabelOf(name));
    }

    [Fact]
    public void Names_that_the_product_writes_are_read_back()
    {
        Assert.All(Enum.GetValues<Split>(), s => Assert.Equal(s, FolderNames.SplitOf(FolderNames.For(s))));
        Assert.All(Enum.GetValues<Label>(), l => Assert.Equal(l, FolderNames.LabelOf(FolderNames.For(l))));
    }
}
