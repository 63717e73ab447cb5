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
public sealed class ReceiveIdleTimeoutTests
{
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [TestCase(false)]
    [TestCase(true)]
    public void Server_that_sends_nothing_but_pongs_is_given_up_in_time(bool tls)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        using WebSocketClient client = Connect(server, options => options.PingInterval = TimeSpan.FromMilliseconds(20));
        client.Send("hello");
        client.Receive(Soon);

        ShouldEndInTime(client);

        client.GetStatistics().PongsReceived.Should().BeGreaterThan(10);
    }

    [Test]
    public void Server_that_sends_nothing_at_all_is_given_up_in_time_with_the_heartbeat_off()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        using WebSocketClient client = Connect(server, options => options.PingInterval = Timeout.InfiniteTimeSpan);

        ShouldEndInTime(client);
    }

    [Test]
    public void Server_that_sends_nothing_but_pongs_is_given_up_beside_a_policy_that_never_does()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            SendFor(LongAfter, connection, () => connection.SendPong([1, 2, 3]));
        });
        using WebSocketClient client = Connect(server, options => options.HeartbeatPolicy = HeartbeatPolicy.OneWay(Tick));

        ShouldEndInTime(client);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Messages_keep_the_connection_alive(bool tls) =>
        ShouldLive(tls, connection => SendFor(LongAfter, connection, () => connection.SendText("tick")));

    [TestCase(false)]
    [TestCase(true)]
    public void Pings_keep_the_connection_alive(bool tls) =>
        ShouldLive(tls, connection => SendFor(LongAfter, connection, () => connection.SendPing()));

    [TestCase(100)]
    [TestCase(15_000)]
    [TestCase(20_000)]
    [TestCase(100_000)]
    public void Message_that_trickles_keeps_the_connection_alive(int size) => ShouldLive(tls: false, connection =>
    {
        byte[] length = size switch
        {
            < 126 => [(byte)size],
            <= ushort.MaxValue => [126, (byte)(size >> 8), (byte)size],
            _ => [127, 0, 0, 0, 0, (byte)(size >> 24), (byte)(size >> 16), (byte)(size >> 8), (byte)size],
        };
        connection.SendRaw([0x82, .. length]);
        // All but the last bytes at once, and those one by one.
        int tail = (int)(LongAfter.Ticks / Tick.Ticks);
        connection.SendRaw(new byte[size - tail]);
        foreach (byte b in new byte[tail])
        {
            connection.SendRaw([b]);
            connection.Pause(Tick);
        }
    });

    [Test]
    public void Fragments_keep_the_connection_alive() => ShouldLive(tls: false, connection =>
    {
        connection.SendFrame(Op.Text, [], fin: false);
        SendFor(LongAfter, connection, () => connection.SendFrame(Op.Continuation, [65], fin: false));
        connection.SendFrame(Op.Continuation, []);
    });

    [Test]
    public void Pongs_between_fragments_keep_nothing_alive()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendFrame(Op.Text, [65], fin: false);
            SendFor(LongAfter, connection, () => connection.SendPong([1]));
        });
        using WebSocketClient client = Connect(server);

        ShouldEndInTime(client);
    }

    [Test]
    public void Time_in_which_reading_is_paused_does_not_count()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            for (int i = 0; i < 200; i++)
                connection.SendBinary(new byte[1024]);
            connection.FallSilent();
        });
        using WebSocketClient client = Connect(server, options => options.ReceiveQueueBytes = 8 * 1024);
        Wait.Until(() => client.CheckHealth().ReadingIsPaused, "the queue is full");

        client.WaitForClose(LongAfter).Should().BeFalse();

        for (int i = 0; i < 200; i++)
            client.Receive(Soon);
        ShouldEndInTime(client);
    }

    private static void ShouldLive(bool tls, Action<ServerConnection> script)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            script(connection);
            connection.SendText("the end");
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = Connect(server, options => options.PingInterval = TimeSpan.FromMilliseconds(50));

        var watch = Stopwatch.StartNew();
        WebSocketMessage message;
        do
        {
            message = client.Receive(Soon);
        }
        while (message.MessageType != WebSocketMessageType.Text || message.Text != "the end");

        watch.Elapsed.Should().BeGreaterThan(Idle + Idle);
        client.State.Should().Be(WebSocketState.Open);
    }

    // From the last thing that came, which was just now.
    private static void ShouldEndInTime(WebSocketClient client)
    {
        TimeSpan idle = client.CheckHealth().SinceLastActivity;
        WebSocketClosedException? end = null;
        TimeSpan elapsed = idle + Elapsed.Of(() => end = TestClient.EndOf(() => client.Receive(Soon)));

        elapsed.Should().BeGreaterThan(Idle - TimeSpan.FromMilliseconds(20)).And.BeBelow(Idle + Slack);
        end!.Cause.Should().Be(WebSocketCloseCause.ReceiveIdleTimeout);
        end.InnerException.Should().BeOfType<TimeoutException>();
        end.Message.Should().Contain("0.6 s (ReceiveIdleTimeout)");
        client.State.Should().Be(WebSocketState.Closed);
        client.WaitForClose(TimeSpan.FromSeconds(2)).Should().BeTrue();
    }

    private static void SendFor(TimeSpan time, ServerConnection connection, Action send)
    {
        try
        {
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < time; connection.Pause(Tick))
                send();
        }
        catch (Exception e) when (ServerStream.IsLoss(e) && !ServerStream.IsTimeout(e))
        {
            // The client has given this server up, which the test looks at on the client's side.
        }
    }

    private static WebSocketClient Connect(ScriptedServer server, Action<WebSocketClientOptions>? configure = null) =>
        TestClient.Connect(server, options =>
        {
            options.ReceiveIdleTimeout = Idle;
            configure?.Invoke(options);
        });
}
