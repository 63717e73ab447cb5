using System;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using Moq;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Pooling;

[TestFixture]
[Parallelizable(Waiting.Scope)]
internal sealed class RentTests
{
    private static readonly TimeSpan Second = PoolBench.Second;

    [Test]
    public void Connection_that_came_back_is_lent_again()
    {
        PoolBench bench = new();
        bench.Rent().Dispose();

        using WebSocketClientLease lease = bench.Rent();

        bench.Clients.Should().ContainSingle();
        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Open = 1, Leased = 1, Created = 1, Reused = 1 });
    }

    [Test]
    public void Connection_that_was_used_last_is_lent_first()
    {
        PoolBench bench = new();
        WebSocketClientLease first = bench.Rent();
        WebSocketClientLease second = bench.Rent();
        first.Dispose();
        bench.Time.Advance(Second);
        second.Dispose();

        bench.NumberOf(bench.Rent()).Should().Be(1);
        bench.NumberOf(bench.Rent()).Should().Be(0);
    }

    [Test]
    public void No_more_are_open_than_MaxSize_and_the_next_renter_is_told_how_the_pool_is_taken()
    {
        PoolBench bench = new(o => o.MaxSize = 2);
        using WebSocketClientLease first = bench.Rent();
        using WebSocketClientLease second = bench.Rent();

        bench.Invoking(b => b.Rent(TimeSpan.Zero)).Should().Throw<TimeoutException>()
            .WithMessage("The pool had no connection to lend within 0 s. Of its 2 places (MaxSize) 2 are leased, 0 idle, 0 being connected or checked; 0 renters wait.");

        bench.Clients.Should().HaveCount(2);
        bench.Figures.Timeouts.Should().Be(1);
    }

    [Test]
    public void Renter_that_waits_gets_the_connection_that_comes_back()
    {
        PoolBench bench = new(o => o.MaxSize = 1);
        WebSocketClientLease first = bench.Rent();
        BackgroundRun waiting = bench.RentLater(lease => lease.Dispose());

        first.Dispose();

        waiting.Join();
        bench.Clients.Should().ContainSingle();
        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Open = 1, Idle = 1, Created = 1, Reused = 1 });
    }

    [Test]
    public void Renter_whose_time_runs_out_leaves_the_row()
    {
        PoolBench bench = new(o => o.MaxSize = 1);
        WebSocketClientLease first = bench.Rent();
        BackgroundRun waiting = bench.RentLater(_ => { }, TimeSpan.FromMilliseconds(50));

        bench.Time.Advance(Second);

        waiting.Invoking(w => w.Join()).Should().Throw<TimeoutException>().WithMessage("*within 0.05 s*");
        first.Dispose();
        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Open = 1, Idle = 1, Created = 1, Timeouts = 1 });
    }

    [Test]
    public void Renter_that_is_cancelled_leaves_the_row()
    {
        using CancellationTokenSource cancellation = new();
        PoolBench bench = new(o => o.MaxSize = 1);
        WebSocketClientLease first = bench.Rent();
        BackgroundRun waiting = bench.RentLater(_ => { }, cancellationToken: cancellation.Token);

        cancellation.Cancel();

        waiting.Invoking(w => w.Join()).Should().Throw<OperationCanceledException>().Which.CancellationToken.Should().Be(cancellation.Token);
        first.Dispose();
        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Open = 1, Idle = 1, Created = 1 });
    }

    [Test]
    public void Renter_that_is_cancelled_before_takes_nothing()
    {
        PoolBench bench = new();

        bench.Invoking(b => b.Rent(null, new CancellationToken(canceled: true))).Should().Throw<OperationCanceledException>();

        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics());
    }

    [Test]
    public void Renter_that_is_interrupted_leaves_the_row()
    {
        PoolBench bench = new(o => o.MaxSize = 1);
        WebSocketClientLease first = bench.Rent();
        BackgroundRun waiting = bench.RentLater(_ => { });
        Wait.Until(() => waiting.IsWaiting, "it is blocked");

        waiting.Interrupt();

        waiting.Invoking(w => w.Join()).Should().Throw<ThreadInterruptedException>();
        first.Dispose();
        bench.Figures.Idle.Should().Be(1);
        bench.Figures.Waiting.Should().Be(0);
    }

    [Test]
    public void Failure_to_connect_is_the_renters_and_frees_the_place_for_the_next()
    {
        WebSocketConnectException failure = new("no");
        PoolBench bench = new(o => o.MaxSize = 1);
        WebSocketClientLease first = bench.Rent();
        BackgroundRun unlucky = bench.RentLater(_ => { });
        BackgroundRun next = bench.RentLater(lease => lease.Dispose());
        bench.Source.SetupSequence(s => s.Connect(It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .Throws(failure)
            .Returns(Mock.Of<IWebSocketClient>(c => c.State == WebSocketState.Open));

        first.Discard();

        unlucky.Invoking(u => u.Join()).Should().Throw<WebSocketConnectException>().Which.Should().BeSameAs(failure);
        next.Join();
        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Open = 1, Idle = 1, Created = 2, Dropped = 1, ConnectFailures = 1 });
    }

    [Test]
    public void Connecting_gets_what_is_left_of_the_renters_time()
    {
        TimeSpan? given = null;
        PoolBench bench = new(o => o.HealthCheckAfter = TimeSpan.Zero);
        bench.LeaveIdle(1);
        bench.Clients[0].Setup(c => c.Ping(Second + Second)).Callback(() => bench.Time.Advance(Second)).Throws<TimeoutException>();
        bench.Source.Setup(s => s.Connect(It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .Callback<TimeSpan, CancellationToken>((atMost, _) => given = atMost)
            .Returns(Mock.Of<IWebSocketClient>(c => c.State == WebSocketState.Open));

        bench.Rent(TimeSpan.FromSeconds(10));

        given.Should().Be(TimeSpan.FromSeconds(9));
    }

    [Test]
    public void Connecting_that_takes_all_of_the_renters_time_is_a_timeout_of_the_pool()
    {
        WebSocketConnectException failure = new("no", new TimeoutException());
        PoolBench bench = new();
        bench.Source.Setup(s => s.Connect(Second, It.IsAny<CancellationToken>())).Callback(() => bench.Time.Advance(Second)).Throws(failure);

        bench.Invoking(b => b.Rent(Second)).Should().Throw<TimeoutException>().Which.InnerException.Should().BeSameAs(failure);

        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { ConnectFailures = 1, Timeouts = 1 });
    }

    [Test]
    public void Connecting_that_takes_longer_than_ConnectTimeout_is_a_failure_to_connect()
    {
        PoolBench bench = new();
        bench.Source.Setup(s => s.Connect(It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .Throws(new WebSocketConnectException("no", new TimeoutException()));

        bench.Invoking(b => b.Rent(Second)).Should().Throw<WebSocketConnectException>();

        bench.Figures.Timeouts.Should().Be(0);
    }

    [Test]
    public void Renter_without_any_time_gets_what_is_idle_but_nothing_is_connected_for_it()
    {
        PoolBench bench = new();
        bench.Invoking(b => b.Rent(TimeSpan.Zero)).Should().Throw<TimeoutException>();
        bench.LeaveIdle(1);

        bench.Rent(TimeSpan.Zero).Dispose();

        bench.Clients.Should().ContainSingle();
    }

    [Test]
    public void Connecting_is_cancelled_with_the_renters_token()
    {
        using CancellationTokenSource cancellation = new();
        PoolBench bench = new();
        bench.Source.Setup(s => s.Connect(It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>())).Returns((TimeSpan _, CancellationToken token) =>
        {
            cancellation.Cancel();
            throw new OperationCanceledException(token);
        });

        bench.Invoking(b => b.Rent(Second, cancellation.Token)).Should().Throw<OperationCanceledException>()
            .Which.CancellationToken.Should().Be(cancellation.Token);

        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics());
    }
}
