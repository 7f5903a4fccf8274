using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace FractureDashboard.Shell;

/// <summary>The frame around every page.</summary>
public sealed partial class MainLayout
{
    private ErrorBoundary? boundary;
    private bool drawerOpen = true;
    private bool isDark = true;

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Inject]
    public required LocalClock Clock { get; init; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        isDark = await Js.InvokeAsync<bool>("fractureDashboard.isDark");
        await Clock.EnsureAsync();
    }

    /// <inheritdoc />
    protected override void OnParametersSet() => boundary?.Recover();

    private void ToggleDrawer() => drawerOpen = !drawerOpen;

    private async Task ToggleThemeAsync()
    {
        isDark = !isDark;
        await Js.InvokeVoidAsync("fractureDashboard.setDark", isDark);
    }
}
