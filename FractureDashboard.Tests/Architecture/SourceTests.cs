using System.Text.RegularExpressions;

namespace FractureDashboard.Tests.Architecture;

/// <summary>Rules about the text of the repository.</summary>
public sealed partial class SourceTests
{
    private const int MaxLines = 300;

    private static readonly string[] NotOurs = ["bin", "obj", ".git", ".vs", ".idea", ".publish", "publish", "data", "TestResults", "artifacts", "node_modules"];
    private static readonly string[] TextSuffixes =
        [".cs", ".razor", ".css", ".js", ".json", ".props", ".csproj", ".sln", ".md", ".sh", ".svg", ".yml", ""];

    [Fact]
    public void No_source_file_is_long()
    {
        var files = Files(".cs", ".razor").Where(f => !f.Contains("/Migrations/", StringComparison.Ordinal)).ToList();

        Assert.True(files.Count > 100);
        Assert.DoesNotContain(files, IsLong);
        Assert.Contains(Files(".cs"), IsLong);
    }

    [Fact]
    public void No_file_names_a_place_on_somebodys_machine()
    {
        Assert.Empty(Offences(Files(TextSuffixes), MachinePath));

        // In two halves, or this file would be an offence itself.
        Assert.All(["/wo" + "rk/main", "see /ho" + "me/ann/x", "\"/ro" + "ot/.nuget\"", "C:\\Us" + "ers\\ann", "/Us" + "ers/ann/x"], t => Assert.Matches(MachinePath(), t));
        Assert.All(["network/main", "/framework/", "Users are people", "@page \"/runs\""], t => Assert.DoesNotMatch(MachinePath(), t));
    }

    [Fact]
    public void What_is_left_to_do_has_an_issue()
    {
        Assert.Empty(Offences(Files(".cs", ".razor", ".js", ".css", ".sh"), OpenEnd));

        Assert.All(["// TO" + "DO: later", "/* FIX" + "ME */", "// HA" + "CK"], t => Assert.Matches(OpenEnd(), t));
        Assert.DoesNotMatch(OpenEnd(), "// TO" + "DO #12: when the API has it");
    }

    [Fact]
    public void Nobody_waits_for_an_awaiter()
    {
        Assert.Empty(Offences(Files(".cs", ".razor"), BlockedAwaiter));

        Assert.Matches(BlockedAwaiter(), "LoadAsync().GetAwaiter()" + "\n    .GetResult()");
    }

    [Fact]
    public void No_script_evaluates_text_or_stands_inside_a_page()
    {
        Assert.Empty(Offences(Files(".js"), Evaluation));
        Assert.Empty(Offences(Files(".razor"), InlineScript));

        Assert.All(["eval(x)", "new Function('a')", "setTimeout('a()', 1)"], t => Assert.Matches(Evaluation(), t));
        Assert.Matches(InlineScript(), "<script>go()</script>");
        Assert.DoesNotMatch(InlineScript(), "<script src=\"js/theme.js\"></script>");
    }

    private static bool IsLong(string file) => File.ReadLines(Full(file)).Count() > MaxLines;

    private static IEnumerable<string> Offences(IEnumerable<string> files, Func<Regex> rule) =>
        from file in files
        let text = File.ReadAllText(Full(file))
        from Match match in rule().Matches(text)
        select $"{file}:{text.AsSpan(0, match.Index).Count('\n') + 1}: {match.Value.Trim()}";

    private static List<string> Files(params string[] suffixes)
    {
        var found = Walk(new DirectoryInfo(Repository.Root))
            .Where(f => suffixes.Contains(f.Extension))
            .Select(f => Path.GetRelativePath(Repository.Root, f.FullName).Replace('\\', '/'))
            .ToList();
        Assert.NotEmpty(found);
        return found;
    }

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) => folder.EnumerateFiles()
        .Concat(folder.EnumerateDirectories().Where(d => d.LinkTarget is null && !NotOurs.Contains(d.Name)).SelectMany(Walk));

    private static string Full(string relative) => Path.Combine(Repository.Root, relative);

    [GeneratedRegex(@"(?<![\w.])/(?:work|home|root|Users)/|[A-Za-z]:\\Users\\", RegexOptions.None, 1000)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\b(?:TO[D]O|FIX[M]E|HA[C]K)\b(?!\s*\(?#\d)", RegexOptions.None, 1000)]
    private static partial Regex OpenEnd();

    [GeneratedRegex(@"GetAwaiter\(\)\s*\.\s*GetResult\(\)", RegexOptions.None, 1000)]
    private static partial Regex BlockedAwaiter();

    [GeneratedRegex(@"\beval\s*\(|\bnew\s+Function\s*\(|\bset(?:Timeout|Interval)\s*\(\s*['""`]", RegexOptions.None, 1000)]
    private static partial Regex Evaluation();

    [GeneratedRegex(@"<script(?![^>]*\bsrc=)[^>]*>\s*\S", RegexOptions.None, 1000)]
    private static partial Regex InlineScript();
}
