using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Architecture.Source;

/// <summary>Small files, each with one type that it is named for, and nothing left for later.</summary>
public sealed class FileShapeTests
{
    private const int LongestFile = 400;

    private static readonly Regex LeftForLater = new(@"\b(TODO|FIXME|HACK|XXX)\b", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    private static readonly IReadOnlyList<SourceFile> Files =
        [.. SourceFile.Under("Sync.WebSockets").Concat(SourceFile.Under("Sync.WebSockets.Tests")).Where(f => !IsAnotherProject(f))];

    // A part of a type is in "Type.Part.cs".
    [Test]
    public void File_holds_one_type_and_bears_its_name() =>
        Files.Where(f => f.Name != "Polyfills" && !f.Types.SequenceEqual([f.Name.Split('.')[0]])).Should().BeEmpty();

    [Test]
    public void No_file_is_longer_than_400_lines() =>
        Files.Where(f => f.LineCount > LongestFile).Should().BeEmpty();

    [Test]
    public void Nothing_is_left_for_later() =>
        Files.SelectMany(f => f.Comments).Where(c => LeftForLater.IsMatch(c.Text)).Select(c => c.ToString()).Should().BeEmpty();

    [Test]
    public void Nothing_is_not_implemented() =>
        Files.SelectMany(f => f.Words).Where(w => w.Text == "NotImplementedException").Select(w => w.ToString()).Should().BeEmpty();

    private static bool IsAnotherProject(SourceFile file) =>
        file.IsUnder("Sync.WebSockets.Tests/Consumers") || file.IsUnder("Sync.WebSockets.Tests/Peers");
}
