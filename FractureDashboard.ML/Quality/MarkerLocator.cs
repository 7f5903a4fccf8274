using FractureDashboard.ML.Imaging;

namespace FractureDashboard.ML.Quality;

/// <summary>
/// Finds burnt-in markers: side letters with their digits, tags, lead plates' letters. They are bright, small, hard-edged, and lie
/// on an even ground, where bones lie in soft tissue that is brighter on one side than on the other. No network, no
/// training: a top-hat, components, and what each component's surroundings look like.
/// </summary>
public static class MarkerLocator
{
    // All in parts of the image's longer side.
    private const double Widest = 0.09;
    private const double LeastHeight = 0.02;
    private const double MostLength = 0.21;
    private const double Reach = 0.035;
    private const double Margin = 0.012;
    private const double Band = 0.3;
    private const double MostAspect = 5;
    private const double MostAlongEdge = 0.12;

    private const int WorkingSide = 240;

    /// <summary>Finds the markers of an image.</summary>
    /// <param name="image">At its own size; one or three channels.</param>
    /// <returns>Rectangles that hold whole groups of letters with a margin, apart from each other, from the top down; none where there are none.</returns>
    public static IReadOnlyList<PixelBox> Find(PixelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var (grey, width, height, factor) = Reduce(image);
        var side = Math.Max(width, height);
        if (Math.Min(width, height) < 16)
        {
            return [];
        }

        var lift = GreyMorphology.TopHat(grey, width, height, (int)(Widest * side) | 1);
        var blobs = MarkerBlobs.Find(grey, lift, width, height);
        var placed = blobs.Where(b => IsPlaced(b.Box, width, height)).ToList();
        var groups = Group(placed, LeastHeight * side, MostLength * side, Reach * side);
        var margin = Math.Max(1, (int)Math.Ceiling(Margin * side));
        return [.. groups.Select(g => ToImage(g.Grown(margin, width, height), factor, image)).OrderBy(b => b.Y).ThenBy(b => b.X)];
    }

    /// <summary>The part of an image's area that boxes take.</summary>
    /// <param name="boxes">Apart from each other, as <see cref="Find"/> returns them.</param>
    /// <param name="width">The image's width.</param>
    /// <param name="height">The image's height.</param>
    /// <returns>0 to 1.</returns>
    public static double Share(IReadOnlyList<PixelBox> boxes, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(boxes);
        return boxes.Sum(b => (double)b.Area) / ((double)width * height);
    }

    private static PixelBox ToImage(PixelBox box, int factor, PixelImage image) => PixelBox.Between(
        box.X * factor, box.Y * factor, Math.Min(image.Width, box.Right * factor), Math.Min(image.Height, box.Bottom * factor));

    /// <summary>
    /// In the outer part of the film, where markers are put, and no line: the middle belongs to the anatomy, and so to chips of
    /// bone. Nor long on the edge itself, as a bone that the edge cuts off.
    /// </summary>
    private static bool IsPlaced(PixelBox box, int width, int height)
    {
        var (x, y) = ((box.X + box.Right) / 2.0, (box.Y + box.Bottom) / 2.0);
        var along = Math.Max(
            box.X == 0 || box.Right == width ? box.Height / (double)height : 0,
            box.Y == 0 || box.Bottom == height ? box.Width / (double)width : 0);
        return Math.Min(Math.Min(x, width - x) / width, Math.Min(y, height - y) / height) <= Band
            && Math.Max(box.Width, box.Height) <= MostAspect * Math.Min(box.Width, box.Height)
            && along <= MostAlongEdge;
    }

    /// <summary>Certain letters, and what lies so near to one that it belongs to it.</summary>
    private static List<PixelBox> Group(IReadOnlyList<MarkerBlob> blobs, double leastHeight, double mostLength, double reach)
    {
        var whole = blobs.Where(b => Math.Max(b.Box.Width, b.Box.Height) <= mostLength).ToList();
        var certain = whole.Where(b => b.IsCertain && Math.Max(b.Box.Width, b.Box.Height) >= leastHeight).ToList();
        var boxes = certain.ConvertAll(b => b.Box);
        var others = whole.Where(b => !b.IsCertain && b.IsLikely).ToList();

        // Once: what hangs on what hangs on a letter would lead along the edge of a bone.
        boxes.AddRange(others.Where(o => certain.Any(c => c.Box.GapTo(o.Box) <= reach)).Select(o => o.Box));
        return Merge(boxes, reach);
    }

    private static List<PixelBox> Merge(List<PixelBox> boxes, double reach)
    {
        for (var i = 0; i < boxes.Count; i++)
        {
            for (var j = i + 1; j < boxes.Count; j++)
            {
                if (boxes[i].GapTo(boxes[j]) <= reach)
                {
                    boxes[i] = boxes[i].Union(boxes[j]);
                    boxes.RemoveAt(j);

                    // The larger one may reach others that were too far before.
                    (i, j) = (-1, boxes.Count);
                }
            }
        }

        return boxes;
    }

    /// <summary>Grey, by whole factors smaller, so that letters have about the same size whatever the file's.</summary>
    private static (byte[] Grey, int Width, int Height, int Factor) Reduce(PixelImage image)
    {
        var factor = Math.Max(1, Math.Max(image.Width, image.Height) / WorkingSide);
        var (width, height) = (image.Width / factor, image.Height / factor);
        var grey = new byte[Math.Max(0, width * height)];
        var row = new int[width];
        var area = factor * factor * 1000;
        for (var y = 0; y < height; y++)
        {
            Array.Clear(row);
            for (var dy = 0; dy < factor; dy++)
            {
                AddRow(image, (y * factor) + dy, factor, row);
            }

            for (var x = 0; x < width; x++)
            {
                grey[(y * width) + x] = (byte)((row[x] + (area / 2)) / area);
            }
        }

        return (grey, width, height, factor);
    }

    private static void AddRow(PixelImage image, int y, int factor, int[] sums)
    {
        var line = image.Pixels.AsSpan(y * image.Width * image.Channels, image.Width * image.Channels);
        var at = 0;
        for (var x = 0; x < sums.Length; x++)
        {
            var sum = 0;
            for (var dx = 0; dx < factor; dx++, at += image.Channels)
            {
                sum += image.Channels == 1 ? 1000 * line[at] : (299 * line[at]) + (587 * line[at + 1]) + (114 * line[at + 2]);
            }

            sums[x] += sum;
        }
    }
}
