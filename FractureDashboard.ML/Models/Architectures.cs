namespace FractureDashboard.ML.Models;

/// <summary>Plans and heads of the architectures by name; no engine needed.</summary>
internal static class Architectures
{
    /// <summary>The layers of a model.</summary>
    /// <param name="name">A key of <see cref="ModelRegistry"/>.</param>
    /// <param name="input">What it takes.</param>
    /// <returns>Arrays and cost.</returns>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    public static ArchitecturePlan Describe(string name, ModelInput input) => name switch
    {
        BaselineCnnPlan.Name => BaselineCnnPlan.Describe(input),
        CompactResNetPlan.Name => CompactResNetPlan.Describe(input),
        MobileNetV2Plan.Name => MobileNetV2Plan.Describe(input),
        ResNet18Plan.Name => ResNet18Plan.Describe(input),
        _ => throw new ArgumentException($"There is no model named '{name}'.", nameof(name)),
    };

    /// <summary>What the names of a model's last layer begin with.</summary>
    /// <param name="name">A key of <see cref="ModelRegistry"/>.</param>
    /// <returns>Name and a dot.</returns>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    public static string Head(string name) => name switch
    {
        BaselineCnnPlan.Name => BaselineCnnPlan.Head,
        CompactResNetPlan.Name => CompactResNetPlan.Head,
        MobileNetV2Plan.Name => MobileNetV2Plan.Head,
        ResNet18Plan.Name => ResNet18Plan.Head,
        _ => throw new ArgumentException($"There is no model named '{name}'.", nameof(name)),
    };
}
