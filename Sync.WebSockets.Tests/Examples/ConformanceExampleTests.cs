using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.Linq;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Examples;

[Category("Examples")]
[CancelAfter(60_000)]
public sealed class ConformanceExampleTests
{
    private const string Agent = "me & my/agent 1";
    private const string AgentInQuery = "agent=me%20%26%20my%2Fagent%201";

    // What the server plays as cases 1, 2 and so on.
    private static readonly Action<ServerConnection>[] Cases =
    [
        c => ComesBack(c, Op.Text, Encoding.UTF8.GetBytes("h\u00e9llo")),
        c => ComesBack(c, Op.Binary, Traffic.Bytes(100_000, seed: 1)),
        c =>
        {
            c.SendPing([1, 2]);
            c.ReadFrame()!.Payload.Should().Equal(1, 2);
            c.SendClose();
            c.ReadFrame()!.CloseCode.Should().Be(1000);
        },
        c =>
        {
            c.SendFrame(Op.Text, [], rsv: 4);
            c.ReadUntilClose().CloseCode.Should().Be(1002);
        },
        c => c.Reset(),
    ];

    [Test]
    public void All_cases_are_run_in_order_and_then_the_report_is_written()
    {
        var targets = new ConcurrentQueue<string>();
        using ScriptedServer server = new(c =>
        {
            string target = c.Upgrade().Target;
            targets.Enqueue(target);
            Play(c, target);
        });
        using ExampleProcess conformance = ExampleProcess.Start("Conformance", server.Uri.AbsoluteUri, Agent);

        int exitCode = conformance.WaitForExit();

        conformance.Errors.Should().BeEmpty();
        exitCode.Should().Be(0);
        server.Join();
        targets.Should().Equal(
        [
            "/getCaseCount",
            .. Enumerable.Range(1, Cases.Length).Select(number => $"/runCase?case={number}&{AgentInQuery}"),
            "/updateReports?" + AgentInQuery,
        ]);
        conformance.Output.Should().Contain("\n4/5: ").And.EndWith("\nAll 5 cases were run; the server has written its report.\n");
    }

    [Test]
    public void Server_that_cannot_be_reached_is_one_line_on_stderr()
    {
        using ExampleProcess conformance = ExampleProcess.Start("Conformance", FormattableString.Invariant($"ws://127.0.0.1:{FreePort.Next()}"));

        conformance.WaitForExit().Should().Be(1);
        conformance.Errors.Should().StartWith("conformance: No connection to 127.0.0.1").And.MatchRegex("^[^\n]*\n$");
    }

    [Test]
    public void Server_that_counts_no_cases_is_explained()
    {
        using ScriptedServer server = new(c =>
        {
            c.Upgrade();
            c.SendText("hello");
            c.ReadUntilClose();
        });
        using ExampleProcess conformance = ExampleProcess.Start("Conformance", server.Uri.AbsoluteUri);

        conformance.WaitForExit().Should().Be(1);
        conformance.Errors.Should().StartWith("conformance: ");
    }

    [TestCase]
    [TestCase("not-a-url")]
    [TestCase("http://localhost/")]
    [TestCase("ws://localhost/", "agent", "more")]
    public void Wrong_call_is_explained(params string[] arguments)
    {
        using ExampleProcess conformance = ExampleProcess.Start("Conformance", arguments);

        conformance.WaitForExit().Should().Be(2);
        conformance.Errors.Should().MatchRegex("^(Usage|conformance): ");
    }

    private static void Play(ServerConnection connection, string target)
    {
        if (target.StartsWith("/runCase", StringComparison.Ordinal))
        {
            string number = target.Split('=', '&')[1];
            Cases[int.Parse(number, CultureInfo.InvariantCulture) - 1](connection);
            return;
        }

        if (target == "/getCaseCount")
            connection.SendText(Cases.Length.ToString(CultureInfo.InvariantCulture));
        connection.SendClose();
        connection.ReadFrame()!.CloseCode.Should().Be(1000);
    }

    private static void ComesBack(ServerConnection connection, int opcode, byte[] payload)
    {
        connection.SendFrame(opcode, payload);
        ServerFrame echo = connection.ReadMessage()!;
        echo.Opcode.Should().Be(opcode);
        echo.Payload.Should().Equal(payload);
        connection.SendClose();
        connection.ReadFrame()!.CloseCode.Should().Be(1000);
    }
}
