using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Explanation;

/// <summary>
/// The pointing game (Zhang et al., IJCV 126, 2018): a heat map scores when its peak lies on the object. Played on phantom
/// fractures, whose place is known.
/// </summary>
internal static class PointingGame
{
    /// <summary>How far beside the circle the peak may lie, as a share of the picture's side: the paper's 15 pixels of about 400.</summary>
    public const double Tolerance = 0.0375;

    /// <summary>Whether a map points at the fracture. A blank map points at nothing.</summary>
    /// <param name="map">A map of a whole, square picture.</param>
    /// <param name="fracture">Where the fracture is, in the picture's pixels.</param>
    /// <param name="pictureSide">Side of the picture in pixels.</param>
    public static bool IsHit(HeatMap map, PhantomCircle fracture, int pictureSide)
    {
        if (map.IsBlank)
        {
            return false;
        }

        var (x, y) = map.Peak();
        var scale = (double)pictureSide / map.Width;
        var (dx, dy) = (((x + 0.5) * scale) - fracture.X, ((y + 0.5) * scale) - fracture.Y);
        var reach = fracture.Radius + (Tolerance * pictureSide);
        return (dx * dx) + (dy * dy) <= reach * reach;
    }
}
