using FractureDashboard.Jobs;
using FractureDashboard.ML.Datasets;
using Microsoft.AspNetCore.Http.Extensions;

namespace FractureDashboard.Quality.Splitting;

/// <summary>How to split, as it stands in the address. Shares are in per cent and need not add up to 100.</summary>
/// <param name="Train">Share of train.</param>
/// <param name="Validation">Share of validation.</param>
/// <param name="Test">Share of test.</param>
/// <param name="Seed">Decides which source goes where.</param>
/// <param name="OneOfEach">A single image of each source in validation and test.</param>
/// <param name="NoCopies">A single file of each content.</param>
public sealed record SplitForm(int Train = 70, int Validation = 15, int Test = 15, int Seed = 42, bool OneOfEach = true, bool NoCopies = true)
{
    /// <summary>The largest share, in per cent.</summary>
    public const int Largest = 98;

    /// <summary>Reads the parts of an address; what is absent stays at its default.</summary>
    public static SplitForm Parse(int? train, int? validation, int? test, int? seed, bool? oneOfEach, bool? noCopies)
    {
        var usual = new SplitForm();
        return new(Share(train, usual.Train), Share(validation, usual.Validation), Share(test, usual.Test), seed ?? usual.Seed, oneOfEach ?? usual.OneOfEach, noCopies ?? usual.NoCopies);
    }

    /// <summary>The page that shows this.</summary>
    /// <param name="datasetId">The data set.</param>
    /// <returns>An address below the server's root.</returns>
    public string ToUrl(int datasetId)
    {
        var query = new QueryBuilder
        {
            { "train", $"{Train}" }, { "validation", $"{Validation}" }, { "test", $"{Test}" }, { "seed", $"{Seed}" },
            { "one", OneOfEach ? "true" : "false" }, { "distinct", NoCopies ? "true" : "false" },
        };
        return QualityAddresses.Of(datasetId, QualityView.Split) + query;
    }

    /// <summary>The same for the one who splits.</summary>
    /// <returns>A request.</returns>
    public HonestSplitRequest ToRequest() => new(new SplitShares(Train / 100.0, Validation / 100.0, Test / 100.0), Seed, OneOfEach, NoCopies);

    private static int Share(int? given, int usual) => Math.Clamp(given ?? usual, 1, Largest);
}
