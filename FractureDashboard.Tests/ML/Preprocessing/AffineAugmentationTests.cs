using System.Runtime.InteropServices;
using FractureDashboard.ML.Preprocessing;
using static TorchSharp.torch;

namespace FractureDashboard.Tests.ML.Preprocessing;

[Collection(EngineCollection.Name)]
public sealed class AffineAugmentationTests
{
    private const int Side = 65;
    private const int Centre = 32;
    private static readonly AffineDraw Identity = new(0, 0, 1, 1, false);

    [Fact]
    public void A_draw_that_changes_nothing_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var images = rand(2, 3, Side, Side);

        Assert.True(AffineAugmentation.Apply(images, [Identity, Identity]).allclose(images, 1e-5, 1e-5));
    }

    // Keras reads output (row, column) at input R(angle) * (row, column) about the centre. A quarter turn therefore
    // takes what is 20 rows above the centre to 20 columns right of it.
    [Theory]
    [InlineData(-20, 0, 90, 0, 20)]
    [InlineData(-20, 0, -90, 0, -20)]
    [InlineData(0, 12, 90, 12, 0)]
    [InlineData(-20, 0, 180, 20, 0)]
    public void A_landmark_turns_about_the_centre_as_in_Keras(int row, int column, double degrees, int expectedRow, int expectedColumn)
    {
        var (r, c) = BrightestAfter(row, column, Identity with { RotationDegrees = degrees });

        Assert.Equal((expectedRow, expectedColumn), (r, c));
    }

    [Fact]
    public void A_small_turn_moves_a_landmark_along_its_circle()
    {
        var (row, column) = BrightestAfter(-24, 0, Identity with { RotationDegrees = 20 });

        Assert.Equal(-24 * Math.Cos(Math.PI / 9), row, tolerance: 0.8);
        Assert.Equal(24 * Math.Sin(Math.PI / 9), column, tolerance: 0.8);
    }

    [Theory]
    [InlineData(0.8, 1, 15, 0)]
    [InlineData(1.2, 1, 10, 0)]
    [InlineData(1, 0.8, 12, 0)]
    public void Zoom_above_one_shrinks_its_axis_only(double rows, double columns, int expectedRow, int expectedColumn)
    {
        var (row, column) = BrightestAfter(12, 0, Identity with { ZoomRows = rows, ZoomColumns = columns });

        Assert.Equal((expectedRow, expectedColumn), (row, column));
    }

    [Fact]
    public void Shear_moves_rows_by_the_column_and_keeps_the_centre()
    {
        // Input row = output row - sin(30 degrees) * output column; input column = cos(30 degrees) * output column.
        var (row, column) = BrightestAfter(0, 20, Identity with { ShearDegrees = 30 });

        Assert.Equal(20 / Math.Cos(Math.PI / 6), column, tolerance: 0.8);
        Assert.Equal(0.5 * 20 / Math.Cos(Math.PI / 6), row, tolerance: 0.8);
        Assert.Equal((0, 0), BrightestAfter(0, 0, Identity with { ShearDegrees = 30 }));
    }

    [Fact]
    public void Flip_mirrors_left_and_right_exactly_and_comes_after_the_turn()
    {
        using var scope = NewDisposeScope();
        var images = rand(1, 3, Side, Side);
        Assert.True(AffineAugmentation.Apply(images, [Identity with { Flip = true }]).allclose(images.flip(3), 1e-5, 1e-5));

        var turned = AffineAugmentation.Apply(images, [Identity with { RotationDegrees = 17 }]);
        var both = AffineAugmentation.Apply(images, [Identity with { RotationDegrees = 17, Flip = true }]);
        Assert.True(both.allclose(turned.flip(3), 1e-4, 1e-4));
    }

    [Fact]
    public void Beyond_the_border_the_nearest_pixel_is_repeated()
    {
        using var scope = NewDisposeScope();
        var images = full(1, 3, Side, Side, 0.25f);

        var moved = AffineAugmentation.Apply(images, [new AffineDraw(20, 0.2, 1.2, 1.2, true)]);

        Assert.Equal(0.25f, moved.min().item<float>(), 5);
        Assert.Equal(0.25f, moved.max().item<float>(), 5);
    }

    [Theory]
    [InlineData(0.2, 0, -13, 0)]
    [InlineData(0, -0.2, 0, 13)]
    [InlineData(0.1, 0.2, -6.5, -13)]
    public void A_shift_moves_the_image_by_a_share_of_its_side(double rows, double columns, double expectedRow, double expectedColumn)
    {
        var (row, column) = BrightestAfter(0, 0, Identity with { ShiftRows = rows, ShiftColumns = columns });

        Assert.Equal(expectedRow, row, tolerance: 0.5);
        Assert.Equal(expectedColumn, column, tolerance: 0.5);
    }

    [Fact]
    public void A_shift_follows_the_turned_axes_and_not_the_zoom_as_in_Keras()
    {
        // Input = R(90 degrees) * (zoom * output + shift): the centre of the input is shown at output = -shift / zoom.
        var (row, column) = BrightestAfter(0, 0, Identity with { RotationDegrees = 90, ZoomRows = 0.8, ZoomColumns = 0.8, ShiftRows = 0.16 });

        Assert.Equal((-13, 0), (row, column));
    }

    [Fact]
    public void Black_fills_what_a_shift_empties()
    {
        using var scope = NewDisposeScope();
        var images = full(1, 3, Side, Side, 0.25f);

        var moved = AffineAugmentation.Apply(images, [Identity with { ShiftColumns = 0.2 }], AugmentationFill.Black);

        Assert.Equal(0, moved.narrow(3, 54, 11).max().item<float>());
        Assert.Equal(0.25f, moved.narrow(3, 0, 51).min().item<float>(), 5);
    }

    [Fact]
    public void Each_image_of_a_batch_gets_its_own_draw()
    {
        using var scope = NewDisposeScope();
        var image = rand(1, 3, Side, Side);
        AffineDraw[] draws = [new(11, 0, 0.9, 1.1, false), new(-7, 3, 1, 1, true), Identity];

        var batch = AffineAugmentation.Apply(image.repeat(3, 1, 1, 1), draws);

        for (var i = 0; i < draws.Length; i++)
        {
            Assert.True(batch[i].allclose(AffineAugmentation.Apply(image, [draws[i]])[0], 1e-5, 1e-5));
        }
    }

    [Fact]
    public void The_result_lies_in_memory_channels_last()
    {
        using var scope = NewDisposeScope();
        var moved = AffineAugmentation.Apply(rand(2, 3, 8, 8), [Identity, Identity]);

        Assert.Equal([8 * 8 * 3, 1, 8 * 3, 3], moved.stride());
    }

    private static (int Row, int Column) BrightestAfter(int row, int column, AffineDraw draw)
    {
        using var scope = NewDisposeScope();
        var image = zeros(1, 1, Side, Side);
        var pixels = MemoryMarshal.Cast<byte, float>(image.bytes);
        for (var r = 0; r < Side; r++)
        {
            for (var c = 0; c < Side; c++)
            {
                double dr = r - (Centre + row), dc = c - (Centre + column);
                pixels[(r * Side) + c] = (float)Math.Exp(-((dr * dr) + (dc * dc)) / 4);
            }
        }

        var at = AffineAugmentation.Apply(image, [draw]).flatten().argmax().item<long>();
        return ((int)(at / Side) - Centre, (int)(at % Side) - Centre);
    }
}
