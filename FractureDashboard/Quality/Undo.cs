using MudBlazor;

namespace FractureDashboard.Quality;

/// <summary>Says what an action did, and offers to take back exactly that.</summary>
/// <param name="snackbar">Says it.</param>
public sealed class Undo(ISnackbar snackbar)
{
    private const int SecondsShown = 20;
    private const int ShownProblems = 3;

    /// <summary>Says that something was done.</summary>
    /// <param name="text">What was done.</param>
    /// <param name="undo">Takes it back and says what that did; runs also after the page was left.</param>
    public void Offer(string text, Func<Task<string>> undo) => snackbar.Add(text, Severity.Success, options =>
    {
        options.Action = "Undo";
        options.ActionColor = Color.Inherit;
        options.VisibleStateDuration = SecondsShown * 1000;
        options.OnClick = async _ => snackbar.Add(await undo(), Severity.Info);
    });

    /// <summary>Says what could not be done; a long list is cut.</summary>
    /// <param name="problems">Sentences.</param>
    public void Problems(IReadOnlyList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        foreach (var problem in problems.Take(ShownProblems))
        {
            snackbar.Add(problem, Severity.Warning);
        }

        if (problems.Count > ShownProblems)
        {
            snackbar.Add($"And {problems.Count - ShownProblems} more were left as they are.", Severity.Warning);
        }
    }
}
