using System;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[Parallelizable(Waiting.Scope)]
public sealed class HeartbeatSettingsTests
{
    [Test]
    public void PingInterval_changed_on_an_open_client_takes_effect_at_once()
    {
        using var pinged = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.ReadFrame()!.Opcode.Should().Be(Op.Ping);
            pinged.Set();
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server);
        client.PingInterval.Should().Be(TimeSpan.FromSeconds(20));

        client.PingInterval = TimeSpan.FromMilliseconds(100);

        pinged.Wait(TimeSpan.FromSeconds(1)).Should().BeTrue("the next ping is due a new interval after the last one");
        client.PingInterval.Should().Be(TimeSpan.FromMilliseconds(100));
    }

    [Test]
    public void PingInterval_made_infinite_on_an_open_client_stops_the_pings_and_the_killing()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.PingInterval = TimeSpan.FromMilliseconds(100);
            options.PingTimeout = TimeSpan.FromSeconds(1);
        });
        Wait.Until(() => client.GetStatistics().PingsSent > 0, "a ping was sent");

        client.PingInterval = Timeout.InfiniteTimeSpan;

        var watch = Stopwatch.StartNew();
        Wait.Until(() => watch.Elapsed > TimeSpan.FromMilliseconds(100), "a step that was under way is over");
        long pings = client.GetStatistics().PingsSent;
        client.WaitForClose(TimeSpan.FromSeconds(1.5)).Should().BeFalse();
        client.GetStatistics().PingsSent.Should().Be(pings);
    }

    [Test]
    public void PingTimeout_changed_on_an_open_client_judges_the_ping_that_waits()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.PingInterval = TimeSpan.FromMilliseconds(100));
        Wait.Until(() => client.GetStatistics().PingsSent > 2, "pings wait for their answers");

        TimeSpan elapsed = Elapsed.Of(() =>
        {
            client.PingTimeout = TimeSpan.FromMilliseconds(500);
            TestClient.EndOf(() => client.Receive()).Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
        });

        elapsed.Should().BeBelow(TimeSpan.FromMilliseconds(750));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Latency_is_null_until_the_first_pong_and_then_measured(bool tls)
    {
        using var answer = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            byte[] ping = connection.ReadFrame()!.Payload;
            connection.WaitForTest(answer);
            connection.SendPong(ping);
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.PingInterval = TimeSpan.FromMilliseconds(50));
        Wait.Until(() => client.GetStatistics().PingsSent > 0, "a ping was sent");
        client.Latency.Should().BeNull();
        client.GetStatistics().Latency.Should().BeNull();

        answer.Set();

        Wait.Until(() => client.Latency is not null, "the pong has come");
        client.Latency!.Value.Should().BePositive().And.BeLessThan(TimeSpan.FromSeconds(10));
        client.GetStatistics().Latency.Should().NotBeNull();
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Ping_returns_the_round_trip(bool tls)
    {
        TimeSpan delay = TimeSpan.FromMilliseconds(200);
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            byte[] ping = connection.ReadFrame()!.Payload;
            connection.Pause(delay);
            connection.SendPong(ping);
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server);

        TimeSpan roundTrip = TimeSpan.Zero;
        TimeSpan elapsed = Elapsed.Of(() => roundTrip = client.Ping());

        roundTrip.Should().BeGreaterThan(delay - TimeSpan.FromMilliseconds(20)).And.BeLessThanOrEqualTo(elapsed);
        client.Latency.Should().Be(roundTrip);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Ping_that_times_out_leaves_the_link_alive_and_its_late_pong_does_no_harm(bool tls)
    {
        using var timedOut = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            byte[] ping = connection.ReadFrame()!.Payload;
            connection.WaitForTest(timedOut);
            connection.SendPong(ping);
            connection.SendPong([9, 9, 9]);
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server);

        TimeSpan elapsed = Elapsed.Of(() =>
            client.Invoking(c => c.Ping(TimeSpan.FromMilliseconds(200))).Should().Throw<TimeoutException>());
        timedOut.Set();

        elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(190)).And.BeBelow(TimeSpan.FromSeconds(1));
        client.Ping(TimeSpan.FromSeconds(10)).Should().BePositive();
        client.Send("alive");
        client.Receive(TimeSpan.FromSeconds(10)).Text.Should().Be("alive");
        client.State.Should().Be(WebSocketState.Open);
    }
}
