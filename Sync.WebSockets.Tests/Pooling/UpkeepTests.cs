using System;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using Moq;
using NUnit.Framework;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Pooling;

internal sealed class UpkeepTests
{
    private static readonly TimeSpan Second = PoolBench.Second;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Test]
    public void Connection_that_was_idle_for_IdleLifetime_is_closed()
    {
        PoolBench bench = new();
        WebSocketClientLease later = bench.Rent();
        bench.LeaveIdle(1);
        bench.Time.Advance(Second);
        later.Dispose();

        TimeUntilDue(bench).Should().Be(Minute - Second);
        bench.Time.Advance(Minute - Second);
        Step(bench).Should().Be(Second);

        bench.Closed.Should().Equal(1);
        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Open = 1, Idle = 1, Created = 2, Expired = 1 });
    }

    [Test]
    public void Nothing_is_closed_early()
    {
        PoolBench bench = new();
        bench.LeaveIdle(3);
        bench.Time.Advance(Minute - TimeSpan.FromTicks(1));

        Step(bench);

        bench.Closed.Should().BeEmpty();
    }

    [Test]
    public void Infinite_IdleLifetime_keeps_idle_connections()
    {
        PoolBench bench = new(o => o.IdleLifetime = Timeout.InfiniteTimeSpan);
        bench.LeaveIdle(3);
        bench.Time.Advance(TimeSpan.FromDays(1));

        Step(bench).Should().BeNull();

        bench.Figures.Idle.Should().Be(3);
    }

    [Test]
    public void Nothing_is_due_while_nothing_is_idle()
    {
        PoolBench bench = new();
        TimeUntilDue(bench).Should().BeNull();

        using WebSocketClientLease lease = bench.Rent();

        TimeUntilDue(bench).Should().BeNull();
    }

    [Test]
    public void MinIdle_connections_are_kept_however_old_they_are()
    {
        PoolBench bench = new(o => o.MinIdle = 2);
        bench.LeaveIdle(5);
        bench.Time.Advance(Minute);

        Step(bench);

        bench.Figures.Idle.Should().Be(2);
        bench.Figures.Expired.Should().Be(3);
    }

    [Test]
    public void MinIdle_connections_are_made_ahead()
    {
        PoolBench bench = new(o => o.MinIdle = 3);
        TimeUntilDue(bench).Should().BeNegative("the first step is due at once");

        Step(bench);

        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Open = 3, Idle = 3, Created = 3 });
    }

    [Test]
    public void Connections_that_are_lent_are_replaced_ahead_as_far_as_there_is_room()
    {
        PoolBench bench = new(o => (o.MinIdle, o.MaxSize) = (2, 5));
        Step(bench);
        for (int i = 0; i < 4; i++)
            bench.Rent();

        TimeUntilDue(bench).Should().BeNegative();
        Step(bench);

        bench.Figures.Leased.Should().Be(4);
        bench.Figures.Idle.Should().Be(1);
    }

    [Test]
    public void Attempts_to_connect_ahead_that_fail_come_less_and_less_often()
    {
        PoolBench bench = new(o => o.MinIdle = 1);
        FailToConnect(bench, new WebSocketConnectException("no"));

        Pauses(bench, 8).Should().Equal(1, 2, 4, 8, 16, 30, 30, 30);
        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { ConnectFailures = 8 });
    }

    [Test]
    public void Attempt_to_connect_ahead_waits_as_long_as_the_server_asks()
    {
        PoolBench bench = new(o => o.MinIdle = 1);
        WebSocketHandshakeResponse busy = new(503, "Busy", new WebSocketHeaders { { "Retry-After", "120" } });
        FailToConnect(bench, new WebSocketConnectException("no", WebSocketConnectStage.Handshake, null, busy, null));

        Pauses(bench, 2).Should().Equal(120, 120);
    }

    [Test]
    public void Attempt_to_connect_ahead_survives_whatever_it_throws()
    {
        PoolBench bench = new(o => o.MinIdle = 1);
        FailToConnect(bench, new InvalidOperationException("a callback of the program's"));

        Pauses(bench, 1).Should().Equal(1);
        bench.Figures.Connecting.Should().Be(0);
    }

    [Test]
    public void Idle_connections_that_have_ended_are_replaced_before_a_renter_comes()
    {
        PoolBench bench = new(o => (o.MinIdle, o.IdleLifetime) = (2, Timeout.InfiniteTimeSpan));
        Step(bench).Should().Be(TimeSpan.FromSeconds(10), "that is HealthCheckAfter");
        bench.Clients[0].SetupGet(c => c.State).Returns(WebSocketState.Closed);
        bench.Source.Setup(s => s.IsQuiet(bench.Clients[1].Object)).Returns(false);

        bench.Time.Advance(TimeSpan.FromSeconds(10));
        Step(bench);

        bench.Closed.Should().BeEquivalentTo([0, 1]);
        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Open = 2, Idle = 2, Created = 4, Dropped = 2 });
    }

    [Test]
    public void Idle_connections_are_looked_at_once_a_second_at_most()
    {
        PoolBench bench = new(o => (o.MinIdle, o.HealthCheckAfter) = (1, TimeSpan.Zero));

        Step(bench).Should().Be(Second);
    }

    [Test]
    public void Renter_that_waits_gets_what_was_connected_ahead()
    {
        PoolBench bench = new(o => (o.MinIdle, o.MaxSize) = (1, 1));
        using ManualResetEventSlim connecting = new(), go = new();
        bench.Source.Setup(s => s.Connect(Timeout.InfiniteTimeSpan, It.IsAny<CancellationToken>())).Returns(() =>
        {
            connecting.Set();
            go.Wait();
            return Mock.Of<IWebSocketClient>(c => c.State == WebSocketState.Open);
        });
        Support.BackgroundRun upkeep = Support.Run.InBackground(() => Step(bench));
        connecting.Wait();
        Support.BackgroundRun renter = bench.RentLater(lease => lease.Dispose());

        go.Set();

        upkeep.Join();
        renter.Join();
        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Open = 1, Idle = 1, Created = 1, Reused = 1 });
    }

    [Test]
    public void After_the_end_of_the_pool_nothing_is_due_and_nothing_is_connected()
    {
        PoolBench bench = new(o => o.MinIdle = 1);
        bench.Pool.Dispose();

        Step(bench).Should().BeNull();

        bench.Clients.Should().BeEmpty();
    }

    private static void FailToConnect(PoolBench bench, Exception exception) =>
        bench.Source.Setup(s => s.Connect(It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>())).Throws(exception);

    private static double[] Pauses(PoolBench bench, int count) => Enumerable.Range(0, count).Select(_ =>
    {
        TimeSpan pause = Step(bench)!.Value;
        bench.Time.Advance(pause);
        return pause.TotalSeconds;
    }).ToArray();

    // Null: never.
    private static TimeSpan? Step(PoolBench bench) => FromNow(bench, bench.Pool.Upkeep.Step());

    private static TimeSpan? TimeUntilDue(PoolBench bench) => FromNow(bench, bench.Pool.Upkeep.Due);

    private static TimeSpan? FromNow(PoolBench bench, long due) =>
        due == MonotonicClock.Never ? null : TimeSpan.FromTicks(due - new MonotonicClock(bench.Time).Now);
}
