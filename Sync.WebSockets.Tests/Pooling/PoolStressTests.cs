using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Pooling;

/// <summary>Many renters, few connections, and all that can go wrong with them. A failure prints the seed.</summary>
[TestFixture]
[NonParallelizable]
internal sealed class PoolStressTests
{
    private const int Threads = 64;
    private const int Rents = 1000;
    private const int Connections = 8;

    // The row has 63 others at most, each of whom has a connection for well under a millisecond: far more than it takes even if the machine is
    // busy with something else for a second or two.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly object _sync = new();
    private TimeSpan _longest;
    private int _leased;
    private int _mostLeased;
    private int _served;
    private int _failed;

    [Test]
    public void No_lease_is_lost_or_doubled_and_nobody_starves_whatever_breaks([Values(0, 4)] int minIdle)
    {
        int seed = Guid.NewGuid().GetHashCode() & 0xffffff;
        TestContext.Out.WriteLine($"seed {seed}");
        (_longest, _leased, _mostLeased, _served, _failed) = (TimeSpan.Zero, 0, 0, 0, 0);
        Random connecting = new(seed);
        FakeSource source = new(() => { lock (connecting) return connecting.Next(100) < 2; });
        WebSocketClientPoolOptions options = new() { MaxSize = Connections, MinIdle = minIdle, HealthCheckAfter = TimeSpan.FromMilliseconds(1) };
        WebSocketClientPool pool = new(source, options.Freeze(), ClientEnvironment.Default);

        Run.Together(
            Enumerable.Range(0, Threads).Select<int, Action>(i => () => RentOften(pool, source, "renter " + i, new Random(seed + (i * 7919)))),
            TimeSpan.FromMinutes(3));

        WebSocketClientPoolStatistics end = pool.GetStatistics();
        TestContext.Out.WriteLine($"{_served} served, {_failed} failed to connect, longest wait {_longest.TotalMilliseconds:0} ms, {_mostLeased} leased at once; {end.Created} created, {end.Reused} reused, {end.Dropped} dropped");
        (_served + _failed).Should().Be(Threads * Rents);
        _longest.Should().BeBelow(LongestWait);
        _mostLeased.Should().BeInRange(2, Connections);
        end.Leased.Should().Be(0);
        end.Waiting.Should().Be(0);
        end.Timeouts.Should().Be(0);
        end.Abandoned.Should().Be(0);
        pool.Dispose();
        source.Made.Should().OnlyContain(connection => connection.Closings == 1, "seed {0}", seed);
        pool.GetStatistics().Should().Match<WebSocketClientPoolStatistics>(s => s.Open == 0 && s.Connecting == 0);
    }

    private void RentOften(WebSocketClientPool pool, FakeSource source, string name, Random random)
    {
        for (int i = 0; i < Rents; i++)
        {
            var watch = Stopwatch.StartNew();
            try
            {
                using WebSocketClientLease lease = pool.Rent(LongestWait + LongestWait);
                Note(watch.Elapsed);
                Use(lease, source, name, random);
                Interlocked.Decrement(ref _leased);
            }
            catch (WebSocketConnectException)
            {
                Interlocked.Increment(ref _failed);
            }
        }
    }

    private void Note(TimeSpan waited)
    {
        lock (_sync)
        {
            _served++;
            _longest = waited > _longest ? waited : _longest;
            _mostLeased = Math.Max(_mostLeased, Interlocked.Increment(ref _leased));
        }
    }

    private static void Use(WebSocketClientLease lease, FakeSource source, string name, Random random)
    {
        lease.Client.Send(name);
        Thread.SpinWait(random.Next(2000));
        lease.Client.Receive().Text.Should().Be(name);
        switch (random.Next(40))
        {
            case 0:
                lease.Client.Abort();
                break;
            case 1:
                lease.Discard();
                break;
            case 2:
                lease.Client.TryReceive(TimeSpan.FromSeconds(1), out _);
                break;
            case 3:
                Any(source, random).IsBroken = true;
                break;
            case 4:
                Any(source, random).HasLeftovers = true;
                break;
        }
    }

    private static FakeConnection Any(FakeSource source, Random random)
    {
        FakeConnection[] made = source.Made;
        return made[made.Length - 1 - random.Next(Math.Min(made.Length, Connections))];
    }
}
