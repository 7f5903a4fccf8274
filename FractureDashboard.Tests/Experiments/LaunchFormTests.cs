using FractureDashboard.Experiments;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;
using FractureDashboard.Storage;

namespace FractureDashboard.Tests.Experiments;

public sealed class LaunchFormTests
{
    private static readonly LaunchDataset Dataset = new(1, "Wrists", DatasetKind.Folder, 1, 10, 5, 5);

    [Fact]
    public void A_fresh_form_is_the_baseline_and_valid()
    {
        var form = new LaunchForm { DatasetId = 1, Name = "n" };

        Assert.Equal(new TrainingOptions(), form.ToOptions());
        Assert.Empty(form.Validate(Dataset, ["auto", "cpu"]));
    }

    [Fact]
    public void The_augmented_preset_differs_from_the_baseline_in_augmentation_only()
    {
        var form = new LaunchForm();
        form.Fill(LaunchPresets.Augmented);

        Assert.Equal(new TrainingOptions { Augmentation = new AugmentationOptions(20, 0.2, 0.2, true) }, form.ToOptions());
    }

    [Fact]
    public void Augmentation_that_is_switched_off_keeps_its_numbers_but_not_in_the_options()
    {
        var form = new LaunchForm { Augment = true, RotationDegrees = 7 };
        form.Augment = false;

        Assert.True(form.ToOptions().Augmentation.IsOff);
        Assert.Equal(7, form.RotationDegrees);
    }

    [Fact]
    public void Every_missing_or_wrong_field_has_its_message()
    {
        var form = new LaunchForm
        {
            Augment = true,
            RotationDegrees = null,
            ShearDegrees = 46,
            Zoom = 0.95,
            Epochs = null,
            BatchSize = 513,
            LearningRate = null,
            ImageSize = 31,
            Seed = null,
            Device = "cuda:7",
            Model = "resnet",
            Name = " ",
            Tags = new string('x', 41),
            Notes = new string('x', 4001),
        };

        var problems = form.Validate(null, ["auto", "cpu"]);

        Assert.Equal(LaunchForm.Fields.Order(), problems.Keys.Order());
        Assert.All(problems.Values, message => Assert.EndsWith(".", message));
    }

    [Theory]
    [InlineData(0, 5, "no training images")]
    [InlineData(5, 0, "no validation images")]
    public void A_data_set_without_a_split_cannot_be_trained_on(int train, int validation, string reason)
    {
        var problems = new LaunchForm { Name = "n" }.Validate(Dataset with { Train = train, Validation = validation }, ["auto"]);

        Assert.Contains(reason, problems[LaunchForm.DatasetField]);
    }

    [Fact]
    public void The_pair_differs_in_augmentation_and_name_only()
    {
        var form = new LaunchForm { DatasetId = 3, Epochs = 2, Seed = 9, Tags = "a", Notes = "b" };

        var (plain, augmented) = LaunchPresets.Pair(form, "Wrists");

        Assert.Equal(new TrainingOptions { Epochs = 2, Seed = 9 }, plain.Options);
        Assert.Equal(plain.Options with { Augmentation = AugmentationOptions.Notebook }, augmented.Options);
        Assert.Equal(("Baseline · Wrists", "Augmented · Wrists"), (plain.Name, augmented.Name));
        Assert.Equal((3, 3), (plain.DatasetId, augmented.DatasetId));
    }

    [Fact]
    public void The_pair_takes_the_forms_own_augmentation_and_typed_name()
    {
        var form = new LaunchForm { Augment = true, RotationDegrees = 5, ShearDegrees = 0, Zoom = 0, HorizontalFlip = false, Name = new string('x', 120), NameIsTyped = true };

        var (plain, augmented) = LaunchPresets.Pair(form, "Wrists");

        Assert.True(plain.Options.Augmentation.IsOff);
        Assert.Equal(new AugmentationOptions(5), augmented.Options.Augmentation);
        Assert.EndsWith(", augmented", augmented.Name);
        Assert.Equal(120, augmented.Name.Length);
    }
}
