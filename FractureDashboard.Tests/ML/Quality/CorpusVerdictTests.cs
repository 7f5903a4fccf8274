using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;
using FractureDashboard.Tests.ML.Datasets;
using FractureDashboard.Tests.ML.Quality.Corpus;

namespace FractureDashboard.Tests.ML.Quality;

/// <summary>What is said of files of every kind, each made in code.</summary>
public sealed class CorpusVerdictTests
{
    private static readonly FileInspector Inspector = new(new ImageDecoder());

    [Fact]
    public void Every_broken_file_is_an_error_of_its_kind()
    {
        var files = BrokenFiles.All().ToList();

        Assert.True(files.Count > 60);
        Assert.Equal("", Surprises(files));
    }

    [Fact]
    public void Every_odd_file_is_named_by_its_rules_and_by_no_other()
    {
        var files = OddFiles.All().ToList();

        Assert.True(files.Count > 60);
        Assert.Equal("", Surprises(files));
    }

    [Fact]
    public void Nothing_is_said_of_sound_files()
    {
        var files = SoundFiles.All().ToList();

        Assert.True(files.Count > 40);
        Assert.Equal("", Surprises(files));
    }

    [Fact]
    public void Every_rule_about_a_file_has_a_file_that_it_names() =>
        Assert.Empty(QualityRules.All.Select(r => r.Rule).Where(r => r is > QualityRule.Unreadable and <= QualityRule.Borders and not (QualityRule.Colour or QualityRule.BurntInMarkers))
            .Except(BrokenFiles.All().Concat(OddFiles.All()).SelectMany(f => f.Rules)));

    [Fact]
    public void Errors_on_the_shared_corpus_are_on_broken_files_only_and_on_all_of_them()
    {
        var corpus = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "data", "corpus"));
        Assert.SkipUnless(File.Exists(Path.Combine(corpus, "manifest.csv")), "the corpus of image files is not on this machine");
        var files = File.ReadLines(Path.Combine(corpus, "manifest.csv")).Skip(1).Select(l => l.Split(',')).ToList();
        Assert.True(files.Count > 200);

        Assert.Empty(files.Where(f => f[^1] is "sound" or "broken").Where(f =>
        {
            var isSound = f[^1] == "sound";
            var facts = Inspector.Inspect(Path.Combine(corpus, f[0]), TestContext.Current.CancellationToken);
            return isSound == QualityJudge.OfFile(new(f[0], null, null, 1, DateTime.UnixEpoch), facts).Any(x => x.Severity == QualitySeverity.Error);
        }).Select(f => f[0]));
    }

    private static string Surprises(IEnumerable<CorpusFile> files)
    {
        using var folder = new TempFolder();
        var surprises = new List<string>();
        foreach (var file in files)
        {
            var path = folder.Write(file.Name, file.Content);
            var facts = Inspector.Inspect(path, TestContext.Current.CancellationToken);
            var findings = QualityJudge.OfFile(new PlacedFile(file.Name, null, null, file.Content.Length, DateTime.UnixEpoch), facts);
            QualitySeverity? worst = findings.Count == 0 ? null : findings.Max(f => f.Severity);
            if (!findings.Select(f => f.Rule).SequenceEqual(file.Rules.Order()) || worst != file.Worst)
            {
                surprises.Add($"{file.Name}: expected {string.Join(", ", file.Rules)} ({file.Worst}), found {string.Join(", ", findings.Select(f => $"{f.Rule} {f.Severity}: {f.Evidence}"))} {facts.Pixels}");
            }
        }

        return string.Join(Environment.NewLine, surprises);
    }
}
