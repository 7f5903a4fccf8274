using FractureDashboard.Charts;
using FractureDashboard.Live;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Runs.Detail;

/// <summary>Charts of a run. They are drawn once from the first read; everything after is appended.</summary>
public sealed partial class RunCurves
{
    private Chart?[] drawings = [];
    private object[] options = [];
    private int drawn;

    /// <summary>What is drawn. Later values are ignored.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<RunChart> Charts { get; set; }

    /// <summary>The first read. Later values are ignored; use <see cref="AppendAsync"/>.</summary>
    [Parameter, EditorRequired]
    public required RunDelta Initial { get; set; }

    /// <summary>Called once all charts are drawn.</summary>
    [Parameter]
    public EventCallback OnReady { get; set; }

    /// <summary>Appends what is new.</summary>
    /// <param name="delta">The news.</param>
    /// <returns>False when the browser did not take all of it; send it again.</returns>
    public async Task<bool> AppendAsync(RunDelta delta)
    {
        ArgumentNullException.ThrowIfNull(delta);
        for (var i = 0; i < drawings.Length; i++)
        {
            if (drawings[i] is null || !await drawings[i]!.AppendAsync(Charts[i].Points(delta)))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        drawings = new Chart?[Charts.Count];
        options = [.. Charts.Select(c => c.Options(Initial))];
    }

    private async Task DrawnAsync()
    {
        if (++drawn == drawings.Length)
        {
            await OnReady.InvokeAsync();
        }
    }
}
