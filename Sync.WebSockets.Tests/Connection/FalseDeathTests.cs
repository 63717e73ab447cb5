using System;
using System.Diagnostics;
using System.Linq;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[Parallelizable(Waiting.Scope)]
public sealed class FalseDeathTests
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongAfterDeath = TimeSpan.FromMilliseconds(1500);

    [TestCase(false)]
    [TestCase(true)]
    public void Server_that_streams_but_never_answers_pings_is_alive(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < LongAfterDeath; connection.Pause(TimeSpan.FromMilliseconds(50)))
                connection.SendText("tick");
            connection.SendText("the end");
            connection.FallSilent();
        });
        using WebSocketClient client = Connect(server);

        while (client.Receive(TimeSpan.FromSeconds(10)).Text != "the end")
            client.State.Should().Be(WebSocketState.Open);

        client.GetStatistics().PingsSent.Should().BePositive();
        client.GetStatistics().PongsReceived.Should().Be(0);
        client.State.Should().Be(WebSocketState.Open);
    }

    [Test]
    public void Infinite_PingTimeout_pings_but_never_kills()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.PingInterval = TimeSpan.FromMilliseconds(50);
            options.PingTimeout = System.Threading.Timeout.InfiniteTimeSpan;
        });

        Wait.Out(LongAfterDeath);

        client.State.Should().Be(WebSocketState.Open);
        client.GetStatistics().PingsSent.Should().BeGreaterThan(5);
    }

    // The client reads the pong together with more messages than its queue takes, and stops before it. Nothing lies unread in the socket.
    [TestCase(false)]
    [TestCase(true)]
    public void Pong_behind_messages_that_nobody_receives_is_waited_for(bool tls)
    {
        const int messages = 2000;
        const int queue = 1024;
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.SendBinary(new byte[queue]);
            byte[] ping = connection.ReadFrame()!.Payload;
            connection.SendRaw([.. Enumerable.Repeat<byte[]>([0x82, 0], messages).SelectMany(message => message), 0x8A, (byte)ping.Length, .. ping]);
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.ReceiveQueueBytes = queue;
            options.PingInterval = TimeSpan.FromSeconds(1);
            options.PingTimeout = Beat;
        });
        Wait.Until(() => client.CheckHealth().ReadingIsPaused, "the receive queue is full");

        // The next ping, whose pong would show in the socket, is due later.
        Wait.Out(Beat + Beat);

        client.State.Should().Be(WebSocketState.Open);
        client.GetStatistics().PongsReceived.Should().Be(0);
        for (int i = 0; i <= messages; i++)
            client.Receive(TimeSpan.FromSeconds(10));
        client.Ping(TimeSpan.FromSeconds(10)).Should().BePositive();
    }

    private static WebSocketClient Connect(ScriptedServer server) => TestClient.Connect(server, options =>
    {
        options.PingInterval = Beat;
        options.PingTimeout = Beat;
    });
}
