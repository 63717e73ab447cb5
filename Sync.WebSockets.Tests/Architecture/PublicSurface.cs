using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;

namespace Sync.WebSockets.Architecture;

/// <summary>
/// Everything that users of an assembly can name, as sorted lines that look like C#. Left out: overrides, which add no name,
/// and the nullability of references, which older targets do not carry.
/// </summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<string> Of(Assembly assembly)
    {
        var lines = new List<string>();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            if (lines.Count > 0)
                lines.Add("");

            lines.Add(Declaration(type));
            lines.AddRange(Members(type).Select(m => "    " + m));
        }

        return lines;
    }

    private static string Declaration(Type type)
    {
        string name = type.Namespace + "." + TypeName.Of(type);
        if (type.IsEnum)
            return $"public enum {name} : {TypeName.Of(Enum.GetUnderlyingType(type))}";

        if (typeof(Delegate).IsAssignableFrom(type))
            return $"public delegate {Signature(type.GetMethod("Invoke")!, name)}";

        string[] bases = [.. Bases(type).Select(TypeName.Of)];
        return $"public {Kind(type)} {name}" + (bases.Length == 0 ? "" : " : " + string.Join(", ", bases));
    }

    private static string Kind(Type type)
    {
        if (type.IsInterface)
            return "interface";

        if (type.IsValueType)
            return (Has(type, "IsReadOnlyAttribute") ? "readonly " : "") + (Has(type, "IsByRefLikeAttribute") ? "ref " : "") + "struct";

        if (type.IsAbstract && type.IsSealed)
            return "static class";

        return (type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + "class";
    }

    private static IEnumerable<Type> Bases(Type type)
    {
        Type? parent = type.IsValueType || type.BaseType == typeof(object) ? null : type.BaseType;
        if (parent != null)
            yield return parent;

        // Only what the type itself says: not what its base class or another of its interfaces says already.
        Type[] all = type.GetInterfaces();
        IEnumerable<Type> inherited = all.SelectMany(i => i.GetInterfaces()).Concat(parent?.GetInterfaces() ?? []);
        foreach (Type one in all.Except(inherited).Where(i => i.IsVisible).OrderBy(TypeName.Of, StringComparer.Ordinal))
            yield return one;
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
            return [];

        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(f => (f.Name, Number: Convert.ToInt64(f.GetRawConstantValue(), CultureInfo.InvariantCulture)))
                .OrderBy(f => f.Number)
                .Select(f => FormattableString.Invariant($"{f.Name} = {f.Number}"));
        }

        return type.GetMembers(Declared)
            .Select(m => (m.Name, Text: Member(m)))
            .Where(m => m.Text != null)
            .OrderBy(m => m.Name, StringComparer.Ordinal)
            .ThenBy(m => m.Text, StringComparer.Ordinal)
            .Select(m => m.Text!);
    }

    private static string? Member(MemberInfo member) => member switch
    {
        FieldInfo field when IsVisible(field.Attributes) => Field(field),
        ConstructorInfo constructor when IsVisible(constructor) => $"{Modifiers(constructor)}{TypeName.Of(constructor.DeclaringType!)}({Parameters(constructor)})",
        PropertyInfo property when property.GetAccessors(nonPublic: true).Any(IsNew) => Property(property),
        EventInfo raised when IsNew(raised.AddMethod!) => $"{Modifiers(raised.AddMethod!)}event {TypeName.Of(raised.EventHandlerType!)} {raised.Name}",
        MethodInfo method when IsNew(method) && !IsAccessor(method) => Modifiers(method) + Signature(method, method.Name),
        _ => null,
    };

    private static string Field(FieldInfo field)
    {
        string modifiers = (field.IsPublic ? "public " : "protected ")
            + (field.IsLiteral ? "const " : field.IsStatic ? "static " : "")
            + (field.IsInitOnly ? "readonly " : "");
        return $"{modifiers}{TypeName.Of(field.FieldType)} {field.Name}" + (field.IsLiteral ? " = " + Value(field.GetRawConstantValue()) : "");
    }

    private static string Property(PropertyInfo property)
    {
        MethodInfo[] accessors = [.. property.GetAccessors(nonPublic: true).Where(IsVisible)];
        MethodInfo widest = accessors.FirstOrDefault(a => a.IsPublic) ?? accessors[0];
        IEnumerable<string> words = accessors
            .OrderBy(a => a.Name, StringComparer.Ordinal)
            .Select(a => (a.IsPublic == widest.IsPublic ? "" : "protected ") + Accessor(a) + ";");
        string index = property.GetIndexParameters().Length == 0 ? property.Name : $"this[{Parameters(property.GetIndexParameters())}]";
        return $"{Modifiers(widest)}{TypeName.Of(property.PropertyType)} {index} {{ {string.Join(" ", words)} }}";
    }

    private static string Accessor(MethodInfo accessor)
    {
        if (accessor.Name.StartsWith("get_", StringComparison.Ordinal))
            return "get";

        bool isInit = accessor.ReturnParameter.GetRequiredCustomModifiers().Any(m => m.Name == "IsExternalInit");
        return isInit ? "init" : "set";
    }

    private static string Signature(MethodInfo method, string name)
    {
        string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(TypeName.Of))}>" : "";
        return $"{TypeName.Of(method.ReturnType)} {name}{generic}({Parameters(method)})";
    }

    private static string Modifiers(MethodBase method)
    {
        string modifiers = method.IsPublic ? "public " : "protected ";
        if (method.DeclaringType!.IsInterface)
            return "";

        if (method.IsStatic)
            return modifiers + "static ";

        return modifiers + (method.IsAbstract ? "abstract " : method.IsVirtual && !method.IsFinal ? "virtual " : "");
    }

    private static string Parameters(MethodBase method) =>
        (Has(method, "ExtensionAttribute") ? "this " : "") + Parameters(method.GetParameters());

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string direction = parameter.IsOut ? "out "
            : parameter.ParameterType.IsByRef ? (parameter.IsIn ? "in " : "ref ")
            : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params "
            : "";
        return $"{direction}{TypeName.Of(parameter.ParameterType)} {parameter.Name}" + (parameter.IsOptional ? " = " + Value(parameter.RawDefaultValue) : "");
    }

    private static string Value(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static bool IsNew(MethodInfo method) => IsVisible(method) && method.GetBaseDefinition() == method;

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(FieldAttributes attributes) =>
        (attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;

    private static bool Has(MemberInfo member, string attribute) => member.CustomAttributes.Any(a => a.AttributeType.Name == attribute);
}
