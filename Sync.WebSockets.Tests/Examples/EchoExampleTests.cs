using System;
using System.Linq;
using System.Text;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Examples;

[Category("Examples")]
[CancelAfter(60_000)]
public sealed class EchoExampleTests
{
    private const int Interrupted = 130;

    [Test]
    public void Without_arguments_it_shows_a_connection_from_opening_to_close()
    {
        using ExampleProcess echo = ExampleProcess.Start("Echo");
        echo.EndInput();

        int exitCode = echo.WaitForExit();

        echo.Errors.Should().BeEmpty();
        exitCode.Should().Be(0);
        echo.Output.Should()
            .Contain("101 Switching Protocols")
            .And.MatchRegex("\"Hello!\"  came back after [0-9.,]+ ms")
            .And.MatchRegex("1000000 bytes  came back after [0-9.,]+ ms")
            .And.MatchRegex("pings   [0-9]+ sent, [0-9]+ answered by the server; latency [0-9.,]+ ms")
            .And.MatchRegex("a ping on request took [0-9.,]+ ms")
            .And.Contain("Closed: 1000 NormalClosure, \"that was all\"")
            .And.NotContain("CHANGED");
    }

    [Test]
    public void Help_tells_how_to_call_it()
    {
        using ExampleProcess echo = ExampleProcess.Start("Echo", "--help");

        echo.WaitForExit().Should().Be(0);
        echo.Output.Should().StartWith("Usage: ").And.Contain("Exit codes");
    }

    [TestCase("not-a-url", "echo: Not an absolute URI")]
    [TestCase("http://localhost/", "echo: The URI's scheme is 'http'")]
    [TestCase("--what", "Usage: ")]
    public void Wrong_call_is_explained(string argument, string explanation)
    {
        using ExampleProcess echo = ExampleProcess.Start("Echo", argument);

        echo.WaitForExit().Should().Be(2);
        echo.Errors.Should().StartWith(explanation);
    }

    [Test]
    public void Piped_lines_are_sent_and_the_replies_printed()
    {
        using ScriptedServer server = new(c =>
        {
            c.Upgrade();
            c.EchoUntilClosed();
        });
        using ExampleProcess echo = ExampleProcess.Start("Echo", server.Uri.AbsoluteUri);
        echo.Type("one", "\u4e8c", "three");
        echo.EndInput();

        int exitCode = echo.WaitForExit();

        echo.Errors.Should().BeEmpty();
        exitCode.Should().Be(0);
        echo.Output.Should().EndWith("one\n\u4e8c\nthree\nClosed: 1000\n");
    }

    [Test]
    public void Replies_that_take_a_moment_are_waited_for_at_the_end_of_the_input()
    {
        using ManualResetEventSlim endOfInput = new();
        using ScriptedServer server = new(c =>
        {
            c.Upgrade();
            ServerFrame line = c.ReadMessage()!;
            c.WaitForTest(endOfInput);
            c.SendFrame(Op.Text, line.Payload);
            c.EchoUntilClosed();
        });
        using ExampleProcess echo = ExampleProcess.Start("Echo", server.Uri.AbsoluteUri);
        echo.WaitForOutput("Connected");
        echo.Type("late");
        echo.EndInput();
        endOfInput.Set();

        echo.WaitForExit().Should().Be(0);
        echo.Output.Should().Contain("late\n");
    }

    [Test]
    public void Server_that_sends_no_replies_does_not_keep_it()
    {
        using ScriptedServer server = new(c =>
        {
            c.Upgrade();
            c.ReadUntilClose();
        });
        using ExampleProcess echo = ExampleProcess.Start("Echo", server.Uri.AbsoluteUri);
        echo.WaitForOutput("Connected");
        echo.Type("one", "two", "three", "four", "five");
        echo.EndInput();

        int exitCode = -1;
        Elapsed.Of(() => exitCode = echo.WaitForExit()).Should().BeBelow(TimeSpan.FromSeconds(4));
        exitCode.Should().Be(0);
    }

    [Test]
    public void Refused_connection_is_one_line_on_stderr()
    {
        using ExampleProcess echo = ExampleProcess.Start("Echo", FormattableString.Invariant($"ws://127.0.0.1:{FreePort.Next()}/"));

        echo.WaitForExit().Should().Be(1);
        LinesOf(echo.Errors).Should().ContainSingle().Which.Should().StartWith("echo: No connection to 127.0.0.1");
    }

    [Test]
    public void Dropped_connection_is_one_line_on_stderr_also_while_nobody_types()
    {
        using ScriptedServer server = new(c =>
        {
            c.Upgrade();
            c.SendFrame(Op.Text, c.ReadMessage()!.Payload);
            c.Reset();
        });
        using ExampleProcess echo = ExampleProcess.Start("Echo", server.Uri.AbsoluteUri);
        echo.Type("hello");

        echo.WaitForExit().Should().Be(1);
        LinesOf(echo.Errors).Should().ContainSingle().Which.Should().StartWith("echo: The connection broke: ");
    }

    [Test]
    public void Server_that_closes_normally_ends_it_without_an_error()
    {
        using ScriptedServer server = new(c =>
        {
            c.Upgrade();
            c.SendText("bye");
            c.SendClose(1001, "restart");
            c.WaitForDisconnect();
        });
        using ExampleProcess echo = ExampleProcess.Start("Echo", server.Uri.AbsoluteUri);

        echo.WaitForExit().Should().Be(0);
        echo.Output.Should().EndWith("bye\nClosed: 1001 restart\n");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Signals are sent by kill")]
    public void Ctrl_C_closes_with_1001()
    {
        ServerFrame? close = null;
        using ScriptedServer server = new(c =>
        {
            c.Upgrade();
            close = c.ReadUntilClose();
        });
        using ExampleProcess echo = ExampleProcess.Start("Echo", server.Uri.AbsoluteUri);
        echo.WaitForOutput("Connected");

        ExitsSoonAfterCtrlC(echo);

        server.Join();
        close!.Payload.Should().Equal([3, 233, .. Encoding.ASCII.GetBytes("interrupted")], "that is 1001 and a reason");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Signals are sent by kill")]
    public void Ctrl_C_ends_it_in_time_although_the_server_never_answers()
    {
        using ManualResetEventSlim exited = new();
        using ScriptedServer server = new(c =>
        {
            c.Upgrade();
            c.WaitForTest(exited);
        });
        using ExampleProcess echo = ExampleProcess.Start("Echo", server.Uri.AbsoluteUri);
        echo.WaitForOutput("Connected");

        ExitsSoonAfterCtrlC(echo);

        exited.Set();
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Signals are sent by kill")]
    public void Ctrl_C_ends_it_while_it_connects()
    {
        using ManualResetEventSlim asked = new();
        using ManualResetEventSlim exited = new();
        using ScriptedServer server = new(c =>
        {
            c.ReadRequest();
            asked.Set();
            c.WaitForTest(exited);
        });
        using ExampleProcess echo = ExampleProcess.Start("Echo", server.Uri.AbsoluteUri);
        Wait.Until(() => asked.IsSet, "the example asks for a WebSocket", TimeSpan.FromSeconds(30));

        ExitsSoonAfterCtrlC(echo);

        exited.Set();
    }

    private static void ExitsSoonAfterCtrlC(ExampleProcess echo)
    {
        int exitCode = 0;
        Elapsed.Of(() =>
        {
            echo.PressCtrlC();
            exitCode = echo.WaitForExit();
        }).Should().BeBelow(TimeSpan.FromSeconds(2));
        echo.Errors.Should().BeEmpty();
        exitCode.Should().Be(Interrupted);
    }

    private static string[] LinesOf(string text) => [.. text.Split('\n').Where(line => line.Length > 0)];
}
