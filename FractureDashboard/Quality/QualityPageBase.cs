using FractureDashboard.Live;
using FractureDashboard.Shell;
using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Quality;

/// <summary>A page about the quality of one data set. It follows that data set's scans and actions for as long as it is open.</summary>
public abstract class QualityPageBase : LiveComponent
{
    private static readonly TimeSpan Throttle = TimeSpan.FromMilliseconds(500);
    private int followed;

    /// <summary>The data set.</summary>
    [Parameter]
    public int Id { get; set; }

    /// <summary>Reads what stands above the page.</summary>
    [Inject]
    public required QualityHeaders Headers { get; init; }

    /// <summary>Turns times into the browser's.</summary>
    [Inject]
    public required LocalClock Clock { get; init; }

    /// <summary>The address.</summary>
    [Inject]
    public required NavigationManager Navigation { get; init; }

    /// <summary>The data set and its scans; null until read, and when there is no such data set.</summary>
    protected QualityHeader? Header { get; private set; }

    /// <summary>False until the header was read.</summary>
    protected bool IsLoaded { get; private set; }

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => Clock.EnsureAsync();

    /// <inheritdoc />
    protected override Task OnParametersSetAsync()
    {
        if (followed != Id)
        {
            followed = Id;
            (Header, IsLoaded) = (null, false);
            Follow(Topics.Quality(Id), Throttle, ReloadAsync);
            Follow(Topics.Datasets, Throttle, ReloadAsync);
        }

        ReadAddress();
        return ReloadAsync();
    }

    /// <summary>Reads everything anew.</summary>
    /// <returns>A task.</returns>
    protected async Task ReloadAsync()
    {
        var id = Id;
        var read = await Headers.ReadAsync(id, Leaving);
        if (id != Id)
        {
            return;
        }

        Header = read;
        if (read is not null)
        {
            await LoadAsync(read);
        }

        IsLoaded = true;
    }

    /// <summary>Turns the parts of the address into what the page shows.</summary>
    protected virtual void ReadAddress()
    {
    }

    /// <summary>Reads what the page shows.</summary>
    /// <param name="header">The data set and its scans.</param>
    /// <returns>A task.</returns>
    protected abstract Task LoadAsync(QualityHeader header);
}
