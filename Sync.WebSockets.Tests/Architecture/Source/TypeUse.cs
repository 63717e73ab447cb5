using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sync.WebSockets.Architecture.Source;

/// <summary>One place where a file says the name of a type of the library, or of one of its members, as the compiler understands it.</summary>
internal sealed record TypeUse(string User, int Line, string Type, string Declarer)
{
    public static IReadOnlyList<TypeUse> In(IReadOnlyList<SourceFile> files) =>
        [.. Enumerable.Range(0, files[0].Trees.Count).SelectMany(set => In(files.Select(f => f.Trees[set]))).Distinct()];

    public override string ToString() => $"{User}({Line}): {Type} of {Declarer}";

    private static IEnumerable<TypeUse> In(IEnumerable<SyntaxTree> trees)
    {
        var compilation = CSharpCompilation.Create("Sync.WebSockets", trees, PlatformReferences.All);
        return compilation.SyntaxTrees.SelectMany(tree => In(tree, compilation.GetSemanticModel(tree)));
    }

    private static IEnumerable<TypeUse> In(SyntaxTree tree, SemanticModel model)
    {
        foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            ISymbol? symbol = model.GetSymbolInfo(name).Symbol;
            INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
            string? declarer = type?.Locations.FirstOrDefault(l => l.IsInSource)?.SourceTree!.FilePath;
            if (declarer != null && !string.Equals(declarer, tree.FilePath, StringComparison.Ordinal))
                yield return new TypeUse(tree.FilePath, name.GetLocation().GetLineSpan().StartLinePosition.Line + 1, type!.Name, declarer);
        }
    }
}
