using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Tests.ML;

/// <summary>A small synthetic data set, drawn once for a class of tests.</summary>
public sealed class PhantomSet : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public PhantomSet()
    {
        Root = folder.Sub("phantom");
        PhantomGenerator.Generate(Root, new PhantomOptions(Images: 60, Size: 64), null, CancellationToken.None);
        var catalog = new DatasetCatalog(new ImageDecoder()).Index(Root, new Dictionary<string, ImageRecord>(), null, CancellationToken.None);
        (Images, Fingerprint) = (catalog.Images, catalog.Fingerprint);
    }

    public string Root { get; }

    public IReadOnlyList<ImageRecord> Images { get; }

    public string Fingerprint { get; }

    public void Dispose() => folder.Dispose();
}
