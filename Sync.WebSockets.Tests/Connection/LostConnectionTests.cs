using System;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
public sealed class LostConnectionTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [TestCase(false, false)]
    [TestCase(false, true)]
    [TestCase(true, false)]
    [TestCase(true, true)]
    [Category("T2")]
    public void End_without_a_Close_frame_is_a_network_error_that_the_reader_finds(bool tls, bool reset)
    {
        using var received = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.SendText("one");
            connection.SendText("two");
            connection.WaitForTest(received);
            if (reset)
                connection.Reset();
        });
        using WebSocketClient client = TestClient.Connect(server);
        Wait.Until(() => client.GetStatistics().MessagesReceived == 2, "both messages have come");

        received.Set();

        Wait.Until(() => client.State == WebSocketState.Closed, "the reader has found out, without a Send");
        client.Receive(Soon).Text.Should().Be("one");
        client.Receive(Soon).Text.Should().Be("two");
        WebSocketClosedException end = TestClient.EndOf(() => client.Receive(Soon));
        end.Cause.Should().Be(WebSocketCloseCause.NetworkError);
        end.ReceivedClose.Should().BeNull();
        TestClient.EndOf(() => client.Send("x")).Cause.Should().Be(WebSocketCloseCause.NetworkError);
        client.CloseStatus.Should().BeNull();
        client.WaitForClose(Soon).Should().BeTrue();
    }

    [TestCase(false)]
    [TestCase(true)]
    public void End_of_the_stream_inside_a_frame_is_a_network_error_and_its_part_is_not_delivered(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.SendRaw("8105 6869");
        });
        using WebSocketClient client = TestClient.Connect(server);

        TestClient.EndOf(() => client.Receive(Soon)).Cause.Should().Be(WebSocketCloseCause.NetworkError);
    }

    [TestCase("8182 00000000 6869", 1002, WebSocketCloseCause.ProtocolError, TestName = "Masked_frame_is_refused_with_1002")]
    [TestCase("c102 6869", 1002, WebSocketCloseCause.ProtocolError, TestName = "Reserved_bit_is_refused_with_1002")]
    [TestCase("8302 6869", 1002, WebSocketCloseCause.ProtocolError, TestName = "Reserved_opcode_is_refused_with_1002")]
    [TestCase("8002 6869", 1002, WebSocketCloseCause.ProtocolError, TestName = "Stray_continuation_is_refused_with_1002")]
    [TestCase("8801 03", 1002, WebSocketCloseCause.ProtocolError, TestName = "Close_of_one_byte_is_refused_with_1002")]
    [TestCase("8102 c328", 1007, WebSocketCloseCause.InvalidPayload, TestName = "Text_that_is_not_UTF8_is_refused_with_1007")]
    [TestCase("827f 0000000000100001", 1009, WebSocketCloseCause.MessageTooBig, TestName = "Message_over_the_limit_is_refused_with_1009")]
    public void Violation_is_answered_by_its_code_and_never_delivered(string frames, int code, WebSocketCloseCause cause)
    {
        ServerFrame? close = null;
        bool ended = false;
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendText("fine");
            connection.SendRaw(frames);
            close = connection.ReadFrame();
            ended = connection.ReadFrame() is null;
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.MaxMessageSize = 1 << 20);

        client.Receive(Soon).Text.Should().Be("fine");
        WebSocketClosedException end = TestClient.EndOf(() => client.Receive(Soon));

        end.Cause.Should().Be(cause);
        client.State.Should().Be(WebSocketState.Closed);
        TestClient.EndOf(() => client.Send("x")).Cause.Should().Be(cause);
        server.Join();
        close!.Opcode.Should().Be(Op.Close);
        close.CloseCode.Should().Be(code);
        ended.Should().BeTrue("a FIN follows, not a reset");
        client.CloseStatus.Should().BeNull("the server sent none");
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
