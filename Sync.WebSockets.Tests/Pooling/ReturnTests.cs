using System;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using Moq;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Pooling;

/// <summary>What of a connection goes to the next renter: all of it or nothing.</summary>
[TestFixture]
[Parallelizable(Waiting.Scope)]
internal sealed class ReturnTests
{
    private static readonly TimeSpan Second = PoolBench.Second;

    [Test]
    public void Connection_that_is_open_and_quiet_is_kept()
    {
        PoolBench bench = new();

        bench.Rent().Dispose();

        bench.Closed.Should().BeEmpty();
        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Open = 1, Idle = 1, Created = 1 });
    }

    [TestCase(WebSocketState.CloseSent)]
    [TestCase(WebSocketState.CloseReceived)]
    [TestCase(WebSocketState.Closed)]
    [TestCase(WebSocketState.Aborted)]
    public void Connection_that_is_not_open_any_more_is_dropped(WebSocketState state)
    {
        PoolBench bench = new();
        WebSocketClientLease lease = bench.Rent();
        bench.Clients[0].SetupGet(c => c.State).Returns(state);

        lease.Dispose();

        ShouldHaveDropped(bench);
    }

    [Test]
    public void Connection_with_a_message_that_nobody_has_received_is_dropped()
    {
        PoolBench bench = new();
        WebSocketClientLease lease = bench.Rent();
        bench.Source.Setup(s => s.IsQuiet(bench.Clients[0].Object)).Returns(false);

        lease.Dispose();

        ShouldHaveDropped(bench);
    }

    [Test]
    public void Connection_is_dropped_when_the_last_wait_for_a_message_was_in_vain()
    {
        PoolBench bench = new();
        WebSocketClientLease lease = bench.Rent();
        bench.Clients[0].Setup(c => c.Receive(Second)).Throws<TimeoutException>();

        lease.Invoking(l => l.Client.Receive(Second)).Should().Throw<TimeoutException>();
        lease.Dispose();

        ShouldHaveDropped(bench);
    }

    [Test]
    public void Connection_is_dropped_when_the_last_try_for_a_message_was_in_vain()
    {
        PoolBench bench = new();
        WebSocketClientLease lease = bench.Rent();

        lease.Client.TryReceive(Second, out _).Should().BeFalse();
        lease.Dispose();

        ShouldHaveDropped(bench);
    }

    [Test]
    public void Connection_is_dropped_when_Receive_was_left_by_an_interrupt()
    {
        PoolBench bench = new();
        WebSocketClientLease lease = bench.Rent();
        bench.Clients[0].Setup(c => c.Receive()).Throws<ThreadInterruptedException>();

        lease.Invoking(l => l.Client.Receive()).Should().Throw<ThreadInterruptedException>();
        lease.Dispose();

        ShouldHaveDropped(bench);
    }

    [Test]
    public void Connection_is_kept_when_the_message_came_after_all()
    {
        PoolBench bench = new();
        WebSocketMessage answer = WebSocketMessage.FromText("late");
        WebSocketClientLease lease = bench.Rent();
        bench.Clients[0].SetupSequence(c => c.Receive(Second)).Throws<TimeoutException>().Returns(answer);

        lease.Invoking(l => l.Client.Receive(Second)).Should().Throw<TimeoutException>();
        lease.Client.Receive(Second).Should().Be(answer);
        lease.Dispose();

        bench.Figures.Idle.Should().Be(1);
    }

    [Test]
    public void Looking_for_a_message_without_waiting_drops_nothing()
    {
        PoolBench bench = new();
        WebSocketClientLease lease = bench.Rent();

        lease.Client.TryReceive(TimeSpan.Zero, out _).Should().BeFalse();
        lease.Dispose();

        bench.Figures.Idle.Should().Be(1);
    }

    [Test]
    public void Connection_is_dropped_while_another_thread_is_in_a_call_on_it()
    {
        using ManualResetEventSlim received = new(), release = new();
        PoolBench bench = new();
        WebSocketClientLease lease = bench.Rent();
        bench.Clients[0].Setup(c => c.Receive()).Callback(() =>
        {
            received.Set();
            release.Wait();
        });
        BackgroundRun receiver = Run.InBackground(() => lease.Client.Receive());
        received.Wait();

        lease.Dispose();

        ShouldHaveDropped(bench);
        release.Set();
        receiver.Join();
    }

    [Test]
    public void Connection_that_is_discarded_is_dropped()
    {
        PoolBench bench = new();
        WebSocketClientLease lease = bench.Rent();

        lease.Discard();
        lease.Dispose();

        ShouldHaveDropped(bench);
    }

    [Test]
    public void Connection_that_has_got_a_message_while_it_was_idle_is_dropped_before_it_is_lent()
    {
        PoolBench bench = new();
        bench.LeaveIdle(1);
        bench.Source.Setup(s => s.IsQuiet(bench.Clients[0].Object)).Returns(false);

        bench.Rent();

        bench.Closed.Should().Equal(0);
        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Open = 1, Leased = 1, Created = 2, Dropped = 1 });
    }

    [Test]
    public void Lease_that_is_disposed_twice_gives_one_place_back()
    {
        PoolBench bench = new(o => o.MaxSize = 1);
        WebSocketClientLease lease = bench.Rent();
        lease.Dispose();
        using WebSocketClientLease next = bench.Rent();

        lease.Dispose();
        lease.Discard();

        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Open = 1, Leased = 1, Created = 1, Reused = 1 });
    }

    [Test]
    public void Client_of_a_lease_that_is_over_does_not_lead_to_the_connection_any_more()
    {
        PoolBench bench = new();
        WebSocketClientLease lease = bench.Rent();
        IWebSocketClient client = lease.Client;
        lease.Dispose();
        bench.Clients[0].Invocations.Clear();
        Action[] calls =
        [
            () => client.Send("text"), () => client.Send([1]), () => client.Send([1], WebSocketMessageType.Binary), () => client.Receive(),
            () => client.Receive(Second), () => client.TryReceive(Second, out _), () => client.Ping(Second),
        ];

        calls.Should().AllSatisfy(call => call.Should().Throw<ObjectDisposedException>().WithMessage("*lease*is over*"));
        client.State.Should().Be(WebSocketState.Closed);
        client.CloseStatus.Should().BeNull();
        client.Close();
        client.Close(WebSocketCloseStatus.EndpointUnavailable, "bye");
        client.Abort();
        client.Dispose();

        bench.Clients[0].Invocations.Should().BeEmpty();
        bench.Rent().Client.State.Should().Be(WebSocketState.Open);
    }

    [Test]
    public void Client_of_a_lease_passes_everything_on()
    {
        PoolBench bench = new();
        WebSocketMessage message = WebSocketMessage.FromText("hello");
        IWebSocketClient client = bench.Rent().Client;
        Mock<IWebSocketClient> inner = bench.Clients[0];
        inner.Setup(c => c.Receive()).Returns(message);
        inner.Setup(c => c.TryReceive(Second, out message)).Returns(true);
        inner.Setup(c => c.Ping(Second)).Returns(Second);
        inner.SetupGet(c => c.CloseStatus).Returns(WebSocketCloseStatus.NormalClosure);

        client.Send("text");
        client.Send([1]);
        client.Send([2], WebSocketMessageType.Text);
        client.Receive().Should().Be(message);
        client.TryReceive(Second, out WebSocketMessage tried).Should().BeTrue();
        tried.Should().Be(message);
        client.Ping(Second).Should().Be(Second);
        client.CloseStatus.Should().Be(WebSocketCloseStatus.NormalClosure);
        client.Close();
        client.Close(WebSocketCloseStatus.EndpointUnavailable, "bye");
        client.Abort();
        client.Dispose();

        inner.Verify(c => c.Send("text"));
        inner.Verify(c => c.Send(new byte[] { 1 }));
        inner.Verify(c => c.Send(new byte[] { 2 }, WebSocketMessageType.Text));
        inner.Verify(c => c.Close(WebSocketCloseStatus.NormalClosure, null));
        inner.Verify(c => c.Close(WebSocketCloseStatus.EndpointUnavailable, "bye"));
        inner.Verify(c => c.Abort());
        inner.Verify(c => c.Dispose());
    }

    private static void ShouldHaveDropped(PoolBench bench)
    {
        bench.Closed.Should().Equal(0);
        bench.Figures.Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Created = 1, Dropped = 1 });
    }
}
