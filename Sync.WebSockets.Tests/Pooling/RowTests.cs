using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using FluentAssertions;
using Moq;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Pooling;

/// <summary>First come, first served.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(Waiting.Scope)]
internal sealed class RowTests
{
    private readonly List<int> _served = [];

    [Test]
    public void Renters_are_served_in_the_order_in_which_they_came([Values] bool discard)
    {
        PoolBench bench = new(o => o.MaxSize = 2);
        Queue<WebSocketClientLease> leases = new([bench.Rent(), bench.Rent()]);
        BackgroundRun[] renters = [.. Enumerable.Range(0, 12).Select(i => RentLater(bench, i, leases))];

        for (int i = 1; i <= renters.Length; i++)
            GiveBack(leases, discard, served: i);

        _served.Should().Equal(Enumerable.Range(0, 12));
        Join(renters);
    }

    [Test]
    public void Nobody_overtakes_the_row_not_even_while_the_one_at_its_head_has_not_yet_woken()
    {
        PoolBench bench = new(o => o.MaxSize = 1);
        Queue<WebSocketClientLease> leases = new([bench.Rent()]);
        BackgroundRun[] renters = [.. Enumerable.Range(0, 5).Select(i => RentLater(bench, i, leases))];

        for (int i = 1; i <= renters.Length; i++)
        {
            GiveBack(leases, discard: false, served: null);
            bench.Invoking(b => b.Rent(TimeSpan.Zero)).Should().Throw<TimeoutException>("the place belongs to the next in the row");
            WaitUntilServed(i);
        }

        _served.Should().Equal(Enumerable.Range(0, 5));
        Join(renters);
    }

    [Test]
    public void Renter_that_leaves_the_row_does_not_change_the_order_of_the_others()
    {
        using CancellationTokenSource cancellation = new();
        PoolBench bench = new(o => o.MaxSize = 1);
        Queue<WebSocketClientLease> leases = new([bench.Rent()]);
        BackgroundRun[] renters = [.. Enumerable.Range(0, 5).Select(i => RentLater(bench, i, leases, i % 2 == 1 ? cancellation.Token : default))];

        cancellation.Cancel();
        Wait.Until(() => bench.Figures.Waiting == 3, "the cancelled ones have left");
        for (int i = 1; i <= 3; i++)
            GiveBack(leases, discard: false, served: i);

        _served.Should().Equal(0, 2, 4);
        Join(renters.Where((_, i) => i % 2 == 0));
    }

    [Test]
    public void Place_of_a_renter_that_fails_to_connect_goes_to_the_next_in_the_row()
    {
        PoolBench bench = new(o => o.MaxSize = 1);
        WebSocketClientLease first = bench.Rent();
        Queue<WebSocketClientLease> leases = new();
        bench.Source.Setup(s => s.Connect(It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>())).Throws(new WebSocketConnectException("no"));
        BackgroundRun[] renters = [.. Enumerable.Range(0, 5).Select(i => RentLater(bench, i, leases))];

        first.Discard();

        foreach (BackgroundRun renter in renters)
            renter.Invoking(r => r.Join()).Should().Throw<WebSocketConnectException>();
        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Created = 1, Dropped = 1, ConnectFailures = 5 });
    }

    private static void Join(IEnumerable<BackgroundRun> renters)
    {
        foreach (BackgroundRun renter in renters)
            renter.Join();
    }

    private BackgroundRun RentLater(PoolBench bench, int number, Queue<WebSocketClientLease> leases, CancellationToken cancellationToken = default) =>
        bench.RentLater(
            lease =>
            {
                lock (_served)
                {
                    leases.Enqueue(lease);
                    _served.Add(number);
                }
            },
            cancellationToken: cancellationToken);

    private void GiveBack(Queue<WebSocketClientLease> leases, bool discard, int? served)
    {
        WebSocketClientLease lease;
        lock (_served)
            lease = leases.Dequeue();
        if (discard)
            lease.Discard();
        else
            lease.Dispose();
        if (served is { } count)
            WaitUntilServed(count);
    }

    private void WaitUntilServed(int count) => Wait.Until(
        () =>
        {
            lock (_served)
                return _served.Count == count;
        },
        $"{count} renters were served");
}
