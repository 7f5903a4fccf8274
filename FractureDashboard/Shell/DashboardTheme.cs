using MudBlazor;

namespace FractureDashboard.Shell;

/// <summary>The one theme: quiet and dense; the dark palette is meant for a reading room.</summary>
internal static class DashboardTheme
{
    private static readonly string[] Fonts = ["Inter", "Segoe UI", "Roboto", "DejaVu Sans", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0b6b8a",
            Secondary = "#5b5f97",
            Tertiary = "#b3541e",
            Success = "#1d7a46",
            Warning = "#9a5b00",
            Error = "#b3261e",
            Info = "#0b6b8a",
            Background = "#f5f7f9",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#16212b",
            DrawerBackground = "#ffffff",
            DrawerText = "#33424f",
            DrawerIcon = "#4a5a68",
            TextPrimary = "#16212b",
            TextSecondary = "#4c5b68",
            LinesDefault = "#dde3e8",
            TableLines = "#e3e8ec",
            Divider = "#dde3e8",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#5cc0dd",
            Secondary = "#a9adf0",
            Tertiary = "#f0a070",
            Success = "#63c98e",
            Warning = "#e8b04a",
            Error = "#ff8a80",
            Info = "#5cc0dd",
            PrimaryContrastText = "#04222c",
            Background = "#0b0f13",
            Surface = "#12181e",
            AppbarBackground = "#0e1318",
            AppbarText = "#e3e9ee",
            DrawerBackground = "#0e1318",
            DrawerText = "#b8c4ce",
            DrawerIcon = "#8fa0ae",
            TextPrimary = "#e3e9ee",
            TextSecondary = "#9fb0bd",
            ActionDefault = "#9fb0bd",
            LinesDefault = "#222c35",
            LinesInputs = "#3a4855",
            TableLines = "#1e272f",
            Divider = "#222c35",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = ".875rem", LineHeight = "1.45" },
            Button = new ButtonTypography { TextTransform = "none", FontWeight = "600" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px", DrawerWidthLeft = "220px", AppbarHeight = "52px" },
    };
}
