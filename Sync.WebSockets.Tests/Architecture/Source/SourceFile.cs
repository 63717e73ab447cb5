using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sync.WebSockets.Architecture.Source;

/// <summary>One source file as the rules see it: words of code apart from comments and strings, under every target's symbols.</summary>
internal sealed class SourceFile
{
    // Each set shows the parser code that the other one hides behind #if.
    private static readonly string[][] Symbols = [["NET", "NET10_0_OR_GREATER"], ["NETFRAMEWORK", "NETSTANDARD"]];

    private readonly ImmutableArray<SyntaxTree> _trees;

    private SourceFile(string path, string text)
    {
        Path = path;
        LineCount = text.Split('\n').Length - 1;
        _trees = [.. Symbols.Select(s => Parse(path, text, s))];
    }

    /// <summary>The file once for each set of symbols, always in the same order.</summary>
    public IReadOnlyList<SyntaxTree> Trees => _trees;

    /// <summary>Relative to the repository, with slashes.</summary>
    public string Path { get; }

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public int LineCount { get; }

    /// <summary>Identifiers and keywords.</summary>
    public IEnumerable<SourceWord> Words =>
        Roots.SelectMany(t => t.DescendantTokens())
            .Where(t => t.IsKind(SyntaxKind.IdentifierToken) || t.IsKeyword())
            .Select(t => At(t.ValueText, t.GetLocation()))
            .Distinct();

    /// <summary>The text of every comment, documentation included.</summary>
    public IEnumerable<SourceWord> Comments =>
        Roots.SelectMany(t => t.DescendantTrivia())
            .Where(t => !t.IsKind(SyntaxKind.WhitespaceTrivia) && !t.IsKind(SyntaxKind.EndOfLineTrivia) && !t.IsKind(SyntaxKind.DisabledTextTrivia))
            .Select(t => At(t.ToFullString(), t.GetLocation()))
            .Distinct();

    /// <summary>The types that are not inside another type.</summary>
    public IEnumerable<string> Types =>
        Roots.SelectMany(t => t.DescendantNodes(n => n is not BaseTypeDeclarationSyntax))
            .Select(n => n switch
            {
                BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
                DelegateDeclarationSyntax type => type.Identifier.ValueText,
                _ => null,
            })
            .OfType<string>()
            .Distinct();

    public string? Namespace =>
        Roots.SelectMany(t => t.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>()).FirstOrDefault()?.Name.ToString();

    public static IReadOnlyList<SourceFile> Under(params string[] folder) =>
        [.. Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => (file, path: System.IO.Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')))
            .Where(f => !f.path.Split('/').Any(part => part is "obj" or "bin" or "node_modules"))
            .OrderBy(f => f.path, System.StringComparer.Ordinal)
            .Select(f => new SourceFile(f.path, File.ReadAllText(f.file)))];

    public bool IsUnder(string folder) => Path.StartsWith(folder + "/", System.StringComparison.Ordinal);

    public override string ToString() => Path;

    private static SyntaxTree Parse(string path, string text, string[] symbols) =>
        CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.Parse, preprocessorSymbols: symbols), path);

    private IEnumerable<SyntaxNode> Roots => _trees.Select(t => t.GetRoot());

    private SourceWord At(string text, Location location) =>
        new(text, $"{Path}({location.GetLineSpan().StartLinePosition.Line + 1})");
}
