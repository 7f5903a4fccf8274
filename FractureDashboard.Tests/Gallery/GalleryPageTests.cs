using Bunit;
using FractureDashboard.Gallery;
using FractureDashboard.Live;
using FractureDashboard.ML.Datasets;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace FractureDashboard.Tests.Gallery;

public sealed class GalleryPageTests : IAsyncLifetime
{
    private readonly BunitContext bunit = new();
    private readonly LiveEvents live = new();
    private GalleryDatabase database = null!;

    public async ValueTask InitializeAsync()
    {
        database = await GalleryDatabase.CreateAsync();
        bunit.JSInterop.Mode = JSRuntimeMode.Loose;
        bunit.Services.AddMudServices();
        bunit.Services.AddSingleton(TimeProvider.System);
        bunit.Services.AddScoped<LocalClock>();
        bunit.Services.AddSingleton(live);
        bunit.Services.AddSingleton(database.Factory);
        bunit.Services.AddSingleton<GalleryService>();
        bunit.Services.AddSingleton<GalleryStatistics>();
        bunit.Render<MudPopoverProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        await bunit.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task The_overview_counts_and_says_how_many_held_out_images_training_has_seen()
    {
        var set = await database.AddDatasetAsync(Images());

        var page = Show($"/datasets/{set.Id}", set.Id);

        page.WaitForAssertion(() => Assert.Equal("1 of 2", page.Find("[data-testid=held-out-in-train]").TextContent));
        Assert.Equal("1", page.Find("[data-testid=copies]").TextContent);
        Assert.Contains("50.0 %", page.Find("[data-testid=leak-warning]").TextContent, StringComparison.Ordinal);
        Assert.Contains("imbalanced, 3.00 : 1", page.Find("[data-testid=counts-table]").TextContent, StringComparison.Ordinal);
        Assert.Contains("one class only", page.Find("[data-testid=counts-table]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[data-testid=synthetic-chip]"));
        Assert.Equal($"/experiments/new?dataset={set.Id}", page.Find("[data-testid=train]").GetAttribute("href"));
    }

    [Fact]
    public async Task A_synthetic_set_says_so()
    {
        var set = await database.AddDatasetAsync(Images(), change: d => d.Kind = DatasetKind.Synthetic);

        var page = Show($"/datasets/{set.Id}", set.Id);

        page.WaitForAssertion(() => Assert.Contains("synthetic", page.Find("[data-testid=synthetic-chip]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_set_in_the_making_shows_its_progress_and_then_its_images()
    {
        var set = await database.AddDatasetAsync([], change: d => (d.State, d.StateReason, d.IndexedUtc) = (DatasetState.Working, "Indexing 10 of 6", null));
        var page = Show($"/datasets/{set.Id}", set.Id);
        page.WaitForAssertion(() => Assert.Contains("Indexing 10 of 6.", page.Find("[data-testid=dataset-state]").TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("[data-testid=view-images]"));

        await ChangeAsync(set.Id, s => s.SetProperty(d => d.StateReason, "Indexing 600 of 600"));
        page.WaitForAssertion(() => Assert.Contains("Indexing 600 of 600.", page.Find("[data-testid=dataset-state]").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));

        await using (var db = await database.Factory.CreateDbContextAsync())
        {
            foreach (var image in Images())
            {
                image.DatasetId = set.Id;
                db.Images.Add(image);
            }

            await db.SaveChangesAsync();
        }

        await ChangeAsync(set.Id, s => s.SetProperty(d => d.State, DatasetState.Ready).SetProperty(d => d.ImageCount, 6).SetProperty(d => d.IndexedUtc, DateTime.UtcNow));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=counts-table]")), TimeSpan.FromSeconds(10));
        Assert.Empty(page.FindAll("[data-testid=dataset-state]"));
    }

    [Fact]
    public async Task A_set_that_failed_says_why_and_cannot_be_trained_on()
    {
        var set = await database.AddDatasetAsync([], change: d => (d.State, d.StateReason, d.IndexedUtc) = (DatasetState.Failed, "The folder is empty.", null));

        var page = Show($"/datasets/{set.Id}", set.Id);

        page.WaitForAssertion(() => Assert.Contains("The folder is empty.", page.Markup, StringComparison.Ordinal));
        Assert.True(page.Find("[data-testid=train]").HasAttribute("disabled"));
    }

    [Fact]
    public void An_unknown_set_is_said_to_be_unknown()
    {
        var page = Show("/datasets/77", 77);

        page.WaitForAssertion(() => Assert.Contains("There is no such data set", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_grid_shows_the_filter_of_the_address_and_a_change_goes_into_the_address()
    {
        var set = await database.AddDatasetAsync(Images());

        var page = Show($"/datasets/{set.Id}?view=images&split=train&label=fractured", set.Id);

        page.WaitForAssertion(() => Assert.Equal("1 image", page.Find("[data-testid=image-count]").TextContent));
        page.WaitForAssertion(() => Assert.Equal($"/datasets/{set.Id}/images/{page.Find("[data-testid=tile]").GetAttribute("data-id")}?split=train&label=fractured", page.Find("[data-testid=tile]").GetAttribute("href")));

        await page.Find("[data-testid=filter-clear]").ClickAsync(new());
        Assert.EndsWith($"/datasets/{set.Id}?view=images", bunit.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_that_matches_nothing_offers_the_way_back()
    {
        var set = await database.AddDatasetAsync(Images());

        var page = Show($"/datasets/{set.Id}?view=images&q=nowhere", set.Id);

        page.WaitForAssertion(() => Assert.Contains("No image matches the filter", page.Markup, StringComparison.Ordinal));
        Assert.Equal("0 images", page.Find("[data-testid=image-count]").TextContent);
    }

    [Fact]
    public async Task Drawing_anew_puts_another_seed_into_the_address()
    {
        var set = await database.AddDatasetAsync(Images());
        var page = Show($"/datasets/{set.Id}?n=1&seed=5", set.Id);
        page.WaitForAssertion(() => Assert.Equal("5", page.Find("[data-testid=sample-seed]").TextContent));
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("[data-testid=sample] [data-testid=tile]").Count));

        await page.Find("[data-testid=reseed]").ClickAsync(new());

        Assert.Matches(@"n=1&seed=(?!5$)\d+$", bunit.Services.GetRequiredService<NavigationManager>().Uri);
    }

    private static IEnumerable<DatasetImage> Images() =>
    [
        GalleryDatabase.Image("train/normal/1.png", content: "same"),
        GalleryDatabase.Image("train/normal/2.png"),
        GalleryDatabase.Image("train/normal/3.png"),
        GalleryDatabase.Image("train/fractured/4.png", label: Label.Fractured),
        GalleryDatabase.Image("val/normal/5.png", Split.Validation, content: "same"),
        GalleryDatabase.Image("test/fractured/6.png", Split.Test, Label.Fractured),
    ];

    private IRenderedComponent<DatasetPage> Show(string address, int id)
    {
        bunit.Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return bunit.Render<DatasetPage>(p => p.Add(x => x.Id, id));
    }

    private async Task ChangeAsync(int id, Action<Microsoft.EntityFrameworkCore.Query.UpdateSettersBuilder<Dataset>> change)
    {
        await using var db = await database.Factory.CreateDbContextAsync();
        await db.Datasets.Where(d => d.Id == id).ExecuteUpdateAsync(change);
        live.Signal(Topics.Datasets);
    }
}
