using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace FractureDashboard.Shell;

/// <summary>The frame around every page.</summary>
public sealed partial class MainLayout : IDisposable
{
    private readonly DotNetObjectReference<MainLayout> self;
    private ErrorBoundary? boundary;
    private bool drawerOpen = true;
    private bool isDark = true;

    /// <summary>A layout that the page's script may call.</summary>
    public MainLayout() => self = DotNetObjectReference.Create(this);

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Inject]
    public required LocalClock Clock { get; init; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        isDark = await Js.InvokeAsync<bool>("fractureDashboard.watchTheme", self);
        await Clock.EnsureAsync();
    }

    /// <inheritdoc />
    protected override void OnParametersSet() => boundary?.Recover();

    /// <summary>Called by the page's script when the system changed its theme and nobody chose one here.</summary>
    [JSInvokable]
    public void ShowTheme(bool dark)
    {
        isDark = dark;
        StateHasChanged();
    }

    /// <inheritdoc />
    public void Dispose() => self.Dispose();

    private void ToggleDrawer() => drawerOpen = !drawerOpen;

    private async Task ToggleThemeAsync()
    {
        isDark = !isDark;
        await Js.InvokeVoidAsync("fractureDashboard.setDark", isDark);
    }
}
