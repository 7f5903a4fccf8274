using Bunit;
using FractureDashboard.Gallery;
using FractureDashboard.ML.Datasets;
using FractureDashboard.Shell;
using FractureDashboard.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace FractureDashboard.Tests.Gallery;

public sealed class ViewerPageTests : IAsyncLifetime
{
    private readonly BunitContext bunit = new();
    private GalleryDatabase database = null!;
    private Dataset set = null!;
    private int[] ids = [];

    private NavigationManager Navigation => bunit.Services.GetRequiredService<NavigationManager>();

    public async ValueTask InitializeAsync()
    {
        database = await GalleryDatabase.CreateAsync();
        bunit.JSInterop.Mode = JSRuntimeMode.Loose;
        bunit.Services.AddMudServices();
        bunit.Services.AddSingleton(TimeProvider.System);
        bunit.Services.AddScoped<LocalClock>();
        bunit.Services.AddSingleton(database.Factory);
        bunit.Services.AddSingleton<GalleryService>();

        DatasetImage[] images =
        [
            GalleryDatabase.Image("train/normal/1.png", content: "same"),
            GalleryDatabase.Image("train/normal/2.png"),
            GalleryDatabase.Image("test/normal/3.png", Split.Test, content: "same"),
            GalleryDatabase.Image("test/fractured/4.png", Split.Test, Label.Fractured),
        ];
        set = await database.AddDatasetAsync(images);
        ids = [.. images.Select(i => i.Id)];
    }

    public async ValueTask DisposeAsync()
    {
        await bunit.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public void It_shows_the_image_by_content_with_the_facts_of_its_file()
    {
        var page = Show(1, "");

        var hash = GalleryDatabase.Hash("train/normal/2.png");
        page.WaitForAssertion(() => Assert.Equal($"/images/{ids[1]}/full?h={hash[..16]}", page.Find("[data-testid=full-image]").GetAttribute("src")));
        Assert.Contains("2 of 4", page.Markup, StringComparison.Ordinal);
        Assert.Equal(hash, page.Find("[data-testid=hash]").TextContent);
        Assert.NotEmpty(page.FindAll("[data-testid=no-twins]"));
        Assert.Equal($"/predict?image={ids[1]}", page.Find("[data-testid=predict]").GetAttribute("href"));
    }

    [Fact]
    public void A_held_out_image_with_a_twin_in_train_is_pointed_out_from_both_sides()
    {
        var test = Show(2, "");
        test.WaitForAssertion(() => Assert.Contains("may be memory", test.Find("[data-testid=leaked]").TextContent, StringComparison.Ordinal));
        Assert.Equal($"/datasets/{set.Id}/images/{ids[0]}", test.Find("[data-testid=twins] a").GetAttribute("href"));

        var train = Show(0, "");
        train.WaitForAssertion(() => Assert.NotEmpty(train.FindAll("[data-testid=leaks]")));
        Assert.Empty(train.FindAll("[data-testid=leaked]"));
    }

    [Fact]
    public async Task Next_and_previous_stay_within_the_filter_and_stop_at_its_ends()
    {
        var page = Show(2, "?split=test");
        page.WaitForAssertion(() => Assert.Contains("1 of 2 in the filter", page.Markup, StringComparison.Ordinal));
        Assert.True(page.Find("[data-testid=previous]").HasAttribute("disabled"));

        await page.Find("[data-testid=next]").ClickAsync(new());

        Assert.EndsWith($"/datasets/{set.Id}/images/{ids[3]}?split=test", Navigation.Uri, StringComparison.Ordinal);
        page.Render(p => p.Add(x => x.ImageId, ids[3]));
        page.WaitForAssertion(() => Assert.Contains("2 of 2 in the filter", page.Markup, StringComparison.Ordinal));
        Assert.True(page.Find("[data-testid=next]").HasAttribute("disabled"));
        Assert.False(page.Find("[data-testid=previous]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Back_leads_to_the_image_in_the_filtered_grid()
    {
        var page = Show(2, "?split=test&sort=-bytes");

        await page.WaitForElement("[data-testid=back]").ClickAsync(new());

        Assert.EndsWith($"/datasets/{set.Id}?view=images&split=test&sort=-bytes&at={ids[2]}", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Back_leads_to_the_sample_that_it_was_opened_from()
    {
        var page = Show(2, "?label=not-fractured&n=3&seed=9");

        await page.WaitForElement("[data-testid=back]").ClickAsync(new());

        Assert.EndsWith($"/datasets/{set.Id}?n=3&seed=9", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_image_is_said_to_be_unknown()
    {
        var page = bunit.Render<ViewerPage>(p => p.Add(x => x.DatasetId, set.Id).Add(x => x.ImageId, 4711));

        page.WaitForAssertion(() => Assert.Contains("There is no such image", page.Markup, StringComparison.Ordinal));
    }

    private IRenderedComponent<ViewerPage> Show(int index, string query)
    {
        Navigation.NavigateTo($"/datasets/{set.Id}/images/{ids[index]}{query}");
        return bunit.Render<ViewerPage>(p => p.Add(x => x.DatasetId, set.Id).Add(x => x.ImageId, ids[index]));
    }
}
