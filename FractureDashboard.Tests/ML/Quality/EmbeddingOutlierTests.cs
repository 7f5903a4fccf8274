using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Explanation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Quality;
using FractureDashboard.ML.Training;
using FractureDashboard.Tests.ML.Explanation;

namespace FractureDashboard.Tests.ML.Quality;

[Collection(EngineCollection.Name)]
public sealed class EmbeddingOutlierTests : IDisposable
{
    private const int Side = 64;
    private static readonly Dictionary<string, (Split Split, Label Label)> NoCorrections = [];
    private readonly string root = Directory.CreateTempSubdirectory("fd-embed-").FullName;

    private string Weights => Path.Combine(root, "weights.safetensors");

    private string Cache => Path.Combine(root, "cache");

    private string Images => Path.Combine(root, "images");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void What_the_model_finds_unlike_all_others_is_an_outlier_though_its_statistics_are_ordinary()
    {
        var set = Ordinary(60, (61, 1, 0));
        set.Add("odd", 61);

        var finding = Assert.Single(set.Judge(), f => f.Rule == QualityRule.Outlier);

        Assert.Equal(("odd", QualitySeverity.Info), (finding.File.RelativePath, finding.Severity));
        Assert.Contains("the model of run 7", finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_of_one_odd_radiograph_do_not_vouch_for_each_other()
    {
        (int, float, float)[] copies = [.. Enumerable.Range(61, 12).Select(i => (i, 1f, 0f))];
        var set = Ordinary(200, copies);
        foreach (var (content, _, _) in copies)
        {
            set.Add($"odd {content}", content);
        }

        Assert.DoesNotContain("odd 61", set.Named(QualityRule.Outlier));

        set.Same("one", [.. copies.Select(c => c.Item1)]);

        Assert.Contains("odd 61", set.Named(QualityRule.Outlier));
    }

    [Fact]
    public void Where_a_model_looked_statistics_do_not_count_and_what_it_could_not_see_is_left_out()
    {
        var set = Ordinary(60);
        set.Add("strange statistics", 1000, pixels: JudgedSet.Ordinary with { Mean = 0.9, Dark = 0.5 });

        Assert.Empty(set.Named(QualityRule.Outlier));
    }

    [Fact]
    public void A_scan_shows_each_content_to_the_model_once_for_ever()
    {
        Draw();
        NetworkImages.Save("compact-resnet", new ModelInput(Side, 1), Weights);
        var phases = new HashSet<ScanPhase>();

        var first = Scan(Cache, p => phases.Add(p.Phase));
        File.Delete(Weights);
        var second = Scan(Cache, null);

        Assert.Contains(ScanPhase.Embedding, phases);
        Assert.Null(first.ModelProblem);
        Assert.Null(second.ModelProblem);
        Assert.Equal(first.Findings, second.Findings);
        var (index, reference) = EmbeddingFile.Load(Path.Combine(Cache, "embeddings.safetensors"));
        Assert.Equal((24, "hash"), (index.Count, index.WeightsHash));
        Assert.NotEmpty(reference.Distances);
    }

    [Fact]
    public void A_model_that_cannot_be_asked_does_not_cost_the_scan()
    {
        Draw();
        File.WriteAllText(Weights, "no weights");

        var result = Scan(null, null);

        Assert.StartsWith("run 7 could not look at the images: ", result.ModelProblem, StringComparison.Ordinal);
        Assert.Equal(24, result.Facts.Count);
    }

    /// <summary>Contents 0 and up, whose embeddings lie close to (0, 1), and others whose embedding is given.</summary>
    private static JudgedSet Ordinary(int count, params (int Content, float X, float Y)[] others)
    {
        var set = new JudgedSet();
        var vectors = new List<(string, float[])>();
        for (var i = 0; i < count; i++)
        {
            // Numbers that the others use are left free.
            var content = i >= 61 ? i + 1000 : i;
            set.Add($"plain {i:000}", content);
            vectors.Add((JudgedSet.Hash(content), [0.05f * MathF.Sin(i), 1]));
        }

        vectors.AddRange(others.Select(o => (JudgedSet.Hash(o.Content), new[] { o.X, o.Y })));
        set.Embeddings = new(EmbeddingIndex.Create("hash", vectors), "run 7");
        return set;
    }

    private void Draw() => PhantomGenerator.Generate(Images, new PhantomOptions(24), null, TestContext.Current.CancellationToken);

    private ScanResult Scan(string? cache, Action<ScanProgress>? progress)
    {
        var options = new TrainingOptions { Model = "compact-resnet", ImageSize = Side, Preprocessing = new PreprocessingOptions(FitMode.Letterbox, Greyscale: true) };
        if (cache is not null)
        {
            Directory.CreateDirectory(cache);
        }

        var files = PlacedFiles.Of(Images, NoCorrections, TestContext.Current.CancellationToken);
        return new QualityScanner(new ImageDecoder()).Scan(
            new(Images, files, cache, FindSources: false, Model: new(options, Weights, "hash", "run 7")), new InMemoryFactsStore(), progress, null, TestContext.Current.CancellationToken);
    }
}
