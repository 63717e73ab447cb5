using System;
using System.Diagnostics;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[Parallelizable(Waiting.Scope)]
public sealed class SendStalledTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);
    private static readonly byte[] Message = new byte[16 * 1024];

    [TestCase(false)]
    [TestCase(true)]
    public void Program_that_only_sends_to_an_echo_server_is_told_so(bool tls)
    {
        using ScriptedServer server = new(
            connection =>
            {
                connection.Upgrade();
                EchoUntilLost(connection);
            },
            new ScriptedServerOptions { Certificate = tls ? TestCertificates.Localhost : null, ReceiveBufferSize = 32 * 1024, SendBufferSize = 32 * 1024 });
        using WebSocketClient client = Connect(server);

        var sinceLastSend = Stopwatch.StartNew();
        WebSocketClosedException end = TestClient.EndOf(() =>
        {
            while (true)
            {
                client.Send(Message);
                sinceLastSend.Restart();
            }
        });

        sinceLastSend.Elapsed.Should().BeGreaterThan(Interval + Timeout - Slack).And.BeBelow(Interval + Timeout + Interval + Slack);
        end.Cause.Should().Be(WebSocketCloseCause.SendStalled);
        end.Message.Should().Contain("Receive while you send").And.Contain("ReceiveQueueBytes").And.Contain("2 s");
        client.State.Should().Be(WebSocketState.Closed);
        client.Receive().Data.Should().Equal(Message, "what was queued stays readable");
    }

    [Test]
    public void Server_that_pauses_reading_for_less_does_not_end_the_connection()
    {
        const int messages = 200;
        int received = 0;
        using ScriptedServer server = new(
            connection =>
            {
                connection.Upgrade();
                for (int i = 0; i < 100; i++)
                    connection.SendBinary(Message);
                connection.Pause(Interval + Timeout - TimeSpan.FromMilliseconds(500));
                while (connection.ReadMessage() is { Opcode: Op.Binary })
                    received++;
            },
            new ScriptedServerOptions { ReceiveBufferSize = 32 * 1024 });
        using WebSocketClient client = Connect(server);
        Wait.Until(() => client.CheckHealth().ReadingIsPaused, "the receive queue is full");

        TimeSpan elapsed = Elapsed.Of(() =>
        {
            for (int i = 0; i < messages; i++)
                client.Send(Message);
        });

        elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(500), "sending was stuck");
        client.State.Should().Be(WebSocketState.Open);
        Wait.Until(() => received == messages, "everything has arrived");
    }

    [Test]
    public void Send_that_gets_on_slowly_while_reading_is_paused_is_not_stalled()
    {
        int received = 0;
        using ScriptedServer server = new(
            connection =>
            {
                connection.Upgrade();
                for (int i = 0; i < 100; i++)
                    connection.SendBinary(Message);
                for (byte[] some = new byte[16 * 1024]; received < 60 * Message.Length; connection.Pause(TimeSpan.FromMilliseconds(80)))
                    received += connection.Stream.Read(some, 0, some.Length);
                connection.WaitForDisconnect();
            },
            new ScriptedServerOptions { ReceiveBufferSize = 32 * 1024 });
        using WebSocketClient client = Connect(server);
        Wait.Until(() => client.CheckHealth().ReadingIsPaused, "the receive queue is full");

        TimeSpan elapsed = Elapsed.Of(() => client.Send(new byte[60 * Message.Length]));

        elapsed.Should().BeGreaterThan(Interval + Timeout + Interval, "sending was slow");
        client.State.Should().Be(WebSocketState.Open);
    }

    // Its write is stuck when the client goes, which some systems report as a timeout.
    private static void EchoUntilLost(ServerConnection connection)
    {
        try
        {
            connection.EchoUntilClosed();
        }
        catch (Exception e) when (ServerStream.IsLoss(e))
        {
        }
    }

    private static WebSocketClient Connect(ScriptedServer server) => TestClient.Connect(server, options =>
    {
        options.PingInterval = Interval;
        options.PingTimeout = Timeout;
        options.ReceiveQueueBytes = 64 * 1024;
        options.SendBufferSize = 32 * 1024;
        options.ReceiveBufferSize = 32 * 1024;
        options.MaxSendFrameSize = 16 << 20;
    });
}
