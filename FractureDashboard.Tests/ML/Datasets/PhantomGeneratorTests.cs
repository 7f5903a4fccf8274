using System.Text;
using FractureDashboard.ML.Datasets;

namespace FractureDashboard.Tests.ML.Datasets;

public sealed class PhantomGeneratorTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        string Hashes(string name, int seed)
        {
            PhantomGenerator.Generate(folder[name], new PhantomOptions(Images: 24, Seed: seed, Size: 64), null, TestContext.Current.CancellationToken);
            var text = new StringBuilder();
            foreach (var file in Directory.EnumerateFiles(folder[name], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                text.AppendLine($"{Path.GetRelativePath(folder[name], file)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}");
            }

            return text.ToString();
        }

        var first = Hashes("a", 7);

        Assert.Equal(first, Hashes("b", 7));
        Assert.NotEqual(first, Hashes("c", 8));
    }

    [Fact]
    public void Usual_set_has_balanced_shares_of_seventy_fifteen_fifteen()
    {
        var plan = PhantomPlan.For(new PhantomOptions());

        foreach (var label in Enum.GetValues<Label>())
        {
            Assert.Equal(210, plan.Count(i => i.Split == Split.Train && i.Label == label));
            Assert.Equal(45, plan.Count(i => i.Split == Split.Validation && i.Label == label));
            Assert.Equal(45, plan.Count(i => i.Split == Split.Test && i.Label == label));
        }
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(41)]
    [InlineData(20_000)]
    public void Every_class_is_in_every_split_whatever_the_size(int images)
    {
        var plan = PhantomPlan.For(new PhantomOptions(Images: images));

        Assert.Equal(images, plan.Count);
        Assert.Equal(6, plan.Select(i => (i.Split, i.Label)).Distinct().Count());
        Assert.Equal(images, plan.Select(i => i.Index).Distinct().Count());
        Assert.InRange(plan.Count(i => i.Label == Label.Fractured) - plan.Count(i => i.Label == Label.NotFractured), 0, 1);
    }

    [Fact]
    public void File_format_colour_and_number_tell_nothing_about_the_class()
    {
        var plan = PhantomPlan.For(new PhantomOptions());

        foreach (var split in Enum.GetValues<Split>())
        {
            (int, int) Formats(Label label) => (plan.Count(i => i.Split == split && i.Label == label && i.Jpeg), plan.Count(i => i.Split == split && i.Label == label && i.Colour));
            Assert.Equal(Formats(Label.Fractured), Formats(Label.NotFractured));
            Assert.All([Formats(Label.Fractured).Item1, Formats(Label.Fractured).Item2], n => Assert.True(n > 0));
        }

        // The mean number of a class lies within four standard errors of the middle, and neighbours are as often alike as not.
        var mean = plan.Where(i => i.Label == Label.Fractured).Average(i => i.Index);
        Assert.InRange(mean, 299.5 - 28, 299.5 + 28);
        Assert.InRange(plan.Zip(plan.Skip(1)).Count(p => p.First.Label == p.Second.Label), 250, 350);
    }

    [Fact]
    public void Pose_exposure_and_marker_are_drawn_alike_for_both_classes()
    {
        for (var i = 0; i < 200; i++)
        {
            var sound = PhantomScene.Draw(PhantomRandom.For(42, i), fractured: false);
            var broken = PhantomScene.Draw(PhantomRandom.For(42, i), fractured: true);

            // The fracture is drawn last: without it, the scenes are the same.
            Assert.Equal(
                sound with { Bones = [], Collimation = [] },
                broken with { Bones = [], Collimation = [] });
            Assert.Equal(sound.Collimation, broken.Collimation);
            Assert.Equal(sound.Bones, broken.Bones.Select(b => b with { Fracture = null }));
            Assert.Null(sound.FractureCircle());
            Assert.NotNull(broken.FractureCircle());
        }
    }

    [Fact]
    public void Manifest_says_where_every_fracture_is_and_nothing_else()
    {
        const int Size = 96;
        PhantomGenerator.Generate(folder["set"], new PhantomOptions(Images: 40, Size: Size), null, TestContext.Current.CancellationToken);

        var manifest = PhantomGenerator.ReadManifest(folder["set"])!;
        var index = Builders.Index(folder["set"]);

        Assert.True(manifest.Synthetic);
        Assert.Contains("Synthetic", manifest.Note, StringComparison.Ordinal);
        Assert.Equal((42, Size), (manifest.Seed, manifest.Size));
        Assert.Equal(index.Images.Select(i => i.RelativePath), manifest.Images.Select(i => i.Path));
        Assert.Empty(index.Skipped);
        Assert.All(index.Images.Zip(manifest.Images), pair =>
        {
            var (image, truth) = pair;
            Assert.Equal((Size, Size), (image.Width, image.Height));
            Assert.Equal((FolderNames.For(image.Split), FolderNames.For(image.Label)), (truth.Split, truth.Label));
            Assert.Equal(image.Label == Label.Fractured, truth.Fracture is not null);
            if (truth.Fracture is { } circle)
            {
                Assert.InRange(circle.X, 0, Size);
                Assert.InRange(circle.Y, 0, Size);
                Assert.InRange(circle.Radius, 4, Size / 2.0);
            }
        });
    }

    [Fact]
    public void Fracture_changes_the_picture_inside_its_circle_most()
    {
        for (var i = 0; i < 20; i++)
        {
            var (sound, _) = Paint(i, fractured: false);
            var (broken, scene) = Paint(i, fractured: true);
            var (u, v, radius) = scene.FractureCircle()!.Value;
            var (x, y) = PhantomPainter.ToImage(scene, u, v);

            double inside = 0, outside = 0;
            int insideCount = 0, outsideCount = 0;
            for (var p = 0; p < sound.Length; p++)
            {
                var difference = Math.Abs(sound[p] - broken[p]);
                if (Math.Pow((p % 256) - x, 2) + Math.Pow((p / 256) - y, 2) < radius * radius)
                {
                    inside += difference;
                    insideCount++;
                }
                else
                {
                    outside += difference;
                    outsideCount++;
                }
            }

            Assert.True(inside / insideCount > 1.5 * outside / outsideCount, $"image {i}");
        }

        static (byte[] Pixels, PhantomScene Scene) Paint(int index, bool fractured)
        {
            var scene = PhantomScene.Draw(PhantomRandom.For(1, index), fractured) with { Noise = 0 };
            return (PhantomPainter.Paint(scene, 256, new PhantomRandom(1)), scene);
        }
    }

    [Fact]
    public void Mean_brightness_tells_nothing_about_the_class()
    {
        double Mean(bool fractured) => Enumerable.Range(0, 60).Average(i =>
        {
            var random = PhantomRandom.For(3, i);
            return PhantomPainter.Paint(PhantomScene.Draw(random, fractured), 64, random).Average(p => (double)p);
        });

        Assert.InRange(Mean(true) - Mean(false), -2.5, 2.5);
    }

    [Fact]
    public void Cancelled_generation_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() =>
            PhantomGenerator.Generate(folder["set"], new PhantomOptions(Size: 64), new AfterFirst(cancel), cancel.Token));

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Folder_that_is_not_empty_is_refused_and_an_empty_one_is_used()
    {
        folder.Write("full/mine.txt", [1]);
        Directory.CreateDirectory(folder["empty"]);

        Assert.Throws<IOException>(() => PhantomGenerator.Generate(folder["full"], new PhantomOptions(Images: 6, Size: 64), null, TestContext.Current.CancellationToken));
        PhantomGenerator.Generate(folder["empty"], new PhantomOptions(Images: 6, Size: 64), null, TestContext.Current.CancellationToken);

        Assert.Equal(["mine.txt"], Directory.EnumerateFileSystemEntries(folder["full"]).Select(Path.GetFileName));
        Assert.Equal(6, Builders.Index(folder["empty"]).Images.Count);
    }

    [Theory]
    [InlineData(5, 256)]
    [InlineData(20_001, 256)]
    [InlineData(600, 63)]
    [InlineData(600, 1025)]
    public void Options_out_of_range_are_the_callers_mistake(int images, int size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PhantomGenerator.Generate(folder["x"], new PhantomOptions(images, 42, size), null, TestContext.Current.CancellationToken));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"synthetic":false,"images":[]}""")]
    [InlineData("""{"synthetic":true,"images":null}""")]
    public void Manifest_that_says_nothing_useful_marks_nothing_as_synthetic(string json)
    {
        folder.Write("phantom.json", Encoding.UTF8.GetBytes(json));

        Assert.Null(PhantomGenerator.ReadManifest(folder.Path));
        Assert.Null(PhantomGenerator.ReadManifest(folder["none"]));
    }

    private sealed class AfterFirst(CancellationTokenSource cancel) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => cancel.Cancel();
    }
}
