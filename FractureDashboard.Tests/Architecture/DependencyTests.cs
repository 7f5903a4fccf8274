using System.Reflection;
using FractureDashboard.ML.Datasets;

namespace FractureDashboard.Tests.Architecture;

public sealed class DependencyTests
{
    [Theory]
    [InlineData("Microsoft.AspNetCore")]
    [InlineData("Microsoft.EntityFrameworkCore")]
    [InlineData("Hangfire")]
    [InlineData("MudBlazor")]
    [InlineData("FractureDashboard")]
    public void ML_references_nothing_of_the_web_or_the_database(string forbidden)
    {
        var references = typeof(ImageRecord).Assembly.GetReferencedAssemblies().Select(a => a.Name ?? "").ToList();

        Assert.NotEmpty(references);
        Assert.DoesNotContain(references, name => name == forbidden || name.StartsWith(forbidden + ".", StringComparison.Ordinal));
    }

    [Fact]
    public void ML_public_types_expose_no_tensor()
    {
        var offenders = typeof(ImageRecord).Assembly.GetExportedTypes()
            .SelectMany(t => t.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(m => MemberTypes(m).Any(t => t.Assembly.GetName().Name == "TorchSharp"))
            .Select(m => $"{m.DeclaringType?.Name}.{m.Name}");

        Assert.Empty(offenders);
    }

    private static IEnumerable<Type> MemberTypes(MemberInfo member) => member switch
    {
        MethodInfo m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType),
        ConstructorInfo c => c.GetParameters().Select(p => p.ParameterType),
        PropertyInfo p => [p.PropertyType],
        FieldInfo f => [f.FieldType],
        _ => [],
    };
}
