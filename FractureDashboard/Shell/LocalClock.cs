using Microsoft.JSInterop;

namespace FractureDashboard.Shell;

/// <summary>Turns UTC times into the browser's local time. One per circuit.</summary>
/// <param name="js">The browser.</param>
/// <param name="clock">The server's clock.</param>
public sealed class LocalClock(IJSRuntime js, TimeProvider clock)
{
    private TimeSpan offset;
    private bool known;

    /// <summary>How far the browser's clock is ahead of UTC; zero until it has been asked.</summary>
    public TimeSpan Offset => offset;

    /// <summary>Asks the browser for its offset, once.</summary>
    /// <returns>A task.</returns>
    public async Task EnsureAsync()
    {
        if (!known)
        {
            offset = TimeSpan.FromMinutes(await js.InvokeAsync<double>("fractureDashboard.utcOffsetMinutes"));
            known = true;
        }
    }

    /// <summary>Date and time to the minute, in the browser's time zone.</summary>
    /// <param name="utc">A UTC time.</param>
    /// <returns>E.g. <c>2026-03-01 14:05</c>, or a dash.</returns>
    public string Format(DateTime? utc) => utc is { } t ? (t + offset).ToString("yyyy-MM-dd HH:mm") : "–";

    /// <summary>Time of day to the second, in the browser's time zone.</summary>
    /// <param name="utc">A UTC time.</param>
    /// <returns>E.g. <c>14:05:09</c>.</returns>
    public string FormatTime(DateTime utc) => (utc + offset).ToString("HH:mm:ss");

    /// <summary>How long ago, in words.</summary>
    /// <param name="utc">A UTC time.</param>
    /// <returns>E.g. <c>5 min ago</c>.</returns>
    public string Ago(DateTime utc)
    {
        var span = clock.GetUtcNow().UtcDateTime - utc;
        return span switch
        {
            { TotalSeconds: < 45 } => "just now",
            { TotalMinutes: < 60 } => $"{Math.Max(1, span.TotalMinutes):0} min ago",
            { TotalHours: < 24 } => $"{span.TotalHours:0} h ago",
            { TotalDays: < 14 } => $"{span.TotalDays:0} d ago",
            _ => Format(utc),
        };
    }
}
