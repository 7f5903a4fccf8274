using Bunit;
using FractureDashboard.Storage;
using Microsoft.EntityFrameworkCore;

namespace FractureDashboard.Tests.Evaluations;

/// <summary>The page of a run's evaluations.</summary>
public sealed class EvaluationListTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private EvaluationRoom room = null!;

    public async ValueTask InitializeAsync() => room = await EvaluationRoom.CreateAsync();

    public ValueTask DisposeAsync() => room.DisposeAsync();

    [Fact]
    public async Task An_evaluation_of_the_chosen_splits_is_begun_followed_and_cancelled()
    {
        var page = room.ShowList();
        page.WaitForElement("[data-testid=evaluate]", Patience);

        await page.Find("[data-testid=take-test]").ChangeAsync(false);
        await page.Find("[data-testid=take-train]").ChangeAsync(true);
        await page.Find("[data-testid=evaluate]").ClickAsync();

        var id = Assert.Single(room.Store.Jobs.RunIds);
        page.WaitForAssertion(() => Assert.Contains("Waiting for its turn", Row(page, 0), StringComparison.Ordinal), Patience);
        Assert.Contains("train, validation", Row(page, 0), StringComparison.Ordinal);
        await room.ChangeAsync(id, e => (e.State, e.Done, e.Total) = (EvaluationState.Running, 3, 9));
        page.WaitForAssertion(() => Assert.Contains("3 of 9 images scored", Row(page, 0), StringComparison.Ordinal), Patience);
        await room.ChangeAsync(id, e => e.State = EvaluationState.Queued);
        page.WaitForAssertion(() => Assert.Contains("Waiting", Row(page, 0), StringComparison.Ordinal), Patience);
        await page.Find("[data-testid=cancel-evaluation]").ClickAsync();
        page.WaitForAssertion(() => Assert.Contains("Cancelled before it started", Row(page, 0), StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task Another_data_set_can_be_chosen()
    {
        var other = await room.Store.AddDatasetAsync("Ankles");
        await room.Store.ChangeAsync(db =>
        {
            db.DatasetVersions.Add(new DatasetVersion { DatasetId = other, Number = 1, Name = "Folders", Fingerprint = "g" });
            return Task.CompletedTask;
        });
        var page = room.ShowList();
        page.WaitForElement("[data-testid=target]", Patience);
        Assert.Contains("trained on it", page.FindAll("[data-testid=target] option")[0].TextContent, StringComparison.Ordinal);

        await page.Find("[data-testid=target]").ChangeAsync($"{other}-1");
        await page.Find("[data-testid=evaluate]").ClickAsync();

        await using var db = await room.Store.Databases.CreateDbContextAsync();
        Assert.Equal((other, 1, "val,test"), await db.Evaluations.OrderByDescending(e => e.Id).Select(e => ValueTuple.Create(e.DatasetId, e.DatasetVersion, e.Splits)).FirstAsync());
    }

    [Fact]
    public async Task Reading_the_list_is_no_look_at_test_results()
    {
        var page = room.ShowList();

        page.WaitForAssertion(() => Assert.Contains("14 images, 1 left out", Row(page, 0), StringComparison.Ordinal), Patience);
        Assert.Equal("0", page.Find("[data-testid=test-looks]").GetAttribute("data-count"));
        Assert.Equal(0, (await room.Looks.OfAsync(room.RunId, CancellationToken.None)).Count);
        Assert.Contains("0.5 or above", page.Find("[data-testid=kept-threshold]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_speaks_against_an_evaluation_is_said()
    {
        await room.Store.ChangeAsync(db => db.Runs.ExecuteUpdateAsync(s => s.SetProperty(r => r.WeightsHash, (string?)null)));

        var page = room.ShowList();

        page.WaitForAssertion(() => Assert.Contains("kept no weights", page.Find("[data-testid=cannot-evaluate]").TextContent, StringComparison.Ordinal), Patience);
        Assert.Empty(page.FindAll("[data-testid=evaluate]"));
    }

    private static string Row(IRenderedComponent<FractureDashboard.Evaluations.Listing.EvaluationsOfRun> page, int index) => page.FindAll("[data-testid=evaluation-row]")[index].TextContent;
}
