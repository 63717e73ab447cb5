using System;
using System.Net.WebSockets;
using FluentAssertions;
using Moq;
using NUnit.Framework;

namespace Sync.WebSockets.Pooling;

internal sealed class HealthCheckTests
{
    private static readonly TimeSpan Second = PoolBench.Second;
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    [TestCase(9.9, false)]
    [TestCase(10, true)]
    public void Connection_that_was_idle_for_HealthCheckAfter_is_pinged_before_it_is_lent(double idleSeconds, bool pinged)
    {
        PoolBench bench = new();
        bench.LeaveIdle(1);
        bench.Time.Advance(TimeSpan.FromSeconds(idleSeconds));

        bench.Rent();

        bench.Clients[0].Verify(c => c.Ping(TimeSpan.FromSeconds(2)), Times.Exactly(pinged ? 1 : 0));
        bench.Figures.Reused.Should().Be(1);
    }

    [Test]
    public void Each_use_begins_the_idle_time_anew()
    {
        PoolBench bench = new();
        for (int i = 0; i < 5; i++)
        {
            bench.LeaveIdle(1);
            bench.Time.Advance(TimeSpan.FromSeconds(9));
        }

        bench.Clients[0].Verify(c => c.Ping(It.IsAny<TimeSpan>()), Times.Never);
    }

    [Test]
    public void Infinite_HealthCheckAfter_switches_the_check_off()
    {
        PoolBench bench = new(o => o.HealthCheckAfter = System.Threading.Timeout.InfiniteTimeSpan);
        bench.LeaveIdle(1);
        bench.Time.Advance(TimeSpan.FromDays(1));

        bench.Rent();

        bench.Clients[0].Verify(c => c.Ping(It.IsAny<TimeSpan>()), Times.Never);
    }

    [TestCase(typeof(TimeoutException))]
    [TestCase(typeof(WebSocketClosedException))]
    [TestCase(typeof(ObjectDisposedException))]
    public void Connection_without_a_pong_is_dropped_and_a_new_one_is_lent(Type exception)
    {
        PoolBench bench = new();
        bench.LeaveIdle(1);
        bench.Time.Advance(TenSeconds);
        bench.Clients[0].Setup(c => c.Ping(It.IsAny<TimeSpan>())).Throws((Exception)Activator.CreateInstance(exception, "no pong")!);

        bench.NumberOf(bench.Rent()).Should().Be(1);

        bench.Closed.Should().Equal(0);
        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Open = 1, Leased = 1, Created = 2, Dropped = 1 });
    }

    [Test]
    public void Connection_that_got_a_message_with_its_pong_is_dropped()
    {
        PoolBench bench = new();
        bench.LeaveIdle(1);
        bench.Time.Advance(TenSeconds);
        bench.Clients[0].Setup(c => c.Ping(It.IsAny<TimeSpan>()))
            .Callback(() => bench.Source.Setup(s => s.IsQuiet(bench.Clients[0].Object)).Returns(false));

        bench.NumberOf(bench.Rent()).Should().Be(1);
    }

    [Test]
    public void Connection_that_has_ended_is_not_pinged()
    {
        PoolBench bench = new();
        bench.LeaveIdle(1);
        bench.Time.Advance(TenSeconds);
        bench.Clients[0].SetupGet(c => c.State).Returns(WebSocketState.Closed);

        bench.NumberOf(bench.Rent()).Should().Be(1);

        bench.Clients[0].Verify(c => c.Ping(It.IsAny<TimeSpan>()), Times.Never);
    }

    [Test]
    public void Check_takes_no_longer_than_the_renter_has()
    {
        PoolBench bench = new();
        bench.LeaveIdle(1);
        bench.Time.Advance(TenSeconds);

        bench.Rent(Second);

        bench.Clients[0].Verify(c => c.Ping(Second), Times.Once);
    }

    [Test]
    public void Renter_without_time_for_the_check_leaves_the_connection_as_it_was()
    {
        PoolBench bench = new();
        bench.LeaveIdle(1);
        bench.Time.Advance(TenSeconds);

        bench.Invoking(b => b.Rent(TimeSpan.Zero)).Should().Throw<TimeoutException>();
        bench.Rent(Second);

        bench.Clients.Should().ContainSingle();
        bench.Clients[0].Verify(c => c.Ping(Second), Times.Once);
    }
}
