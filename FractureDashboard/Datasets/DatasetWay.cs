namespace FractureDashboard.Datasets;

/// <summary>The ways to add a data set; each is a tab of the form.</summary>
public enum DatasetWay
{
    /// <summary>A folder on the server.</summary>
    Folder,

    /// <summary>A ZIP archive on the server.</summary>
    Zip,

    /// <summary>A ZIP archive from the user's machine.</summary>
    Upload,

    /// <summary>Drawn by the program.</summary>
    Synthetic,
}

/// <summary>The ways as they stand in an address.</summary>
internal static class DatasetWays
{
    public static DatasetWay? Parse(string? text) =>
        Enum.TryParse<DatasetWay>(text, ignoreCase: true, out var way) && Enum.IsDefined(way) && !char.IsAsciiDigit(text![0]) ? way : null;

    public static string Text(DatasetWay way) => way.ToString().ToLowerInvariant();
}
