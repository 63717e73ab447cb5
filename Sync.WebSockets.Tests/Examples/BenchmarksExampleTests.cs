using System.IO;
using System.Xml.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Examples;

[Category("Examples")]
[CancelAfter(60_000)]
public sealed class BenchmarksExampleTests
{
    [Test]
    public void A_quick_run_prints_a_table_and_saves_it_with_a_chart()
    {
        using TempFolder folder = new();
        using ExampleProcess benchmarks = ExampleProcess.Start(
            "Benchmarks", "--quick", "--runs", "2", "--only", "receive, 64 B into", "--output", folder.FullName);

        int exitCode = benchmarks.WaitForExit();

        exitCode.Should().Be(0, benchmarks.Errors);
        benchmarks.Output.Should()
            .MatchRegex("(?m)^\\|  \\| raw socket \\| Sync.WebSockets \\| ClientWebSocket, awaited \\| ClientWebSocket, blocking \\|")
            .And.MatchRegex("(?m)^\\| 64 B into a buffer \\|( [0-9.]+ [kM]?/s \u00b1[0-9]+ % \\|){4}.*( [0-9.]+ x \\|){3}$");
        benchmarks.Output.TrimEnd().Should().Be(File.ReadAllText(Path.Combine(folder.FullName, "results.md")).TrimEnd());
        XDocument.Load(Path.Combine(folder.FullName, "receive.svg")).Root!.Name.LocalName.Should().Be("svg");
    }

    [Test]
    public void Many_connections_live_and_are_compared()
    {
        using ExampleProcess benchmarks = ExampleProcess.Start("Benchmarks", "scale", "--connections", "100", "--seconds", "2");

        int exitCode = benchmarks.WaitForExit();

        exitCode.Should().Be(0, benchmarks.Errors);
        benchmarks.Output.Should()
            .Contain("| connections that ended | none | none |")
            .And.MatchRegex("(?m)^\\| heartbeat late by .*\\| [0-9.]+ ");
    }

    [TestCase("--what")]
    [TestCase("--runs", "none")]
    public void Wrong_call_is_explained(params string[] arguments)
    {
        using ExampleProcess benchmarks = ExampleProcess.Start("Benchmarks", arguments);

        benchmarks.WaitForExit().Should().Be(2);
        benchmarks.Errors.Should().StartWith("Usage: ");
    }
}
