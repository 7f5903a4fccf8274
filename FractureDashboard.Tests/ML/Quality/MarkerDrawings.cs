using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Quality;

namespace FractureDashboard.Tests.ML.Quality;

/// <summary>Synthetic radiographs whose marker is known.</summary>
internal static class MarkerDrawings
{
    /// <summary>A phantom, and the rectangle of its letter in pixels; null where it has none.</summary>
    public static (PixelImage Image, PixelBox? Marker) Draw(int index, int size = 256, bool? withMarker = null)
    {
        var random = PhantomRandom.For(4711, index);
        var scene = PhantomScene.Draw(random, fractured: index % 2 == 0);
        if (withMarker is { } wanted)
        {
            scene = scene with { Marker = wanted ? scene.Marker ?? PhantomMarker.Draw(PhantomRandom.For(11, index)) : null };
        }

        var image = new PixelImage(size, size, 1, PhantomPainter.Paint(scene, size, random));
        return (image, scene.Marker is { } marker ? Around(marker, size) : null);
    }

    private static PixelBox Around(PhantomMarker marker, int size)
    {
        var lit = Enumerable.Range(0, size * size)
            .Select(i => (X: i % size, Y: i / size))
            .Where(p => marker.At((p.X + 0.5) * 256 / size, (p.Y + 0.5) * 256 / size) > 0)
            .ToList();
        return PixelBox.Between(lit.Min(p => p.X), lit.Min(p => p.Y), lit.Max(p => p.X) + 1, lit.Max(p => p.Y) + 1);
    }
}
