using System;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Interop;

[TestFixtureSource(typeof(RealServer), nameof(RealServer.All))]
[NonParallelizable]
public sealed class HeartbeatTests(RealServer server) : RealServerTests(server)
{
    [Test]
    public void Heartbeat_is_answered_and_measures_the_latency()
    {
        var options = new WebSocketClientOptions { PingInterval = TimeSpan.FromMilliseconds(50) };
        using WebSocketClient client = Connect("/", options);
        client.Latency.Should().BeNull();

        Wait.Until(() => client.GetStatistics().PongsReceived >= 5, "five pings were answered");

        client.Latency.Should().BePositive().And.BeLessThan(TimeSpan.FromSeconds(10));
        IsAlive(client);
    }

    [Test]
    public void Ping_of_the_program_returns_the_round_trip()
    {
        var options = new WebSocketClientOptions { PingInterval = System.Threading.Timeout.InfiniteTimeSpan };
        using WebSocketClient client = Connect("/", options);
        TimeSpan roundTrip = TimeSpan.Zero;

        TimeSpan elapsed = Elapsed.Of(() => roundTrip = client.Ping(Soon));

        roundTrip.Should().BePositive().And.BeLessThanOrEqualTo(elapsed);
        client.Latency.Should().Be(roundTrip);
        client.GetStatistics().PingsSent.Should().Be(1);
    }

    [Test]
    public void Pong_that_nobody_asked_for_does_no_harm()
    {
        using WebSocketClient client = Connect();

        client.Pong();
        client.Pong([1, 2, 3]);

        IsAlive(client);
    }

    private static void IsAlive(WebSocketClient client)
    {
        client.Send("still here?");
        client.Receive(Soon).Text.Should().Be("still here?");
    }
}
