using System;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Examples;

[Category("Examples")]
[CancelAfter(600_000)]
public sealed class BulkTransferExampleTests
{
    private const int MostMebibytes = 256;

    private static readonly TimeSpan Longest = LongRun.Or(slice: TimeSpan.FromSeconds(60), full: TimeSpan.FromSeconds(600));

    [Test]
    public void Table_arrives_whole_over_a_connection_that_is_cut_again_and_again()
    {
        string[] size = LongRun.Or(slice: ["--rows", "20000", "--batch", "500", "--chaos", "10"], full: (string[])["--rows", "1000000", "--chaos", "100"]);
        (long rows, int cuts) = LongRun.Or(slice: (20_000L, 10), full: (1_000_000L, 100));
        using ExampleProcess transfer = ExampleProcess.Start("BulkTransfer", size);

        int exitCode = transfer.WaitForExit(Longest);

        TestContext.Out.WriteLine(transfer.Output);
        transfer.Errors.Should().BeEmpty();
        exitCode.Should().Be(0);
        transfer.Output.Should().EndWith("\nthe same\n");
        Numbers(transfer, "^(source|replica): +(?<number>[0-9,]+) rows").Should().Equal(rows, rows);
        Numbers(transfer, "(?<number>[0-9]+) cuts \\(").Should().Equal(cuts);
        Numbers(transfer, "(?<number>[0-9]+) reconnects$").Last().Should().BeGreaterThanOrEqualTo(cuts);
        Numbers(transfer, "(client|server) (?<number>[0-9]+)[.][0-9] MiB").Should().HaveCount(2).And.OnlyContain(mebibytes => mebibytes < MostMebibytes);
    }

    [Test]
    public void Connection_that_is_left_in_peace_is_the_only_one()
    {
        using ExampleProcess transfer = ExampleProcess.Start("BulkTransfer", "--rows", "1000", "--batch", "300", "--window", "1");

        transfer.WaitForExit().Should().Be(0);
        transfer.Errors.Should().BeEmpty();
        transfer.Output.Should().Contain("; 4 batches were written, 0 had come before; no cuts\n").And.EndWith("\nthe same\n");
        Numbers(transfer, "(?<number>[0-9]+) reconnects$").Last().Should().Be(0);
    }

    [Test]
    public void Help_tells_how_to_call_it()
    {
        using ExampleProcess transfer = ExampleProcess.Start("BulkTransfer", "--help");

        transfer.WaitForExit().Should().Be(0);
        transfer.Output.Should().StartWith("Usage: ").And.Contain("--chaos").And.Contain("Exit codes");
    }

    [TestCase("--what")]
    [TestCase("--rows")]
    [TestCase("--rows", "0")]
    [TestCase("--batch", "many")]
    public void Wrong_call_is_explained(params string[] arguments)
    {
        using ExampleProcess transfer = ExampleProcess.Start("BulkTransfer", arguments);

        transfer.WaitForExit().Should().Be(2);
        transfer.Errors.Should().StartWith("Usage: ");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Signals are sent by kill")]
    public void Ctrl_C_ends_it_in_the_midst_of_the_transfer()
    {
        using ExampleProcess transfer = ExampleProcess.Start("BulkTransfer", "--rows", "100000", "--batch", "100");
        transfer.WaitForOutput("10 %");

        transfer.PressCtrlC();

        transfer.WaitForExit().Should().Be(130);
        transfer.Errors.Should().BeEmpty();
        transfer.Output.Should().NotContain("the same");
    }

    private static long[] Numbers(ExampleProcess transfer, string pattern) =>
        [.. Regex.Matches(transfer.Output, pattern, RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            .Select(match => long.Parse(match.Groups["number"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture))];
}
