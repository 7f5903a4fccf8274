using System.Text.Json;
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
        var form = new LaunchForm { Augmentation = { IsOn = true, RotationDegrees = 7 } };
        form.Augmentation.IsOn = false;

        Assert.True(form.ToOptions().Augmentation.IsOff);
        Assert.Equal(7, form.Augmentation.RotationDegrees);
    }

    [Fact]
    public void Every_missing_or_wrong_field_has_its_message()
    {
        var form = new LaunchForm
        {
            Version = 9,
            Model = "resnet18",
            Epochs = null,
            BatchSize = 513,
            LearningRate = null,
            ImageSize = 31,
            Seed = null,
            Device = "cuda:7",
            Precision = (Precision)9,
            Optimizer = { Kind = (OptimizerKind)9, WeightDecay = null, ClipNorm = 1001, AccumulationSteps = null, EmaDecay = 1 },
            Schedule = { Kind = (ScheduleKind)9, WarmupEpochs = null },
            Objective = { FocalGamma = null, LabelSmoothing = 0.6, Sampling = (SamplingKind)9, ClassWeights = true },
            Selection = { Monitor = (MonitoredMetric)9, EarlyStoppingPatience = null, MinimumImprovement = null },
            FineTuning = { WeightsPath = "weights.safetensors", FrozenEpochs = null, BackboneRate = null },
            Augmentation =
            {
                IsOn = true, RotationDegrees = null, ShearDegrees = 46, Zoom = 0.95, Translation = null, Brightness = 1, Contrast = 1, Gamma = 2, Noise = 1, Erasing = 2, Mixup = 3, CutMix = null,
            },
            Name = " ",
            Tags = new string('x', 41),
            Notes = new string('x', 4001),
        };
        var hidden = new[] { nameof(OptimizerOptions.Momentum), "ScheduleEpochs", nameof(ScheduleOptions.Factor), nameof(ScheduleOptions.FinalFraction) };

        var problems = form.Validate(null, ["auto", "cpu"]);
        form.Model = "resnet";
        var unknown = form.Validate(null, ["auto", "cpu"]);

        Assert.Equal(LaunchSections.InOrder.Except(hidden).Except([nameof(TrainingOptions.Model)]).Order(), problems.Keys.Order());
        Assert.All(problems.Values, message => Assert.EndsWith(".", message));
        Assert.Contains(nameof(TrainingOptions.Model), unknown.Keys);
    }

    [Fact]
    public void Fields_that_only_some_choices_show_are_checked_where_they_are_shown()
    {
        var form = new LaunchForm { Optimizer = { Kind = OptimizerKind.Sgd, Momentum = null }, Schedule = { Kind = ScheduleKind.ReduceOnPlateau, Epochs = null, Factor = null, FinalFraction = null } };

        Assert.Superset(
            new HashSet<string> { nameof(OptimizerOptions.Momentum), "ScheduleEpochs", nameof(ScheduleOptions.Factor), nameof(ScheduleOptions.FinalFraction) },
            form.Validate(Dataset, ["auto"]).Keys.ToHashSet());

        form.Optimizer.Kind = OptimizerKind.Adam;
        form.Schedule.Kind = ScheduleKind.OneCycle;
        Assert.Equal(new OptimizerOptions(), form.ToOptions().Optimizer);
        Assert.Equal(new ScheduleOptions(ScheduleKind.OneCycle), form.ToOptions().Schedule);
    }

    [Theory]
    [InlineData("baseline")]
    [InlineData("augmented")]
    [InlineData("recommended")]
    public void A_preset_fills_the_form_with_valid_options_that_read_back_the_same(string key)
    {
        var preset = LaunchPresets.All.Single(p => p.Key == key).Options;
        var form = new LaunchForm { DatasetId = 1, Name = "n" };
        form.Fill(preset);

        Assert.Equal(preset, form.ToOptions());
        Assert.Empty(form.Validate(Dataset, ["auto", "cpu"]));
    }

    [Fact]
    public void A_draft_survives_being_written_and_read()
    {
        var form = new LaunchForm { DatasetId = 7, Epochs = null, Name = "mine", NameIsTyped = true, Tags = "a, b" };
        form.Fill(LaunchPresets.Recommended);
        (form.Epochs, form.Optimizer.ClipNorm) = (null, null);

        var read = JsonSerializer.Deserialize<LaunchForm>(JsonSerializer.Serialize(form))!;

        Assert.Equal(form.ToOptions(), read.ToOptions());
        Assert.Equal((7, null, null, "mine", true, "a, b"), (read.DatasetId, read.Epochs, read.Optimizer.ClipNorm, read.Name, read.NameIsTyped, read.Tags));
    }

    [Fact]
    public void A_search_becomes_the_training_it_was_for()
    {
        var form = new LaunchForm();
        form.Fill(LaunchPresets.Recommended with { Purpose = TrainingPurpose.FindLearningRate });

        Assert.Equal(LaunchPresets.Recommended, form.ToOptions());
        Assert.Equal(TrainingPurpose.FindLearningRate, LaunchPresets.Search(form, "Wrists").Options.Purpose);
    }

    [Fact]
    public void Names_tell_model_and_kind()
    {
        Assert.Equal("Baseline · Wrists", LaunchPresets.NameFor(LaunchPresets.Baseline, "Wrists"));
        Assert.Equal("Augmented · Wrists", LaunchPresets.NameFor(LaunchPresets.Augmented, "Wrists"));
        Assert.Equal("Shuffled labels", LaunchPresets.NameFor(LaunchPresets.Augmented with { ShuffleLabels = true }, null));
        Assert.EndsWith(", augmented · Wrists", LaunchPresets.NameFor(LaunchPresets.Recommended, "Wrists"));
        Assert.Equal("Learning-rate search · Wrists", LaunchPresets.NameFor(LaunchPresets.Baseline with { Purpose = TrainingPurpose.FindLearningRate }, "Wrists"));
    }

    [Fact]
    public void Every_field_has_its_place_once()
    {
        Assert.Equal(LaunchSections.InOrder.Distinct(), LaunchSections.InOrder);
        Assert.Equal(LaunchSection.Schedule, LaunchSections.Of("ScheduleEpochs"));
        Assert.Null(LaunchSections.Of(nameof(TrainingOptions.Epochs)));
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
        var form = new LaunchForm { Augmentation = { IsOn = true, RotationDegrees = 5, ShearDegrees = 0, Zoom = 0, HorizontalFlip = false }, Name = new string('x', 120), NameIsTyped = true };

        var (plain, augmented) = LaunchPresets.Pair(form, "Wrists");

        Assert.True(plain.Options.Augmentation.IsOff);
        Assert.Equal(new AugmentationOptions(5), augmented.Options.Augmentation);
        Assert.EndsWith(", augmented", augmented.Name);
        Assert.Equal(120, augmented.Name.Length);
    }
}
