using System;
using System.Collections.Generic;
using System.Threading;
using FluentAssertions;
using Moq;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Pooling;

[TestFixture]
[NonParallelizable]
internal sealed class PoolDisposeTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Test]
    public void Idle_connections_are_closed_together()
    {
        PoolBench bench = new();
        bench.LeaveIdle(3);

        bench.Pool.Dispose();

        bench.Source.Verify(s => s.Close(It.Is<IReadOnlyCollection<IWebSocketClient>>(c => c.Count == 3)), Times.Once);
        bench.Source.Verify(s => s.Release(It.IsAny<IWebSocketClient>()), Times.Never);
        bench.Figures.Open.Should().Be(0);
    }

    [Test]
    public void Second_call_does_nothing()
    {
        PoolBench bench = new();
        bench.LeaveIdle(1);

        bench.Pool.Dispose();
        bench.Pool.Dispose();

        bench.Closed.Should().Equal(0);
    }

    [Test]
    public void Renters_that_wait_are_freed()
    {
        PoolBench bench = new(o => o.MaxSize = 1);
        using WebSocketClientLease lease = bench.Rent();
        BackgroundRun[] renters = [bench.RentLater(_ => { }), bench.RentLater(_ => { })];

        bench.Pool.Dispose();

        renters.Should().AllSatisfy(r => r.Invoking(one => one.Join()).Should().Throw<ObjectDisposedException>().Which.ObjectName.Should().Be("WebSocketClientPool"));
        bench.Figures.Waiting.Should().Be(0);
    }

    [Test]
    public void Renter_that_connects_is_freed()
    {
        using ManualResetEventSlim connecting = new();
        PoolBench bench = new();
        bench.Source.Setup(s => s.Connect(It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>())).Returns((TimeSpan _, CancellationToken token) =>
        {
            connecting.Set();
            token.WaitHandle.WaitOne(Long);
            throw new OperationCanceledException(token);
        });
        BackgroundRun renter = Run.InBackground(() => bench.Rent());
        connecting.Wait();

        bench.Pool.Dispose();

        renter.Invoking(r => r.Join()).Should().Throw<ObjectDisposedException>();
    }

    [Test]
    public void Renter_that_has_connected_when_the_pool_ends_does_not_get_the_connection()
    {
        PoolBench bench = new();
        bench.Rent().Discard();
        bench.Clients[0].Reset();
        bench.Source.Setup(s => s.Connect(It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>())).Callback(bench.Pool.Dispose).Returns(bench.Clients[0].Object);

        bench.Invoking(b => b.Rent()).Should().Throw<ObjectDisposedException>();

        bench.Closed.Should().Equal([0, 0], "once as the one that was discarded, and once as the one that came too late");
    }

    [Test]
    public void Nothing_is_lent_any_more()
    {
        PoolBench bench = new();
        bench.LeaveIdle(1);
        bench.Pool.Dispose();

        bench.Invoking(b => b.Rent(TimeSpan.Zero)).Should().Throw<ObjectDisposedException>();
    }

    [Test]
    public void Connection_that_is_lent_stays_usable_and_is_closed_when_it_comes_back()
    {
        PoolBench bench = new();
        WebSocketClientLease lease = bench.Rent();

        bench.Pool.Dispose();
        lease.Client.Send("still");

        bench.Closed.Should().BeEmpty();
        bench.Figures.Leased.Should().Be(1);
        lease.Dispose();
        bench.Closed.Should().Equal(0);
        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Created = 1 });
    }

    [Test]
    public void Pool_that_is_disposed_while_it_is_used_closes_each_connection_once_and_frees_everybody([Values(1, 2)] int seed)
    {
        const int renters = 6;
        FakeSource source = new();
        WebSocketClientPool pool = NewPool(source, minIdle: 1);
        Race race = new(seed, LongRun.Or(300, full: 5000));
        for (int i = 0; i < renters; i++)
            race.Add(_ => RentUntilDisposed(pool));
        race.Add(_ => pool.Dispose());
        race.Add(_ => pool.Dispose());
        race.AfterEach(_ =>
        {
            source.Made.Should().NotContain(connection => connection.Closings != 1);
            pool.GetStatistics().Should().Match<WebSocketClientPoolStatistics>(s => s.Open == 0 && s.Connecting == 0 && s.Waiting == 0);
            source = new FakeSource();
            pool = NewPool(source, minIdle: 1);
        });

        race.Run();

        pool.Dispose();
        Resources.WaitForLibraryThreads();
    }

    [Test]
    public void Lease_that_is_ended_in_several_ways_at_once_gives_one_place_back([Values(1, 2)] int seed)
    {
        FakeSource source = new();
        using WebSocketClientPool pool = NewPool(source, minIdle: 0);
        WebSocketClientLease lease = pool.Rent(Long);
        Race race = new(seed, LongRun.Or(1000, full: 20_000));
        race.Add(_ => lease.Dispose());
        race.Add(_ => lease.Discard());
        race.Add(_ => lease.Dispose());
        race.AfterEach(_ =>
        {
            pool.GetStatistics().Should().Match<WebSocketClientPoolStatistics>(s => s.Leased == 0 && s.Open <= 1 && s.Created - s.Dropped == s.Open);
            lease = pool.Rent(Long);
        });

        race.Run();
    }

    private static WebSocketClientPool NewPool(FakeSource source, int minIdle) => new(
        source,
        new WebSocketClientPoolOptions { MaxSize = 2, MinIdle = minIdle }.Freeze(),
        ClientEnvironment.Default);

    private static void RentUntilDisposed(WebSocketClientPool pool)
    {
        try
        {
            for (int i = 0; ; i++)
            {
                using WebSocketClientLease lease = pool.Rent(Long);
                lease.Client.Send("mine");
                lease.Client.Receive().Text.Should().Be("mine");
                if (i % 3 == 0)
                    lease.Discard();
            }
        }
        catch (ObjectDisposedException)
        {
        }
    }
}
