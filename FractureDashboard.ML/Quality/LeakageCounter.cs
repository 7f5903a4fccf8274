using FractureDashboard.ML.Datasets;

namespace FractureDashboard.ML.Quality;

/// <summary>Counts what the training split gives away of the held-out ones.</summary>
internal static class LeakageCounter
{
    /// <summary>The count. Only images that decode are counted.</summary>
    /// <param name="images">The images.</param>
    /// <param name="near">Which contents look the same.</param>
    /// <param name="sources">The source of each content; empty where it was not looked for.</param>
    public static LeakageCount Of(ScannedImages images, IReadOnlyList<ContentLink> near, IReadOnlyList<SourceAssignment> sources)
    {
        var contents = images.Contents;
        var inTrain = contents.Select(c => c.Images.Any(i => i.File.Split == Split.Train)).ToArray();
        var nearTrain = (bool[])inTrain.Clone();
        foreach (var link in near)
        {
            nearTrain[link.First] |= inTrain[link.Second];
            nearTrain[link.Second] |= inTrain[link.First];
        }

        var place = contents.Select((c, i) => (c.Hash, i)).ToDictionary(c => c.Hash, c => c.i, StringComparer.Ordinal);
        var sourceTrain = (bool[])inTrain.Clone();
        var across = 0;
        var groups = sources.GroupBy(s => s.Source, s => place[s.ContentHash], StringComparer.Ordinal).Select(g => g.ToList()).ToList();
        foreach (var members in groups)
        {
            var isInTrain = members.Exists(m => inTrain[m]);
            members.ForEach(m => sourceTrain[m] |= isInTrain);
            across += members.SelectMany(m => contents[m].Images).Select(i => i.File.Split).Where(s => s is not null).Distinct().Count() > 1 ? 1 : 0;
        }

        var copied = contents.Where(c => c.Images.Count > 1).ToList();
        return new(
            images.All.Count(i => i.IsHeldOut),
            HeldOut(inTrain),
            HeldOut(nearTrain),
            HeldOut(sourceTrain),
            copied.Count,
            copied.Sum(c => c.Images.Count),
            contents.Count,
            groups.Count,
            across);

        int HeldOut(bool[] isGivenAway) => contents.Where((_, i) => isGivenAway[i]).Sum(c => c.Images.Count(i => i.IsHeldOut));
    }
}
