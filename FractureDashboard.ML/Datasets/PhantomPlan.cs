using System.Globalization;

namespace FractureDashboard.ML.Datasets;

/// <summary>Which images a synthetic set has: class, split and file format of each, balanced, in seeded order.</summary>
internal static class PhantomPlan
{
    /// <summary>One image.</summary>
    internal readonly record struct Item(int Index, Split Split, Label Label, bool Jpeg, bool Colour)
    {
        /// <summary>Path below the root.</summary>
        public string Path => string.Create(
            CultureInfo.InvariantCulture,
            $"{FolderNames.For(Split)}/{FolderNames.For(Label)}/phantom-{Index + 1:00000}{(Jpeg ? ".jpg" : ".png")}");
    }

    /// <summary>The plan of a set.</summary>
    public static IReadOnlyList<Item> For(PhantomOptions options)
    {
        var items = new List<Item>(options.Images);
        foreach (var label in (Label[])[Label.Fractured, Label.NotFractured])
        {
            var count = label == Label.Fractured ? (options.Images + 1) / 2 : options.Images / 2;
            var held = Math.Max(1, (int)Math.Round(0.15 * count));
            for (var i = 0; i < count; i++)
            {
                // One in four a JPEG, every other one in colour, in both classes alike.
                var split = i < held ? Split.Validation : i < 2 * held ? Split.Test : Split.Train;
                items.Add(new Item(0, split, label, Jpeg: i % 4 == 3, Colour: i % 8 is 0 or 2 or 5 or 7));
            }
        }

        // Numbers are dealt out at random, so that a file's name says nothing about its class.
        var random = PhantomRandom.For(options.Seed, -1);
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = random.Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }

        return [.. items.Select((item, index) => item with { Index = index })];
    }
}
