using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using NUnit.Framework;
using Sync.WebSockets.Protocol;

namespace Sync.WebSockets.Architecture;

/// <summary>
/// What users can name changes only on purpose, and is the same on every target. A line that holds for some targets only
/// ends with "// only:" and their names.
/// </summary>
public sealed class PublicSurfaceTests
{
    private const string Only = " // only: ";

#if NETSTANDARD_LIBRARY
    private const string Target = "netstandard2.0";
#elif NETFRAMEWORK
    private const string Target = "net462";
#else
    private const string Target = "net10.0";
#endif

    [Test]
    public void Public_surface_is_the_approved_one()
    {
        string folder = Repository.PathOf("Sync.WebSockets.Tests", "Architecture");
        string approvedFile = Path.Combine(folder, "PublicSurface.approved.txt");
        string receivedFile = Path.Combine(folder, $"PublicSurface.{Target}.received.txt");
        string[] approved = [.. File.ReadAllLines(approvedFile).Where(IsForThisTarget).Select(WithoutMarker)];
        IReadOnlyList<string> received = PublicSurface.Of(typeof(Violation).Assembly);

        File.Delete(receivedFile);
        if (approved.SequenceEqual(received))
            return;

        File.WriteAllLines(receivedFile, received);
        Assert.Fail(
            $"""
            The public surface on {Target} is not the approved one.
            New:
            {Difference(received, approved)}
            Gone:
            {Difference(approved, received)}
            If that is meant, say it in CHANGELOG.md and approve it:
              mv "{receivedFile}" "{approvedFile}"
            """);
    }

    private static string Difference(IReadOnlyCollection<string> from, IReadOnlyCollection<string> minus)
    {
        string[] lines = [.. from.Except(minus)];
        return lines.Length == 0 ? "  nothing, or only the order of lines" : string.Join("\n", lines);
    }

    private static bool IsForThisTarget(string line)
    {
        int marker = line.IndexOf(Only, StringComparison.Ordinal);
        return marker < 0 || line.Substring(marker + Only.Length).Split(',').Select(t => t.Trim()).Contains(Target);
    }

    private static string WithoutMarker(string line)
    {
        int marker = line.IndexOf(Only, StringComparison.Ordinal);
        return marker < 0 ? line : line.Substring(0, marker);
    }
}
