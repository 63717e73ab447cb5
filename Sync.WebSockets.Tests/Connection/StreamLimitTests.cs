using System;
using System.IO;
using System.Linq;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

/// <summary>How large a message may be that is received as a stream, and how much of it waits.</summary>
[TestFixture]
public sealed class StreamLimitTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Test]
    public void Looking_for_a_message_without_waiting_decides_about_one_that_is_too_big()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendText("small");
            connection.SendBinary(new byte[2000]);
            connection.ReadUntilClose().CloseCode.Should().Be(1009);
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.MaxMessageSize = 1000);
        Wait.Until(() => client.CheckHealth().ReadingIsPaused, "the reader waits for somebody to decide");

        client.TryReceive(TimeSpan.Zero, out WebSocketMessage small).Should().BeTrue();

        small.Text.Should().Be("small");
        client.CheckHealth().ReadingIsPaused.Should().BeTrue("nothing was decided yet");
        client.TryReceive(TimeSpan.Zero, out _).Should().BeFalse();
        client.WaitForClose(Soon).Should().BeTrue();
        TestClient.EndOf(() => client.TryReceive(TimeSpan.Zero, out _)).Cause.Should().Be(WebSocketCloseCause.MessageTooBig);
        server.Join();
    }

    [Test]
    public void Message_over_the_limit_can_be_streamed_but_not_received_whole([Values] bool streamed, [Values] bool waiting, [Values] bool fragmented)
    {
        using var begin = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.WaitForTest(begin);
            if (fragmented)
            {
                connection.SendFrame(Op.Binary, new byte[900_000], fin: false);
                connection.SendFrame(Op.Continuation, new byte[1_100_000]);
            }
            else
            {
                connection.SendBinary(new byte[2_000_000]);
            }
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.MaxMessageSize = 1_000_000);
        if (!waiting)
        {
            begin.Set();
            Wait.Until(() => client.CheckHealth().ReadingIsPaused, "the reader waits for somebody to decide");
        }
        BackgroundRun receives = Run.InBackground(() =>
        {
            if (streamed)
                client.OpenReceiveStream(Soon).CountBytes().Should().Be(2_000_000);
            else
                TestClient.EndOf(() => client.Receive(Soon)).Cause.Should().Be(WebSocketCloseCause.MessageTooBig);
        });
        if (waiting)
        {
            Wait.Until(() => receives.IsWaiting, "it waits");
            begin.Set();
        }

        receives.Join();
        if (!streamed)
            return;
        client.Send("hello");
        client.Receive(Soon).Text.Should().Be("hello");
    }

    [Test]
    public void Connection_that_is_closed_drops_a_message_that_is_too_big([Values] bool before)
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            if (before)
                connection.SendBinary(new byte[2000]);
            connection.ReadFrame()!.Opcode.Should().Be(Op.Close);
            if (!before)
                connection.SendBinary(new byte[2000]);
            connection.SendClose(1000, "bye");
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.MaxMessageSize = 1000);
        if (before)
            Wait.Until(() => client.CheckHealth().ReadingIsPaused, "the reader waits for somebody to decide");

        client.Close();

        WebSocketClosedException end = TestClient.EndOf(() => client.Receive(Soon));
        end.Cause.Should().Be(WebSocketCloseCause.LocalClose);
        end.ReceivedClose!.Value.Description.Should().Be("bye");
        server.Join();
    }

    [TestCase(3000)]
    [TestCase(70_000)]
    public void Message_over_a_small_limit_comes_as_it_was_sent_while_others_follow(int length)
    {
        byte[] payload = Traffic.Bytes(length, seed: 1);
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendBinary(payload);
            for (int i = 0; i < 500; i++)
                connection.SendBinary(new byte[100]);
            connection.SendBinary(payload);
            connection.ReadUntilClose().CloseCode.Should().Be(1009);
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.MaxMessageSize = 100);
        using var copy = new MemoryStream();
        using (WebSocketMessageStream stream = client.OpenReceiveStream(Soon))
        {
            Wait.Until(() => client.CheckHealth().QueuedMessages == 500, "the others have come");
            stream.CopyTo(copy);
        }

        copy.ToArray().AsSpan().SequenceEqual(payload).Should().BeTrue();
        for (int i = 0; i < 500; i++)
            client.Receive(Soon).Data.Should().HaveCount(100);
        TestClient.EndOf(() => client.Receive(Soon)).Cause.Should().Be(WebSocketCloseCause.MessageTooBig);
        server.Join();
    }

    [Test]
    public void Streamed_messages_have_a_limit_of_their_own()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendFrame(Op.Binary, new byte[100_000], fin: false);
            connection.SendFrame(Op.Continuation, new byte[100_001]);
            connection.ReadUntilClose().CloseCode.Should().Be(1009);
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.MaxMessageSize = 1000;
            options.MaxStreamedMessageSize = 200_000;
        });
        using WebSocketMessageStream stream = client.OpenReceiveStream(Soon);

        WebSocketClosedException end = TestClient.EndOf(() => stream.CountBytes());

        end.Cause.Should().Be(WebSocketCloseCause.MessageTooBig);
        end.Message.Should().Contain("MaxStreamedMessageSize");
        stream.Position.Should().Be(100_000);
        server.Join();
    }

    [Test]
    public void Limit_of_streamed_messages_is_never_below_that_of_whole_ones([Values] bool fragmented)
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            Send(1000);
            Send(1001);
            connection.ReadUntilClose().CloseCode.Should().Be(1009);

            void Send(int length)
            {
                if (fragmented)
                    connection.SendFrame(Op.Binary, new byte[700], fin: false);
                connection.SendFrame(fragmented ? Op.Continuation : Op.Binary, new byte[fragmented ? length - 700 : length]);
            }
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.MaxMessageSize = 1000;
            options.MaxStreamedMessageSize = 1;
        });

        using (WebSocketMessageStream stream = client.OpenReceiveStream(Soon))
            stream.CountBytes().Should().Be(1000);
        using (WebSocketMessageStream stream = client.OpenReceiveStream(Soon))
            TestClient.EndOf(() => stream.CountBytes()).Cause.Should().Be(WebSocketCloseCause.MessageTooBig);
    }

    [Test]
    public void Slow_receiver_holds_the_server_up_and_the_queue_keeps_its_bound()
    {
        using ScriptedServer server = TestServer.Start(tls: false, receiveBufferSize: 16 * 1024, script: connection =>
        {
            connection.Upgrade();
            connection.SendBinary(new byte[20_000_000]);
            connection.ReadUntilClose();
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.ReceiveQueueBytes = 100_000;
            options.ReceiveBufferSize = 16 * 1024;
        });
        using WebSocketMessageStream stream = client.OpenReceiveStream(Soon);

        Wait.Until(() => client.CheckHealth().ReadingIsPaused, "the queue is full");
        client.CheckHealth().QueueFill.Should().BeLessThan(3);
        stream.CountBytes().Should().Be(20_000_000);
    }

    [Test]
    public void Compressed_message_is_inflated_as_it_is_read()
    {
        byte[] payload = new byte[50_000_000];
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade("Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover; server_no_context_takeover");
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.Compression = new WebSocketCompressionOptions();
            options.MaxMessageSize = 100_000;
        });
        client.Send(payload);

        client.OpenReceiveStream(Soon).CountBytes().Should().Be(payload.Length);

        client.Send("hello");
        client.Receive(Soon).Text.Should().Be("hello");
    }
}
