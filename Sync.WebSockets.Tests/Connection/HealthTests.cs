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
public sealed class HealthTests
{
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [TestCase(false)]
    [TestCase(true)]
    public void Fresh_connection_has_nothing_to_tell(bool tls)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        using WebSocketClient client = TestClient.Connect(server);

        WebSocketHealth health = client.CheckHealth();

        health.State.Should().Be(WebSocketState.Open);
        health.Age.Should().BeBelow(TimeSpan.FromSeconds(2));
        health.SinceLastReceived.Should().BeBelow(TimeSpan.FromSeconds(2));
        health.SinceLastActivity.Should().BeLessThanOrEqualTo(health.Age + TimeSpan.FromMilliseconds(50));
        (health.Latency, health.OldestUnansweredPing).Should().Be((null, null));
        (health.UnansweredPings, health.QueuedMessages, health.QueueFill, health.ReadingIsPaused).Should().Be((0, 0, 0.0, false));
    }

    [Test]
    public void Age_is_the_time_since_opening()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);
        TimeSpan before = client.CheckHealth().Age;
        var watch = Stopwatch.StartNew();

        client.WaitForClose(TimeSpan.FromMilliseconds(300));

        TimeSpan grown = client.CheckHealth().Age - before;
        grown.Should().BeCloseTo(watch.Elapsed, TimeSpan.FromMilliseconds(50));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Latency_is_the_round_trip_of_the_last_answered_ping(bool tls)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        using WebSocketClient client = TestClient.Connect(server);

        TimeSpan roundTrip = client.Ping(Soon);

        client.CheckHealth().Latency.Should().Be(roundTrip);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void SinceLastReceived_is_reset_by_every_byte_and_SinceLastActivity_by_all_but_pongs(bool tls)
    {
        using var send = new SemaphoreSlim(0);
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            Action[] script =
            [
                () => connection.SendPong([1]),
                () => connection.SendPing([1]),
                () => connection.SendText("x"),
            ];
            foreach (Action step in script)
            {
                send.Wait(Soon);
                step();
            }
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server);
        TimeSpan quiet = TimeSpan.FromMilliseconds(400);

        WebSocketHealth AfterQuietAndFrame()
        {
            client.WaitForClose(quiet);
            client.CheckHealth().SinceLastReceived.Should().BeGreaterThan(quiet - TimeSpan.FromMilliseconds(50));
            send.Release();
            Wait.Until(() => client.CheckHealth().SinceLastReceived < quiet - TimeSpan.FromMilliseconds(50), "a frame has come");
            // It was read; now it is being decoded.
            client.WaitForClose(TimeSpan.FromMilliseconds(50));
            return client.CheckHealth();
        }

        AfterQuietAndFrame().SinceLastActivity.Should().BeGreaterThan(quiet, "a pong is no activity");
        AfterQuietAndFrame().SinceLastActivity.Should().BeLessThan(quiet, "a ping is");
        AfterQuietAndFrame().SinceLastActivity.Should().BeLessThan(quiet, "a message is");
    }

    [Test]
    public void Unanswered_pings_are_counted_and_timed_until_a_pong_answers_them_all()
    {
        using var answer = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.ReadFrame();
            connection.ReadFrame();
            byte[] third = connection.ReadFrame()!.Payload;
            connection.WaitForTest(answer);
            connection.SendPong(third);
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.PingInterval = TimeSpan.FromSeconds(1);
            options.PingTimeout = Timeout.InfiniteTimeSpan;
        });
        Wait.Until(() => client.CheckHealth().UnansweredPings == 1, "a ping was sent");
        client.CheckHealth().OldestUnansweredPing!.Value.Should().BeBelow(TimeSpan.FromSeconds(1));
        var watch = Stopwatch.StartNew();

        Wait.Until(() => client.CheckHealth().UnansweredPings == 3, "three pings were sent");
        client.CheckHealth().OldestUnansweredPing!.Value.Should().BeCloseTo(watch.Elapsed, Slack);
        client.CheckHealth().OldestUnansweredPing!.Value.Should().BeGreaterThan(client.PingInterval, "two intervals have passed since it was due");
        client.PingInterval = Timeout.InfiniteTimeSpan;
        client.CheckHealth().Latency.Should().BeNull();
        answer.Set();

        Wait.Until(() => client.CheckHealth().Latency is not null, "the pong has come");
        Wait.Until(() => client.CheckHealth() is { UnansweredPings: <= 1 }, "earlier pings are answered, too");
    }

    [Test]
    public void Full_receive_queue_is_told_and_its_end_too()
    {
        const int messages = 200;
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            for (int i = 0; i < messages; i++)
                connection.SendBinary(new byte[1024]);
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.ReceiveQueueBytes = 32 * 1024);
        Wait.Until(() => client.CheckHealth().ReadingIsPaused, "the queue is full");

        WebSocketHealth full = client.CheckHealth();

        full.QueuedMessages.Should().BeInRange(1, messages - 1);
        full.QueueFill.Should().BeGreaterThan(0.5);
        client.GetStatistics().MessagesReceived.Should().BeGreaterThanOrEqualTo(full.QueuedMessages);
        client.Receive(Soon);
        for (int i = 1; i < messages; i++)
            client.Receive(Soon);
        Wait.Until(() => !client.CheckHealth().ReadingIsPaused, "reading goes on");
        WebSocketHealth empty = client.CheckHealth();
        empty.QueuedMessages.Should().Be(0);
        empty.QueueFill.Should().BeLessThan(full.QueueFill);
    }

    [Test]
    public void One_message_that_is_larger_than_the_queue_fills_it_by_more_than_1()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendBinary(new byte[100_000]);
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.ReceiveQueueBytes = 10_000);

        Wait.Until(() => client.CheckHealth().QueuedMessages == 1, "the message has come");

        client.CheckHealth().QueueFill.Should().BeGreaterThanOrEqualTo(10);
    }

    [Test]
    public void Health_is_readable_after_Dispose()
    {
        using ScriptedServer server = TestServer.Echo();
        WebSocketClient client = TestClient.Connect(server);
        TimeSpan roundTrip = client.Ping(Soon);
        client.Send("left in the queue");
        Wait.Until(() => client.CheckHealth().QueuedMessages == 1, "the echo has come");

        client.Dispose();

        WebSocketHealth health = client.CheckHealth();
        health.State.Should().Be(WebSocketState.Closed);
        health.Latency.Should().Be(roundTrip);
        (health.QueuedMessages, health.UnansweredPings, health.OldestUnansweredPing, health.ReadingIsPaused).Should().Be((0, 0, null, false));
    }
}
