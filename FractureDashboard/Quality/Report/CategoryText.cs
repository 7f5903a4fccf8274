using FractureDashboard.ML.Quality;

namespace FractureDashboard.Quality.Report;

/// <summary>How the categories of checks are written.</summary>
internal static class CategoryText
{
    public static string Of(QualityCategory category) => category switch
    {
        QualityCategory.Integrity => "Is each file a whole image?",
        QualityCategory.Format => "How are the images stored?",
        QualityCategory.Picture => "What do the pictures look like?",
        QualityCategory.Copies => "Is the same picture there several times?",
        _ => "What stands out from the others?",
    };
}
