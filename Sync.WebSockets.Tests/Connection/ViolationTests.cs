using System;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Messages;
using Sync.WebSockets.Support;
using static System.FormattableString;

namespace Sync.WebSockets.Connection;

/// <summary>What a server must not send: over a real connection, each rule once.</summary>
[TestFixture]
[NonParallelizable]
public sealed class ViolationTests
{
    private const int Limit = 1 << 20;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [TestCase("8182 00000000 6869", 1002, WebSocketCloseCause.ProtocolError, Category = "F1", Description = "masked")]
    [TestCase("c102 6869", 1002, WebSocketCloseCause.ProtocolError, Category = "F1", Description = "RSV1")]
    [TestCase("a102 6869", 1002, WebSocketCloseCause.ProtocolError, Category = "F1", Description = "RSV2")]
    [TestCase("9102 6869", 1002, WebSocketCloseCause.ProtocolError, Category = "F1", Description = "RSV3")]
    [TestCase("8302 6869", 1002, WebSocketCloseCause.ProtocolError, Category = "F1", Description = "reserved data opcode")]
    [TestCase("8b00", 1002, WebSocketCloseCause.ProtocolError, Category = "F1", Description = "reserved control opcode")]
    [TestCase("0900 8000", 1002, WebSocketCloseCause.ProtocolError, Category = "F2", Description = "fragmented ping")]
    [TestCase("897e 007e", 1002, WebSocketCloseCause.ProtocolError, Category = "F2", Description = "ping over 125 bytes")]
    [TestCase("827e 0001 00", 1002, WebSocketCloseCause.ProtocolError, Category = "F3", Description = "length not minimal")]
    [TestCase("827f 8000000000000000", 1002, WebSocketCloseCause.ProtocolError, Category = "F3", Description = "top bit of the length")]
    [TestCase("827f 0000000000100001", 1009, WebSocketCloseCause.MessageTooBig, Category = "F4", Description = "over the limit")]
    [TestCase("0201 01 807f 0000000000100000", 1009, WebSocketCloseCause.MessageTooBig, Category = "F4", Description = "sum over the limit")]
    [TestCase("8002 6869", 1002, WebSocketCloseCause.ProtocolError, Category = "F6", Description = "stray continuation")]
    [TestCase("0101 41 8101 42", 1002, WebSocketCloseCause.ProtocolError, Category = "F6", Description = "data frame inside a message")]
    [TestCase("8102 c328", 1007, WebSocketCloseCause.InvalidPayload, Category = "F7", Description = "text that is not UTF-8")]
    [TestCase("0101 c3 8000", 1007, WebSocketCloseCause.InvalidPayload, Category = "F7", Description = "text that ends inside a letter")]
    [TestCase("8801 03", 1002, WebSocketCloseCause.ProtocolError, Category = "F8", Description = "Close of one byte")]
    [TestCase("8802 03ed", 1002, WebSocketCloseCause.ProtocolError, Category = "F8", Description = "Close with 1005")]
    [TestCase("8802 1388", 1002, WebSocketCloseCause.ProtocolError, Category = "F8", Description = "Close with 5000")]
    [TestCase("8803 03e8 ff", 1007, WebSocketCloseCause.InvalidPayload, Category = "F9", Description = "reason that is not UTF-8")]
    [TestCase("0101 41 8802 03e8 8001 42 8102 6869", 1000, WebSocketCloseCause.RemoteClose, Category = "F10", Description = "Close inside a message")]
    public void Bad_frame_is_answered_by_its_code_and_every_blocked_call_gets_the_cause(string frames, int code, WebSocketCloseCause cause)
    {
        ServerFrame? close = null;
        bool ended = false;
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendText("fine");
            connection.ReadFrame()!.Opcode.Should().Be(Op.Ping);
            connection.SendRaw(frames);
            close = connection.ReadFrame();
            ended = connection.ReadFrame() is null;
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.MaxMessageSize = Limit);
        client.Receive(Soon).Text.Should().Be("fine");

        Action[] blocked = [() => client.Receive(), () => client.TryReceive(Soon, out _), () => client.Ping(Soon)];
        Run.Together(blocked.Select<Action, Action>(call => () => TestClient.EndOf(call).Cause.Should().Be(cause)));

        TestClient.EndOf(() => client.Receive(Soon)).Cause.Should().Be(cause, "the bad message is never delivered");
        TestClient.EndOf(() => client.Send("x")).Cause.Should().Be(cause);
        server.Join();
        close!.Opcode.Should().Be(Op.Close);
        close.CloseCode.Should().Be(code);
        ended.Should().BeTrue("a FIN follows, not a reset");
        client.WaitForClose(Soon).Should().BeTrue();
        client.State.Should().Be(WebSocketState.Closed);
        client.CloseStatus.Should().Be(cause == WebSocketCloseCause.RemoteClose ? (WebSocketCloseStatus?)code : null);
    }

    [Test]
    [Category("F5")]
    public void Message_that_is_announced_and_does_not_come_takes_no_memory()
    {
        using var announced = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendRaw("8104 66696e65 827f 0000000040000000 0102030405");
            connection.WaitForTest(announced);
        });
        long before = GC.GetTotalMemory(forceFullCollection: true);
        using WebSocketClient client = TestClient.Connect(server, options => options.MaxMessageSize = 1 << 30);
        client.Receive(Soon).Text.Should().Be("fine");

        client.TryReceive(TimeSpan.FromMilliseconds(100), out _).Should().BeFalse();

        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(8 << 20, "a gibibyte was announced");
        announced.Set();
        TestClient.EndOf(() => client.Receive(Soon)).Cause.Should().Be(WebSocketCloseCause.NetworkError);
    }

    [Test]
    [Category("F11")]
    public void Flood_of_pings_that_nobody_reads_the_pongs_of_holds_up_no_message()
    {
        const int pings = 100_000;
        using var received = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls: false, receiveBufferSize: 16 * 1024, script: connection =>
        {
            connection.Upgrade();
            connection.SendRaw([.. Enumerable.Range(1, pings).SelectMany(i => (byte[])[0x89, 3, (byte)(i >> 16), (byte)(i >> 8), (byte)i])]);
            connection.SendText("behind the pings");
            connection.WaitForTest(received);
            byte[] newest = [pings >> 16, (pings >> 8) & 0xff, pings & 0xff];
            while (!connection.ReadFrame()!.Payload.SequenceEqual(newest))
            {
            }
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.SendBufferSize = 16 * 1024);

        client.Receive(Soon).Text.Should().Be("behind the pings");

        received.Set();
        server.Join();
        client.GetStatistics().PingsReceived.Should().Be(pings);
        client.GetStatistics().PongsSent.Should().BeLessThan(pings, "only the newest ping needs an answer, and one at a time waits for room");
    }

    [Test]
    [Category("F12")]
    public void Flood_of_pongs_holds_up_no_message_and_answers_no_ping()
    {
        const int pongs = 100_000;
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            ServerFrame ping = connection.ReadFrame()!;
            connection.SendRaw([.. Enumerable.Range(1, pongs).SelectMany(i => (byte[])[0x8a, 3, (byte)(i >> 16), (byte)(i >> 8), (byte)i])]);
            connection.SendText("behind the pongs");
            connection.ReadMessage()!.Text.Should().Be("go on");
            connection.SendPong(ping.Payload);
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server);
        BackgroundRun ping = Run.InBackground(() => client.Ping(Soon));

        client.Receive(Soon).Text.Should().Be("behind the pongs");

        ping.IsRunning.Should().BeTrue("none of them had its payload");
        client.Send("go on");
        ping.Join();
        client.GetStatistics().PongsReceived.Should().Be(pongs + 1);
    }

    [Test]
    [Category("F13")]
    public void Fragments_without_end_are_refused_with_1008()
    {
        ServerFrame? close = null;
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendRaw("0100");
            connection.SendRaw(new byte[2 * MessageAssembler.MaxFragments]);
            close = connection.ReadFrame();
            connection.ReadFrame().Should().BeNull("a FIN follows, not a reset");
        });
        using WebSocketClient client = TestClient.Connect(server);

        WebSocketClosedException end = TestClient.EndOf(() => client.Receive(Soon));

        end.Cause.Should().Be(WebSocketCloseCause.PolicyFailed);
        end.Message.Should().Contain(Invariant($"{MessageAssembler.MaxFragments}"));
        server.Join();
        close!.CloseCode.Should().Be(1008);
    }

    [TestCase("c102 6869", 1002)]
    [TestCase("8802 03e8", 1000)]
    public void Answer_arrives_also_when_much_more_came_behind_a_violation_or_a_Close(string frames, int code)
    {
        ServerFrame? close = null;
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            byte[] flood = [.. Enumerable.Repeat(Hex.Bytes("820a 00000000000000000000"), 20_000).SelectMany(bytes => bytes)];
            connection.SendRaw([.. flood, .. Hex.Bytes(frames), .. flood]);
            close = connection.ReadFrame();
            connection.ReadFrame().Should().BeNull("a FIN follows");
            // A client that had left already would answer this by a reset.
            connection.SendRaw(flood);
            connection.Pause(TimeSpan.FromMilliseconds(100));
            connection.SendRaw(flood);
        });
        using WebSocketClient client = TestClient.Connect(server);

        for (int i = 0; i < 20_000; i++)
            client.Receive(Soon);
        TestClient.EndOf(() => client.Receive(Soon));

        server.Join();
        close!.CloseCode.Should().Be(code);
    }

    [Test]
    public void Violation_of_a_server_that_never_closes_TCP_ends_the_connection_within_a_second()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendRaw("c102 6869");
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server);
        TestClient.EndOf(() => client.Receive(Soon));

        client.WaitForClose(TimeSpan.FromSeconds(1.25)).Should().BeTrue();
    }
}
