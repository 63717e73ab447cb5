using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[Parallelizable(Waiting.Scope)]
public sealed class BuiltInPolicyTests
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);

    [TestCase(false)]
    [TestCase(true)]
    public void OneWay_sends_an_unsolicited_pong_every_interval_and_no_ping(bool tls)
    {
        const int pongs = 11;
        var opcodes = new List<int>();
        TimeSpan took = TimeSpan.Zero;
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            opcodes.Add(connection.ReadFrame()!.Opcode);
            // When the client begins is not known.
            var watch = Stopwatch.StartNew();
            while (opcodes.Count < pongs)
                opcodes.Add(connection.ReadFrame()!.Opcode);
            took = watch.Elapsed;
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.PingInterval = TimeSpan.FromMilliseconds(20);
            options.HeartbeatPolicy = HeartbeatPolicy.OneWay(Beat);
        });

        Wait.Until(() => opcodes.Count == pongs, "all pongs have come");

        client.Close();
        server.Join();
        opcodes.Should().OnlyContain(opcode => opcode == Op.Pong);
        var tenIntervals = TimeSpan.FromTicks(Beat.Ticks * (pongs - 1));
        took.Should().BeGreaterThan(tenIntervals - Slack).And.BeBelow(tenIntervals + Slack, "each is counted from the one before it was due");
        client.GetStatistics().PingsSent.Should().Be(0);
    }

    [Test]
    public void Messages_ends_the_connection_with_1008_when_the_server_falls_silent()
    {
        ServerFrame? message = null;
        ServerFrame? close = null;
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            message = connection.ReadMessage();
            while ((close = connection.ReadMessage()) is { Opcode: not Op.Close })
            {
            }
        });
        using WebSocketClient client = Connect(server, interval: Second, timeout: Second);

        WebSocketClosedException? end = null;
        TimeSpan elapsed = Elapsed.Of(() => end = TestClient.EndOf(() => client.Receive()));

        elapsed.Should().BeGreaterThan(Second + Second - Slack).And.BeBelow(Second + Second + Slack);
        end!.Cause.Should().Be(WebSocketCloseCause.PolicyFailed);
        end.Message.Should().Contain("1 s after a heartbeat message");
        client.State.Should().Be(WebSocketState.Closed);
        server.Join();
        message!.Text.Should().Be("alive?");
        close!.CloseCode.Should().Be(1008);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Messages_goes_on_as_long_as_the_server_answers(bool tls)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        using WebSocketClient client = Connect(server, interval: Beat + Beat, timeout: Second);

        TimeSpan took = Elapsed.Of(() =>
        {
            for (int messages = 0; messages < 5; messages++)
                client.Receive(TimeSpan.FromSeconds(10)).Text.Should().Be("alive?");
        });

        client.State.Should().Be(WebSocketState.Open);
        took.Should().BeGreaterThan(TimeSpan.FromTicks(Beat.Ticks * 7)).And.BeBelow(TimeSpan.FromTicks(Beat.Ticks * 10) + Slack);
    }

    [Test]
    public void Messages_never_ends_a_connection_whose_reading_is_paused()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            for (int i = 0; i < 1000; i++)
                connection.SendBinary(new byte[1024]);
            connection.FallSilent();
        });
        using WebSocketClient client = Connect(server, interval: Beat, timeout: Beat, queue: 4096);
        Wait.Until(() => client.CheckHealth().ReadingIsPaused, "the receive queue is full");

        client.WaitForClose(Second + Second).Should().BeFalse();

        client.GetStatistics().MessagesSent.Should().BePositive();
        for (int i = 0; i < 1000; i++)
            client.Receive(TimeSpan.FromSeconds(10));
        TestClient.EndOf(() => client.Receive(TimeSpan.FromSeconds(10))).Cause.Should().Be(WebSocketCloseCause.PolicyFailed);
    }

    [Test]
    public void Messages_finds_a_server_that_neither_reads_nor_sends_while_a_Send_is_stuck()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        using WebSocketClient client = Connect(server, interval: Second, timeout: Second);
        var watch = Stopwatch.StartNew();

        TestClient.EndOf(() => client.Send(new byte[64 << 20])).Cause.Should().Be(WebSocketCloseCause.PolicyFailed);

        // A second for the Close frame that finds no room.
        watch.Elapsed.Should().BeBelow(Second + Second + Second + Slack);
    }

    private static WebSocketClient Connect(ScriptedServer server, TimeSpan interval, TimeSpan timeout, int queue = 1 << 20) =>
        TestClient.Connect(server, options =>
        {
            options.ReceiveQueueBytes = queue;
            options.HeartbeatPolicy = HeartbeatPolicy.Messages(interval, timeout, () => WebSocketMessage.FromText("alive?"));
        });
}
