using System.Reflection;
using FractureDashboard.ML.Datasets;
using FractureDashboard.Shell;

namespace FractureDashboard.Tests.Architecture;

/// <summary>Calls that hide failures, block threads or end the process, forbidden in the whole product and its tests.</summary>
public sealed class BanTests
{
    public static TheoryData<string> Rules => [.. RulesByName.Keys];

    private static readonly Dictionary<string, Func<MemberInfo, bool>> RulesByName = new(StringComparer.Ordinal)
    {
        // Without a native catch, a wrong shape in matmul or a missing graph in grad aborts the process; so does a second call of the third.
        ["torch.matmul"] = m => IsEngine(m) && m.Name == "matmul",
        ["torch.autograd.grad"] = m => IsEngine(m) && m.Name == "grad" && m.DeclaringType!.Name == "autograd",
        ["torch.set_num_interop_threads"] = m => IsEngine(m) && m.Name == "set_num_interop_threads",
        ["Task.Result"] = m => m.Name == "get_Result" && IsTask(m),
        ["Task.Wait"] = m => m.Name is "Wait" or "WaitAll" or "WaitAny" && IsTask(m),
        ["NotImplementedException"] = m => m is ConstructorInfo && m.DeclaringType == typeof(NotImplementedException),
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Forbidden_call_is_used_nowhere(string rule) => Assert.Empty(CompiledCode.Uses(Types(), RulesByName[rule]));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Forbidden_call_is_found_where_it_is_used(string rule) =>
        Assert.NotEmpty(CompiledCode.Uses(CompiledCode.WithNested(typeof(Controls)), RulesByName[rule]));

    [Fact]
    public void No_method_is_async_void() => Assert.Empty(CompiledCode.AsyncVoid(Types()));

    [Fact]
    public void Async_void_is_found_where_it_is_used() =>
        Assert.Equal(2, CompiledCode.AsyncVoid(CompiledCode.WithNested(typeof(Controls))).Count());

    private static IEnumerable<Type> Types() => new[] { typeof(DashboardApp).Assembly, typeof(ImageRecord).Assembly, typeof(BanTests).Assembly }
        .SelectMany(a => a.GetTypes())
        .Except(CompiledCode.WithNested(typeof(Controls)));

    private static bool IsEngine(MemberInfo member) => member.DeclaringType?.Assembly.GetName().Name == "TorchSharp";

    private static bool IsTask(MemberInfo member)
    {
        var type = member.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericTypeDefinition() : member.DeclaringType;
        return type == typeof(Task) || type == typeof(Task<>) || type == typeof(ValueTask<>);
    }

    /// <summary>Every forbidden thing once, never run: the proof that each rule can fail.</summary>
#pragma warning disable CA1849, VSTHRD100, xUnit1031, MA0042, MA0045, MA0147, MA0155, MA0025
    private static class Controls
    {
        public static Action Hidden { get; } = async () => await Task.Yield();

        public static async void Fires() => await Task.Yield();

        public static int Blocks(Task<int> task)
        {
            task.Wait();
            return task.Result;
        }

        public static Func<TorchSharp.torch.Tensor> Aborts(TorchSharp.torch.Tensor x) => () =>
        {
            TorchSharp.torch.set_num_interop_threads(1);
            return TorchSharp.torch.matmul(x, TorchSharp.torch.autograd.grad([x], [x])[0]);
        };

        public static void Later() => throw new NotImplementedException();
    }
#pragma warning restore
}
