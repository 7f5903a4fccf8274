using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Experiments;

/// <summary>A group of the form's fields.</summary>
public abstract class FormFields : ComponentBase
{
    /// <summary>The form's state.</summary>
    [CascadingParameter]
    public required LaunchState State { get; set; }

    /// <summary>Called after a change.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    /// <summary>The form.</summary>
    protected LaunchForm Form => State.Form;

    /// <summary>Changes the form and has it checked.</summary>
    /// <param name="change">The change.</param>
    /// <returns>A task.</returns>
    protected Task Set(Action change)
    {
        ArgumentNullException.ThrowIfNull(change);
        change();
        return Changed.InvokeAsync();
    }
}
