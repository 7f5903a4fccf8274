using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace FractureDashboard.Tests.Architecture;

/// <summary>
/// What compiled code uses, read from its instructions. Unlike a search in the sources it sees through aliases,
/// <c>using static</c>, relative names and Razor markup, and does not take a property for a namespace.
/// </summary>
internal static class CompiledCode
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(o => o.Value);

    public static IEnumerable<MethodBase> MethodsOf(Type type) =>
        type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything));

    /// <summary>A type and, with them, the closures and state machines that the compiler made for it.</summary>
    public static IEnumerable<Type> WithNested(Type type) => type.GetNestedTypes(Everything).SelectMany(WithNested).Prepend(type);

    /// <summary>Every type that a type's signatures and instructions mention.</summary>
    public static HashSet<Type> TypesUsedBy(Type type)
    {
        var used = new HashSet<Type>();
        Collect(type.BaseType, used);
        foreach (var other in type.GetInterfaces().Concat(type.GetFields(Everything).Select(f => f.FieldType)))
        {
            Collect(other, used);
        }

        foreach (var attribute in type.GetCustomAttributesData().Concat(type.GetMembers(Everything).SelectMany(m => m.GetCustomAttributesData())))
        {
            Collect(attribute.AttributeType, used);
        }

        foreach (var method in MethodsOf(type))
        {
            CollectSignature(method, used);
            foreach (var local in method.GetMethodBody()?.LocalVariables ?? [])
            {
                Collect(local.LocalType, used);
            }

            foreach (var member in MembersUsedBy(method))
            {
                Collect(member as Type ?? member.DeclaringType, used);
                CollectSignature(member, used);
            }
        }

        return used;
    }

    /// <summary>The methods, fields and types that a method's instructions name.</summary>
    public static IEnumerable<MemberInfo> MembersUsedBy(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
        {
            yield break;
        }

        var typeArguments = method.DeclaringType?.GetGenericArguments() ?? [];
        var methodArguments = method is MethodInfo { IsGenericMethod: true } ? method.GetGenericArguments() : [];
        for (var at = 0; at < code.Length;)
        {
            short value = code[at++];
            if (value == 0xFE)
            {
                value = (short)(0xFE00 | code[at++]);
            }

            var operand = OpCodesByValue[value].OperandType;
            if (operand is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                yield return method.Module.ResolveMember(BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at)), typeArguments, methodArguments)!;
            }

            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at))),
                _ => 4,
            };
        }
    }

    /// <summary>Where a type forbids itself something: "Type.Method uses Member", one line each.</summary>
    public static IEnumerable<string> Uses(IEnumerable<Type> types, Func<MemberInfo, bool> forbidden) =>
        from type in types
        from method in MethodsOf(type)
        from member in MembersUsedBy(method)
        where forbidden(member)
        select $"{type.FullName}.{method.Name} uses {member.DeclaringType?.Name}.{member.Name}";

    /// <summary>Methods that are async and return nothing, so that nobody sees them fail.</summary>
    public static IEnumerable<string> AsyncVoid(IEnumerable<Type> types) =>
        from type in types
        from method in type.GetMethods(Everything)
        where method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute), inherit: false)
        select $"{type.FullName}.{method.Name}";

    private static void CollectSignature(MemberInfo member, HashSet<Type> used)
    {
        switch (member)
        {
            case MethodBase method:
                foreach (var parameter in method.GetParameters())
                {
                    Collect(parameter.ParameterType, used);
                }

                Collect((method as MethodInfo)?.ReturnType, used);
                foreach (var argument in method.IsGenericMethod ? method.GetGenericArguments() : [])
                {
                    Collect(argument, used);
                }

                break;
            case FieldInfo field:
                Collect(field.FieldType, used);
                break;
        }
    }

    private static void Collect(Type? type, HashSet<Type> used)
    {
        if (type is null || type.IsGenericParameter)
        {
            return;
        }

        if (type.HasElementType)
        {
            Collect(type.GetElementType(), used);
            return;
        }

        if (used.Add(type))
        {
            foreach (var argument in type.GetGenericArguments())
            {
                Collect(argument, used);
            }
        }
    }
}
