using System.Collections.Generic;
using System.Linq;
using FluentAssertions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NUnit.Framework;
using Sync.WebSockets.Architecture.Source;

namespace Sync.WebSockets.Documentation;

/// <summary>
/// What the documentation shows compiles: each block is a program of its own, as in a new console project. Statements may
/// use the names of <see cref="Around"/> without declaring them; a local of the same name hides it.
/// </summary>
[Category("Snippets")]
public sealed class SnippetTests
{
    private const string Around =
        """
        global using static Around;
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using System.Net.WebSockets;
        global using Sync.WebSockets;

        internal static class Around
        {
            public static WebSocketClient client = null!;
            public static CancellationToken cancellationToken;
        }
        """;

    private static IEnumerable<Snippet> Snippets() => Snippet.All();

    [TestCaseSource(nameof(Snippets))]
    public void Snippet_compiles(Snippet snippet) => Errors(snippet).Should().BeEmpty();

    [Test]
    public void Mistake_in_a_snippet_is_reported_with_the_line_of_its_page()
    {
        Snippet wrong = Snippet.In("page.md", ["Text.", "```csharp", "int one = 1;", "string two = one;", "```"]).Single();

        Errors(wrong).Should().ContainSingle().Which.Should().StartWith("page.md(4,14): error CS0029");
    }

    [Test]
    public void Only_blocks_of_csharp_are_snippets() =>
        Snippet.In("page.md", ["```", "a", "```", "```sh", "b", "```", "```csharp", "c", "```"]).Should().Equal(new Snippet("page.md", 8, "c"));

    private static IEnumerable<string> Errors(Snippet snippet)
    {
        SyntaxTree code = CSharpSyntaxTree.ParseText($"#line {snippet.Line} \"{snippet.Page}\"\n{snippet.Code}\n");
        bool isProgram = code.GetRoot().ChildNodes().OfType<GlobalStatementSyntax>().Any();
        var compilation = CSharpCompilation.Create(
            "Snippet",
            [code, CSharpSyntaxTree.ParseText(Around)],
            PlatformReferences.All,
            new CSharpCompilationOptions(
                isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable));
        return compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString());
    }
}
