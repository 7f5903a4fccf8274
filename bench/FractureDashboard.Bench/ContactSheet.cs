using NetVips;

namespace FractureDashboard.Bench;

/// <summary>Random groups of images side by side, a group a row, to be judged by eye.</summary>
internal static class ContactSheet
{
    private const int Rows = 40;
    private const int Columns = 8;
    private const int Tile = 112;

    /// <summary>Writes a PNG.</summary>
    /// <param name="path">Where.</param>
    /// <param name="root">What the images' paths start from.</param>
    /// <param name="groups">Paths of the images of each group; those of one are left out.</param>
    /// <param name="seed">Draws the groups, and the images of those too large for a row.</param>
    public static void Write(string path, string root, IReadOnlyList<string[]> groups, int seed)
    {
        var random = new Random(seed);
        string[][] chosen = [.. groups.Where(g => g.Length > 1).OrderBy(g => g.Min(StringComparer.Ordinal), StringComparer.Ordinal)];
        random.Shuffle(chosen);
        var tiles = new List<Image>();
        foreach (var group in chosen.Take(Rows))
        {
            random.Shuffle(group);
            for (var column = 0; column < Columns; column++)
            {
                tiles.Add(column < group.Length ? Read(Path.Combine(root, group[column])) : Image.Black(Tile, Tile));
            }
        }

        using var sheet = Image.Arrayjoin([.. tiles], across: Columns, shim: 2);
        sheet.Pngsave(path);
        tiles.ForEach(t => t.Dispose());
    }

    private static Image Read(string path)
    {
        using var thumbnail = Image.Thumbnail(path, Tile, height: Tile);
        using var grey = thumbnail.Colourspace(Enums.Interpretation.Bw);
        using var plain = grey.Bands > 1 ? grey.ExtractBand(0) : grey.Copy();
        return plain.Gravity(Enums.CompassDirection.Centre, Tile, Tile);
    }
}
