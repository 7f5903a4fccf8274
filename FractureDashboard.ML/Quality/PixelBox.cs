namespace FractureDashboard.ML.Quality;

/// <summary>A rectangle of pixels.</summary>
/// <param name="X">Its leftmost column.</param>
/// <param name="Y">Its uppermost row.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
public readonly record struct PixelBox(int X, int Y, int Width, int Height)
{
    /// <summary>The column right of it.</summary>
    public int Right => X + Width;

    /// <summary>The row below it.</summary>
    public int Bottom => Y + Height;

    /// <summary>Its pixels.</summary>
    public int Area => Width * Height;

    /// <summary>The smallest rectangle that holds both.</summary>
    /// <param name="other">The other one.</param>
    /// <returns>A rectangle.</returns>
    public PixelBox Union(PixelBox other) => Between(Math.Min(X, other.X), Math.Min(Y, other.Y), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));

    /// <summary>It with a margin on all sides, as far as the image goes.</summary>
    /// <param name="margin">Pixels.</param>
    /// <param name="imageWidth">Width of the image.</param>
    /// <param name="imageHeight">Height of the image.</param>
    /// <returns>A rectangle within the image.</returns>
    public PixelBox Grown(int margin, int imageWidth, int imageHeight) =>
        Between(Math.Max(0, X - margin), Math.Max(0, Y - margin), Math.Min(imageWidth, Right + margin), Math.Min(imageHeight, Bottom + margin));

    /// <summary>Whether they have a pixel in common.</summary>
    /// <param name="other">The other one.</param>
    /// <returns>True when they do.</returns>
    public bool Overlaps(PixelBox other) => X < other.Right && other.X < Right && Y < other.Bottom && other.Y < Bottom;

    /// <summary>The empty columns or rows between two rectangles, whichever are more; 0 where they touch or overlap.</summary>
    internal int GapTo(PixelBox other) => Math.Max(
        0,
        Math.Max(Math.Max(other.X - Right, X - other.Right), Math.Max(other.Y - Bottom, Y - other.Bottom)));

    internal static PixelBox Between(int left, int top, int right, int bottom) => new(left, top, right - left, bottom - top);
}
