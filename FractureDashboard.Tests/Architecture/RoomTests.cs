using FractureDashboard.Shell;

namespace FractureDashboard.Tests.Architecture;

/// <summary>Which part of the web project may know which.</summary>
public sealed class RoomTests
{
    private const string Product = "FractureDashboard";
    private static readonly string[] Rooms = ["Datasets", "Gallery", "Quality", "Experiments", "Runs", "Predict", "Models", "Evaluations", "Operations"];

    /// <summary>The parts that each shared part may know; rooms are in none of them.</summary>
    private static readonly Dictionary<string, string[]> Shared = new(StringComparer.Ordinal)
    {
        ["Storage"] = ["ML"],
        ["Live"] = ["ML", "Storage"],
        ["Jobs"] = ["ML", "Storage", "Live"],
        ["Interop"] = [],
        ["Charts"] = ["ML", "Interop"],
    };

    [Theory]
    [InlineData("Datasets")]
    [InlineData("Gallery")]
    [InlineData("Quality")]
    [InlineData("Experiments")]
    [InlineData("Runs")]
    [InlineData("Predict")]
    [InlineData("Models")]
    [InlineData("Evaluations")]
    [InlineData("Operations")]
    public void Room_knows_no_other_room(string room)
    {
        Assert.Contains(Parts(), p => p.Part == room);
        Assert.Empty(Crossings(Parts().Where(p => p.Part == room).Select(p => p.Type), other => Rooms.Contains(other) && other != room));
    }

    [Theory]
    [InlineData("Storage")]
    [InlineData("Live")]
    [InlineData("Jobs")]
    [InlineData("Interop")]
    [InlineData("Charts")]
    public void Shared_part_knows_only_what_lies_below_it(string part)
    {
        Assert.Contains(Parts(), p => p.Part == part);
        Assert.Empty(Crossings(Parts().Where(p => p.Part == part).Select(p => p.Type), other => other != part && !Shared[part].Contains(other)));
    }

    [Fact]
    public void Only_the_entrance_of_the_shell_knows_the_rooms()
    {
        var shell = Parts().Where(p => p.Part == "Shell" && !IsPartOf(p.Type, typeof(DashboardApp))).Select(p => p.Type);

        Assert.Empty(Crossings(shell, Rooms.Contains));
    }

    [Fact]
    public void Only_ML_and_jobs_mention_the_engine()
    {
        var offenders = Parts().Where(p => p.Part != "Jobs" && CompiledCode.TypesUsedBy(p.Type).Any(t => t.Assembly.GetName().Name == "TorchSharp"));

        Assert.Empty(offenders.Select(p => p.Type.FullName));
    }

    [Fact]
    public void A_crossing_is_found_wherever_it_hides()
    {
        // The entrance wires up every room: signatures hide nothing there, only instructions of an async method tell.
        var entrance = CompiledCode.WithNested(typeof(DashboardApp)).ToList();
        Assert.All(Rooms, room => Assert.NotEmpty(Crossings(entrance, other => other == room)));

        Assert.Contains(CompiledCode.WithNested(typeof(Control)).SelectMany(CompiledCode.TypesUsedBy), t => t.Assembly.GetName().Name == "TorchSharp");
        Assert.NotEmpty(Crossings(CompiledCode.WithNested(typeof(Control)), other => other == "Gallery"));
    }

    private static List<(Type Type, string Part)> Parts() =>
        [.. typeof(DashboardApp).Assembly.GetTypes().Select(t => (t, PartOf(t))).Where(p => p.Item2.Length > 0)];

    private static IEnumerable<string> Crossings(IEnumerable<Type> types, Func<string, bool> forbidden) =>
        from type in types
        from used in CompiledCode.TypesUsedBy(type)
        let part = PartOf(used)
        where part.Length > 0 && forbidden(part)
        select $"{type.FullName} knows {used.FullName}";

    /// <summary>The first step of a namespace of ours: the room, or ML; empty for anybody else's types.</summary>
    private static string PartOf(Type type) => type.Namespace?.Split('.') is [Product, var part, ..] ? part : "";

    private static bool IsPartOf(Type type, Type outer) => CompiledCode.WithNested(outer).Contains(type);

    private sealed class Control
    {
        public static Func<object?> Hidden { get; } = () => typeof(List<global::FractureDashboard.Gallery.GalleryQuery>);

        public static TorchSharp.torch.ScalarType Engine() => TorchSharp.torch.float32;
    }
}
