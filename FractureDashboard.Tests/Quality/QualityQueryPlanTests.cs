using System.Text.RegularExpressions;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Quality;
using FractureDashboard.Quality;
using FractureDashboard.Quality.Findings;
using FractureDashboard.Quality.Report;
using FractureDashboard.Quality.Sources;
using FractureDashboard.Storage;
using FractureDashboard.Tests.Gallery;

namespace FractureDashboard.Tests.Quality;

/// <summary>What SQLite does for a query does not depend on the rows, as it has no statistics of them: a few suffice.</summary>
public sealed partial class QualityQueryPlanTests : IAsyncLifetime
{
    private GalleryDatabase database = null!;
    private QueryRecorder recorder = null!;
    private QualityHeader header = null!;
    private Dataset set = null!;

    public static TheoryData<FindingsQuery> Queries { get; } =
    [
        new FindingsQuery(),
        new FindingsQuery(QualityRule.Blurred),
        new FindingsQuery(QualityRule.ExactDuplicate),
        new FindingsQuery(QualityRule.ExactDuplicate, Split: Split.Test, Label: Label.Fractured, Text: "wrist"),
        new FindingsQuery(Severity: QualitySeverity.Error),
        new FindingsQuery(Ignored: IgnoredChoice.Only),
    ];

    public async ValueTask InitializeAsync()
    {
        database = await GalleryDatabase.CreateAsync();
        set = await database.AddDatasetAsync([GalleryDatabase.Image("train/a.png"), GalleryDatabase.Image("test/b.png", Split.Test)]);
        await database.Factory.AddScanAsync(set.Id,
        [
            Findings.Of(QualityRule.Blurred, "train/a.png"),
            Findings.Of(QualityRule.ExactDuplicate, "train/a.png", "g"),
            Findings.Of(QualityRule.ExactDuplicate, "test/b.png", "g", Split.Test),
        ]);
        await database.Factory.IgnoreAsync(set.Id, QualityRule.Blank, "train/a.png");
        header = await database.Factory.HeaderAsync(set.Id, "train/c.png");
        recorder = new QueryRecorder(database.Paths.Database);
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Findings_are_searched_by_index_and_never_scanned(FindingsQuery query)
    {
        await new FindingsReader(recorder).ListAsync(header, query, TestContext.Current.CancellationToken);

        AssertNoScanOf("q", await recorder.PlansAsync());
    }

    [Fact]
    public async Task The_report_counts_by_index()
    {
        await new ReportReader(recorder).CountAsync(header, TestContext.Current.CancellationToken);

        AssertNoScanOf("q", await recorder.PlansAsync());
    }

    [Fact]
    public async Task Sources_find_their_images_by_index()
    {
        await new SourcesReader(recorder).ListAsync(set.Id, new SourcesQuery(Text: "wrist", AcrossSplits: true), new HashSet<string>(), TestContext.Current.CancellationToken);

        AssertNoScanOf("i", await recorder.PlansAsync());
    }

    // The provider calls a table by its first letter and a number. What it makes of the rows found (a co-routine) is named alike,
    // and only its own table has an index.
    private static void AssertNoScanOf(string alias, IReadOnlyList<string> plans)
    {
        Assert.NotEmpty(plans);
        Assert.Contains(plans, p => p.Contains("USING INDEX", StringComparison.Ordinal) || p.Contains("COVERING INDEX", StringComparison.Ordinal));
        Assert.All(plans, p => Assert.DoesNotMatch($@"\bSCAN {alias}\d*\b", CoRoutine().Replace(p, "")));
    }

    [GeneratedRegex(@"CO-ROUTINE (?<name>q\d+).*SCAN \k<name>", RegexOptions.Singleline, 1000)]
    private static partial Regex CoRoutine();
}
