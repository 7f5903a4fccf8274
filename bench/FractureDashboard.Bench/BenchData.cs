using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Bench;

/// <summary>A data set to train on.</summary>
/// <param name="Root">Its root.</param>
/// <param name="Images">Its images, as published.</param>
internal sealed record BenchData(string Root, IReadOnlyList<ImageRecord> Images)
{
    /// <summary>Root of the reference radiographs, or null where they are absent.</summary>
    public static string? ReferenceRoot => Environment.GetEnvironmentVariable("FRACTUREDASHBOARD_REFERENCE") is { Length: > 0 } folder ? folder : null;

    /// <summary>Opens a data set.</summary>
    /// <param name="name"><c>phantom</c>, drawn where it is not there yet, or <c>reference</c>.</param>
    /// <param name="settings">Give the work folder and the number of phantoms.</param>
    /// <param name="cancellationToken">Stops the drawing and indexing.</param>
    /// <exception cref="InvalidOperationException">The name is unknown, or nobody said where the reference set is.</exception>
    public static BenchData Open(string name, BenchSettings settings, CancellationToken cancellationToken)
    {
        var root = name switch
        {
            "phantom" => Phantoms(settings, cancellationToken),
            "reference" when ReferenceRoot is { } reference => DatasetCatalog.ResolveRoot(reference),
            "reference" => throw new InvalidOperationException("FRACTUREDASHBOARD_REFERENCE must name the folder of the reference radiographs."),
            _ => throw new InvalidOperationException($"There is no data set '{name}'. Known: phantom, reference."),
        };
        return new BenchData(root, new DatasetCatalog(new ImageDecoder()).Index(root, new Dictionary<string, ImageRecord>(), null, cancellationToken).Images);
    }

    private static string Phantoms(BenchSettings settings, CancellationToken cancellationToken)
    {
        var options = new PhantomOptions { Images = settings.Number("images", new PhantomOptions().Images) };
        var root = Path.Combine(settings.Work, $"phantom-{options.Images}");
        if (!Directory.Exists(root))
        {
            PhantomGenerator.Generate(root, options, null, cancellationToken);
        }

        return root;
    }
}
