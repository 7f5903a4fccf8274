using Bunit;
using FractureDashboard.Experiments;
using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using FractureDashboard.Tests.Runs;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace FractureDashboard.Tests.Experiments;

/// <summary>The launch form with a browser that takes every call.</summary>
public abstract class LaunchPageStage : IAsyncLifetime
{
    protected static (string, Split, string)[] Images { get; } =
        [("train/a", Split.Train, "1"), ("train/b", Split.Train, "2"), ("val/a", Split.Validation, "1"), ("test/a", Split.Test, "3")];

    private IRenderedComponent<MudPopoverProvider>? provider;

    protected BunitContext Context { get; } = new();

    private protected RunStore Store { get; private set; } = null!;

    protected NavigationManager Navigation => Context.Services.GetRequiredService<NavigationManager>();

    public async ValueTask InitializeAsync()
    {
        Store = await RunStore.CreateAsync();
        Context.JSInterop.Mode = JSRuntimeMode.Loose;
        Context.Services.AddMudServices();
        Context.Services.AddSingleton(Store.Live).AddSingleton(Store.Queue).AddSingleton(new LaunchDatasets(Store.Databases));
        Context.Services.AddSingleton(new LaunchGate(Store.Databases, new DatasetVersions(Store.Databases, Store.Live)));
        Context.Services.AddSingleton(new LaunchEnvironment(true, ["auto", "cpu"]));
        Context.Services.AddSingleton(new WeightFiles(Store.Paths));
    }

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected IRenderedComponent<LaunchPage> Open(string query)
    {
        Navigation.NavigateTo("/experiments/new" + query);
        provider ??= Context.Render<MudPopoverProvider>();
        return Context.Render<LaunchPage>();
    }

    protected IRenderedComponent<LaunchPage> Form(string query)
    {
        var page = Open(query);
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=launch]")), TimeSpan.FromSeconds(10));
        return page;
    }

    protected static string Text(IRenderedComponent<LaunchPage> page, string testId)
    {
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll($"[data-testid={testId}]")), TimeSpan.FromSeconds(10));
        return page.Find($"[data-testid={testId}]").TextContent.Trim();
    }
}
