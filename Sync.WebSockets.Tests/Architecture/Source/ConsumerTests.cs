using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Architecture.Source;

/// <summary>The consumers leave out no public method, accessor or constructor, so what compiles there compiles for users.</summary>
public sealed class ConsumerTests
{
    [Test]
    public void Consumer_in_csharp_7_3_calls_every_public_member() => string.Join("\n", NotCalledBy("CSharp73")).Should().BeEmpty();

    [Test]
    public void Consumer_in_visual_basic_calls_every_public_member_but_those_with_spans() =>
        NotCalledBy("VisualBasic").Should().Equal(
            "WebSocketClient.Send(ReadOnlySpan`1,WebSocketMessageType)", "WebSocketClient.Send(ReadOnlySpan`1,WebSocketMessageType,Boolean)");

    private static IEnumerable<string> NotCalledBy(string consumer)
    {
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)).Split('_')[0];
        HashSet<string> called = Called(Repository.PathOf("artifacts", "bin", consumer, configuration, consumer + ".dll"));
        return typeof(WebSocketClient).Assembly.GetExportedTypes()
            .Where(t => !t.IsEnum)
            .SelectMany(Members)
            .Where(m => !called.Contains(m));
    }

    // Overrides are called through what they override, and what an interface asks for through the interface.
    private static IEnumerable<string> Members(Type type) =>
        type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .OfType<MethodBase>()
            .Where(m => m is not MethodInfo method || method.GetBaseDefinition() == method)
            .Select(m => $"{type.Name}.{m.Name}({string.Join(",", m.GetParameters().Select(p => NameOf(p.ParameterType)))})");

    private static string NameOf(Type type) =>
        type.IsByRef ? NameOf(type.GetElementType()!) + "&" : type.Name;

    private static HashSet<string> Called(string assembly)
    {
        using PEReader file = new(File.OpenRead(assembly));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.MemberReferences
            .Select(metadata.GetMemberReference)
            .Where(m => m.Parent.Kind == HandleKind.TypeReference && m.GetKind() == MemberReferenceKind.Method)
            .Select(m => $"{TypeNames.Of(metadata, (TypeReferenceHandle)m.Parent)}.{metadata.GetString(m.Name)}"
                + $"({string.Join(",", m.DecodeMethodSignature(new TypeNames(), null).ParameterTypes)})")];
    }
}
