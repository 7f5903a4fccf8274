namespace FractureDashboard.Quality;

/// <summary>The pages of this room.</summary>
public enum QualityView
{
    Report,
    Findings,
    Aside,
    Sources,
    Split,
    History,
}

/// <summary>The addresses of this room's pages, and of those of others that they lead to.</summary>
internal static class QualityAddresses
{
    private const int HashDigits = 16;

    public static string Of(int datasetId, QualityView view) => $"/datasets/{datasetId}/quality" + view switch
    {
        QualityView.Findings => "/findings",
        QualityView.Aside => "/quarantine",
        QualityView.Sources => "/sources",
        QualityView.Split => "/split",
        QualityView.History => "/history",
        _ => "",
    };

    public static string Image(int datasetId, int imageId) => $"/datasets/{datasetId}/images/{imageId}";

    public static string Thumbnail(int imageId, string contentHash) => $"/images/{imageId}/thumb?h={contentHash[..Math.Min(HashDigits, contentHash.Length)]}";

    public static string Train(int datasetId, int? version = null) => $"/experiments/new?dataset={datasetId}{(version is { } v ? $"&version={v}" : "")}";
}
