using FractureDashboard.Gallery;
using FractureDashboard.ML.Datasets;
using FractureDashboard.ML.Imaging;

namespace FractureDashboard.Tests.Gallery;

public sealed class GalleryQueryTests
{
    [Fact]
    public void What_an_address_says_comes_back_from_it()
    {
        foreach (var sort in Enum.GetValues<GallerySort>())
        {
            var query = new GalleryQuery(Split.Validation, Label.NotFractured, ImageFormat.WebP, "a b&c=%ü", sort);
            var parameters = query.ToParameters();
            var read = GalleryQuery.Parse(
                (string?)parameters["split"], (string?)parameters["label"], (string?)parameters["format"], (string?)parameters["q"], (string?)parameters["sort"]);

            Assert.Equal(query, read);
        }
    }

    [Fact]
    public void What_it_does_not_know_it_leaves_out() => Assert.Equal(new GalleryQuery(), GalleryQuery.Parse("holdout", "broken", "psd", "  ", "-colour"));

    [Fact]
    public void A_long_text_is_cut() => Assert.Equal(GalleryQuery.MaxText, GalleryQuery.Parse(null, null, null, new string('x', 5000), null).Text.Length);

    [Fact]
    public void Addresses_carry_the_filter_to_the_viewer_and_back()
    {
        var query = new GalleryQuery(Split.Test, Text: "a&b");

        Assert.Equal("/datasets/3/images/9?split=test&q=a%26b", GalleryAddresses.Viewer(3, 9, query));
        Assert.Equal("/datasets/3/images/9", GalleryAddresses.Viewer(3, 9, new GalleryQuery()));
        Assert.Equal("/datasets/3?view=images&split=test&q=a%26b&at=9", GalleryAddresses.Grid(3, query, 9));
        Assert.Equal("/datasets/3/images/9?from=train&n=2&seed=5", GalleryAddresses.Viewer(3, 9, new GalleryQuery(), new SampleQuery(Split.Train, 2, 5)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(99, 12)]
    [InlineData(null, 4)]
    public void A_sample_stays_within_its_bounds(int? asked, int given) => Assert.Equal(given, SampleQuery.Parse(null, asked, null).PerClass);
}
