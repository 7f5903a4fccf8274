using Microsoft.JSInterop;

namespace FractureDashboard.Interop;

/// <summary>
/// A component's part in the browser: an ES module and the object that its entry function makes. The user may leave at
/// any moment, also while the part is being made; that is no error, and whatever was made by then is released.
/// </summary>
/// <param name="js">The browser.</param>
/// <param name="modulePath">E.g. <c>./js/chart.js</c>.</param>
public sealed class BrowserPart(IJSRuntime js, string modulePath) : IAsyncDisposable
{
    // A call to a browser that has just gone away is not refused but left unanswered.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private IJSObjectReference? module;
    private IJSObjectReference? instance;
    private IDisposable? callback;
    private bool left;

    /// <summary>True once the part is made and until it is released.</summary>
    public bool IsReady => instance is not null && !left;

    /// <summary>Loads the module and makes the part.</summary>
    /// <param name="function">The module's entry function. It returns an object with a function <c>dispose</c>.</param>
    /// <param name="arguments">Its arguments; a <see cref="DotNetObjectReference{T}"/> among them is owned by this object from now on.</param>
    /// <returns>False when the component was left meanwhile.</returns>
    public async Task<bool> StartAsync(string function, params object?[] arguments)
    {
        callback = arguments.OfType<IDisposable>().FirstOrDefault();
        try
        {
            module = await js.InvokeAsync<IJSObjectReference>("import", modulePath);
            if (!left)
            {
                instance = await module.InvokeAsync<IJSObjectReference>(function, arguments);
            }
        }
        catch (Exception e) when (IsGone(e) || (left && e is JSException))
        {
            return false;
        }

        if (left)
        {
            await ReleaseAsync();
        }

        return !left;
    }

    /// <summary>Calls a function of the part.</summary>
    /// <param name="function">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>False when the part is not there (yet, or any more) or did not answer.</returns>
    public async Task<bool> CallAsync(string function, params object?[] arguments)
    {
        if (!IsReady)
        {
            return false;
        }

        try
        {
            await instance!.InvokeVoidAsync(function, Patience, arguments);
            return true;
        }
        catch (Exception e) when (IsGone(e) || (left && e is JSException))
        {
            return false;
        }
    }

    /// <summary>Asks a function of the part.</summary>
    /// <typeparam name="T">What it answers.</typeparam>
    /// <param name="function">Its name.</param>
    /// <returns>The answer, or the default when the part is not there or did not answer.</returns>
    public async Task<T?> AskAsync<T>(string function)
    {
        if (!IsReady)
        {
            return default;
        }

        try
        {
            return await instance!.InvokeAsync<T>(function, Patience, []);
        }
        catch (Exception e) when (IsGone(e) || (left && e is JSException))
        {
            return default;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!left)
        {
            left = true;
            await ReleaseAsync();
            callback?.Dispose();
        }
    }

    private async Task ReleaseAsync()
    {
        try
        {
            if (instance is not null)
            {
                await instance.InvokeVoidAsync("dispose", Patience);
                await instance.DisposeAsync();
                instance = null;
            }

            if (module is not null)
            {
                await module.DisposeAsync();
                module = null;
            }
        }
        catch (Exception e) when (IsGone(e))
        {
            // The browser took the part with it.
        }
    }

    private static bool IsGone(Exception e) => e is JSDisconnectedException or OperationCanceledException or ObjectDisposedException;
}
