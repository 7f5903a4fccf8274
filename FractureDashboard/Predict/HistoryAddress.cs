using Microsoft.AspNetCore.Components;

namespace FractureDashboard.Predict;

/// <summary>Addresses of the prediction page. What is listed and which model is chosen go along with every step.</summary>
/// <param name="navigation">Where the browser is.</param>
internal sealed class HistoryAddress(NavigationManager navigation)
{
    public const string Fractured = "fractured";

    public const string NotFractured = "not-fractured";

    /// <summary>The page without an answer.</summary>
    public string Home() => At("/predict");

    /// <summary>The page with an answer open.</summary>
    public string Answer(int id) => At($"/predict/{id}");

    /// <summary>The same page with other parameters; null removes one.</summary>
    public string With(IReadOnlyDictionary<string, object?> parameters) => navigation.GetUriWithQueryParameters(parameters);

    // The image is asked about once, on arrival: a link to its answer must not ask again.
    private string At(string path)
    {
        var here = new Uri(navigation.GetUriWithQueryParameter("image", (int?)null));
        return path + here.Query;
    }
}
