using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Sync.WebSockets.Architecture;

namespace Sync.WebSockets.Documentation;

/// <summary>A block of C# in a page of documentation, with the line of the page where its code begins.</summary>
public sealed record Snippet(string Page, int Line, string Code)
{
    private const string Fence = "```";

    public static IEnumerable<Snippet> All() => Pages().SelectMany(page => In(page, File.ReadAllLines(Repository.PathOf(page))));

    /// <summary>The blocks of one page that are fenced as csharp; other languages are not for the compiler.</summary>
    public static IEnumerable<Snippet> In(string page, string[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Fence, StringComparison.Ordinal))
                continue;

            int end = Array.FindIndex(lines, i + 1, l => l.StartsWith(Fence, StringComparison.Ordinal));
            if (end < 0)
                throw new InvalidDataException($"{page}({i + 1}): this block is never closed.");

            if (lines[i].Trim() == Fence + "csharp")
                yield return new Snippet(page, i + 2, string.Join("\n", lines[(i + 1)..end]));

            i = end;
        }
    }

    public override string ToString() => $"{Page}({Line})";

    private static IEnumerable<string> Pages()
    {
        string docs = Repository.PathOf("docs");
        IEnumerable<string> more = Directory.Exists(docs)
            ? Directory.EnumerateFiles(docs, "*.md", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Repository.Root, f))
            : [];
        return more.OrderBy(p => p, StringComparer.Ordinal).Prepend("README.md");
    }
}
