using Bunit;
using FractureDashboard.Experiments;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Tests.Experiments;

public sealed class LaunchOptionsTests : LaunchPageStage
{
    [Fact]
    public async Task A_wrong_field_in_a_folded_section_is_counted_and_shown_on_submit()
    {
        await Store.AddDatasetAsync(images: Images);
        var page = Form("");
        Assert.Empty(page.FindAll("input[data-testid=field-weightdecay]"));
        await page.Find("[data-testid=section-optimizer]").ClickAsync();
        await page.Find("input[data-testid=field-weightdecay]").InputAsync("2");
        page.WaitForAssertion(() => Assert.Contains("Weight decay must be between 0 and 1.", page.Markup));

        await page.Find("[data-testid=section-optimizer]").ClickAsync();
        Assert.Contains("1 field to correct", page.Find("[data-testid=section-optimizer]").TextContent);
        await page.Find("[data-testid=launch]").ClickAsync();

        page.WaitForAssertion(() => Assert.Contains("Weight decay must be between 0 and 1.", page.Markup));
        Assert.Equal("true", page.Find("[data-testid=section-optimizer]").GetAttribute("aria-expanded"));
        Assert.Empty(Store.Jobs.RunIds);
    }

    [Fact]
    public async Task The_recommended_preset_is_named_and_said_in_the_folded_lines()
    {
        await Store.AddDatasetAsync(images: Images);
        var page = Form("");

        await page.Find("[data-testid=preset-recommended]").ClickAsync();

        Assert.Equal("true", page.Find("[data-testid=preset-recommended]").GetAttribute("aria-pressed"));
        Assert.Contains("AdamW, weight decay 0.05", page.Find("[data-testid=section-optimizer]").TextContent);
        Assert.Contains("one-cycle", page.Find("[data-testid=section-schedule]").TextContent);
        Assert.Contains("highest validation AUC", page.Find("[data-testid=section-selection]").TextContent);
        Assert.Equal("0.1", page.Find("input[data-testid=field-translation]").GetAttribute("value"));
    }

    [Fact]
    public async Task The_schedule_is_drawn_by_the_code_that_trains()
    {
        await Store.AddDatasetAsync(images: Images);
        var page = Form("");
        await page.Find("[data-testid=preset-recommended]").ClickAsync();

        await page.Find("[data-testid=section-schedule]").ClickAsync();

        Assert.Contains("at most 0.0029", page.Find("[data-testid=rate-curve]").TextContent);
        await page.Find("input[data-testid=field-epochs]").InputAsync("0");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=rate-curve]")));
    }

    [Fact]
    public async Task A_search_for_a_learning_rate_is_queued_and_what_it_found_fills_the_form()
    {
        await Store.AddDatasetAsync(images: Images);
        var page = Form("");
        await page.Find("[data-testid=find-rate]").ClickAsync();
        page.WaitForAssertion(() => Assert.Equal("http://localhost/runs/1", Navigation.Uri));
        Assert.Equal(new TrainingOptions { Purpose = TrainingPurpose.FindLearningRate }, RunQueue.ReadOptions((await Store.FindRunAsync(1)).OptionsJson));

        var filled = Form("?from=1&lr=0.0042");

        Assert.Equal("0.0042", filled.Find("input[data-testid=field-learningrate]").GetAttribute("value"));
        Assert.Equal("Baseline · Wrists", filled.Find("input[data-testid=field-name]").GetAttribute("value"));
        Assert.Contains("that it found", Text(filled, "launch-notice"));
    }

    [Fact]
    public async Task The_preview_asks_by_address_for_what_the_options_say()
    {
        var dataset = await Store.AddDatasetAsync(images: Images);
        var page = Form("");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=preview-next]")), TimeSpan.FromSeconds(10));
        var first = page.Find("[data-testid=preview-next]").GetAttribute("src")!;
        Assert.StartsWith($"{PreviewRequest.Path}/{dataset}/0?o=", first);
        await page.Find("[data-testid=preview-next]").TriggerEventAsync("onload", new Microsoft.AspNetCore.Components.Web.ProgressEventArgs());
        Assert.Single(page.FindAll("[data-testid=preview-tile]"));

        await page.Find("[data-testid=preset-augmented]").ClickAsync();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=preview-next]")), TimeSpan.FromSeconds(10));
        var augmented = PreviewRequest.Parse(page.Find("[data-testid=preview-next]").GetAttribute("src")!.Split("?o=")[1])!;
        Assert.Equal(AugmentationOptions.Notebook, augmented.Augmentation);
        await page.Find("[data-testid=preview-next]").TriggerEventAsync("onload", new Microsoft.AspNetCore.Components.Web.ProgressEventArgs());
        Assert.Equal(PreviewRequest.MostImages, page.FindAll("[data-testid=preview-tile]").Count);
    }
}
