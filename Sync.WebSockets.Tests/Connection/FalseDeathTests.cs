using System;
using System.Diagnostics;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
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

    [TestCase(false)]
    [TestCase(true)]
    public void Application_that_stops_receiving_loses_neither_the_connection_nor_a_message(bool tls)
    {
        const int messages = 4000;
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            for (int i = 0; i < messages; i++)
                connection.SendBinary(Message(i));
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = Connect(server, queue: 4096);

        Pass(LongAfterDeath);

        for (int i = 0; i < messages; i++)
            client.Receive(TimeSpan.FromSeconds(10)).Data.AsSpan().SequenceEqual(Message(i)).Should().BeTrue();
        client.Send("still here");
        client.Receive(TimeSpan.FromSeconds(10)).Text.Should().Be("still here");
        client.State.Should().Be(WebSocketState.Open);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Message_that_trickles_in_longer_than_interval_and_timeout_arrives(bool tls)
    {
        byte[] payload = Traffic.Bytes(40, seed: 1);
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.SendRaw([0x82, (byte)payload.Length]);
            foreach (byte b in payload)
            {
                connection.SendRaw([b]);
                connection.Pause(TimeSpan.FromMilliseconds(40));
            }
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = Connect(server);

        TimeSpan elapsed = Elapsed.Of(() => client.Receive(TimeSpan.FromSeconds(10)).Data.Should().Equal(payload));

        elapsed.Should().BeGreaterThan(Beat + Beat);
        client.Ping(TimeSpan.FromSeconds(10)).Should().BePositive();
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

        Pass(LongAfterDeath);

        client.State.Should().Be(WebSocketState.Open);
        client.GetStatistics().PingsSent.Should().BeGreaterThan(5);
    }

    private static byte[] Message(int i) => Traffic.Bytes(1024, seed: (ulong)i);

    private static void Pass(TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        Wait.Until(() => watch.Elapsed > time, "the time has passed");
    }

    private static WebSocketClient Connect(ScriptedServer server, int queue = 1 << 20) => TestClient.Connect(server, options =>
    {
        options.PingInterval = Beat;
        options.PingTimeout = Beat;
        options.ReceiveQueueBytes = queue;
    });
}
