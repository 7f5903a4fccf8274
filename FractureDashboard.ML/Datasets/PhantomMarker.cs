namespace FractureDashboard.ML.Datasets;

/// <summary>The lead letter at the edge of a film. Independent of the class, so that it teaches nothing.</summary>
internal sealed record PhantomMarker(char Letter, double X, double Y, double Height, double Angle, double Brightness)
{
    // 5 x 7 dots, one row a byte.
    private static readonly byte[] LetterL = [0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111];
    private static readonly byte[] LetterR = [0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001];

    /// <summary>Draws a letter in one of the corners, in pixels of a 256-pixel image.</summary>
    public static PhantomMarker Draw(PhantomRandom random) => new(
        random.Chance(0.5) ? 'L' : 'R',
        random.Chance(0.5) ? random.Between(26, 34) : random.Between(222, 230),
        random.Chance(0.5) ? random.Between(28, 44) : random.Between(212, 228),
        random.Between(13, 18),
        random.Between(-0.3, 0.3),
        random.Between(0.8, 0.95));

    /// <summary>Brightness at a point, or 0 beside the letter.</summary>
    public double At(double x, double y)
    {
        double dx = x - X, dy = y - Y;
        if (Math.Abs(dx) > Height || Math.Abs(dy) > Height)
        {
            return 0;
        }

        var (sin, cos) = Math.SinCos(Angle);
        var dot = Height / 7;
        var column = (int)Math.Floor((((dx * cos) + (dy * sin)) / dot) + 2.5);
        var row = (int)Math.Floor((((dy * cos) - (dx * sin)) / dot) + 3.5);
        var rows = Letter == 'L' ? LetterL : LetterR;
        return column is >= 0 and < 5 && row is >= 0 and < 7 && ((rows[row] >> (4 - column)) & 1) == 1 ? Brightness : 0;
    }
}
