using System.Globalization;
using System.Text;
using CsCheck;
using FractureDashboard.Predict;

namespace FractureDashboard.Tests.Predict;

public sealed class UploadNamesTests
{
    [Fact]
    public void Any_claimed_name_becomes_short_showable_and_no_path() => Gen.String.Sample(claimed =>
    {
        var name = UploadNames.Sanitise(claimed);
        return name.Length is >= 1 and <= UploadNames.MaximumLength
            && !name.Contains('/') && !name.Contains('\\')
            && name.EnumerateRunes().All(r => Rune.GetUnicodeCategory(r) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate))
            && name == name.Trim();
    });

    [Fact]
    public void Sanitising_twice_changes_nothing_more() =>
        Gen.String.Sample(claimed => UploadNames.Sanitise(UploadNames.Sanitise(claimed)) == UploadNames.Sanitise(claimed));

    [Fact]
    public void An_ordinary_name_stays_as_it_is() =>
        Gen.String[Gen.Char["abcXYZ019-_ .éß漢"], 1, 60].Where(s => s == s.Trim() && s.Length > 0).Sample(name => UploadNames.Sanitise(name) == name);

    [Theory]
    [InlineData(null, "unnamed")]
    [InlineData("", "unnamed")]
    [InlineData("  \t ", "unnamed")]
    [InlineData("/etc/passwd", "passwd")]
    [InlineData(@"C:\patients\doe.png", "doe.png")]
    [InlineData("..", "..")]
    [InlineData("scan\r\nSet-Cookie: x.png", "scanSet-Cookie: x.png")]
    [InlineData("wrist\u202Egnp.exe", "wristgnp.exe")]
    public void Known_tricks_are_disarmed(string? claimed, string expected) => Assert.Equal(expected, UploadNames.Sanitise(claimed));

    [Fact]
    public void A_name_is_never_cut_inside_a_character()
    {
        var name = UploadNames.Sanitise(new string('a', UploadNames.MaximumLength - 1) + "😀");

        Assert.Equal(new string('a', UploadNames.MaximumLength - 1), name);
    }
}
