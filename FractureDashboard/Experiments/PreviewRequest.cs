using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using FractureDashboard.ML.Preprocessing;
using FractureDashboard.ML.Training;

namespace FractureDashboard.Experiments;

/// <summary>What decides a preview, in a form that fits into an address: equal requests have equal addresses, which a browser may keep.</summary>
/// <param name="Preprocessing">How files become inputs.</param>
/// <param name="Augmentation">What is changed at random.</param>
/// <param name="Size">Side of the input in pixels.</param>
/// <param name="Seed">Seed of the draws.</param>
public sealed record PreviewRequest(PreprocessingOptions Preprocessing, AugmentationOptions Augmentation, int Size, int Seed)
{
    /// <summary>Where previews are served.</summary>
    public const string Path = "/experiments/preview";

    /// <summary>Images of a preview; without augmentation there is only one to show.</summary>
    public const int MostImages = 12;

    // No request that the form makes comes near it.
    private const int MostCharacters = 2000;

    /// <summary>Images that this preview shows.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Count => Augmentation.IsOff ? 1 : MostImages;

    /// <summary>The request of a form.</summary>
    /// <param name="options">The options as filled.</param>
    /// <returns>The request, or null while a number in it is not right.</returns>
    public static PreviewRequest? Of(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var request = new PreviewRequest(options.Preprocessing, options.Augmentation, options.ImageSize, options.Seed);
        return request.IsValid ? request : null;
    }

    /// <summary>Reads the query of an address.</summary>
    /// <param name="query">What <see cref="Url"/> wrote.</param>
    /// <returns>The request, or null when it is not one.</returns>
    public static PreviewRequest? Parse(string? query)
    {
        if (query is null or { Length: > MostCharacters } || !Base64Url.IsValid(query))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<PreviewRequest>(Base64Url.DecodeFromChars(query)) is { Preprocessing: not null, Augmentation: not null, IsValid: true } request ? request : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Its address.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <param name="pick">Which of its training images.</param>
    /// <returns>An address on this server.</returns>
    public string Url(int datasetId, int pick) => $"{Path}/{datasetId}/{pick}?o={Base64Url.EncodeToString(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this)))}";

    /// <summary>The options to draw with.</summary>
    /// <returns>Options whose other fields are the defaults.</returns>
    public TrainingOptions ToOptions() => new() { Preprocessing = Preprocessing, Augmentation = Augmentation, ImageSize = Size, Seed = Seed };

    private bool IsValid => ToOptions().Validate().Count == 0;
}
