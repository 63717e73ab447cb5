using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using FluentAssertions;
using Moq;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Reconnecting;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(Waiting.Scope)]
public sealed class ReconnectingReceiveTests : IDisposable
{
    private readonly ReconnectBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Test]
    public void Receive_goes_on_across_drops()
    {
        InnerClient first = _bench.Connects();
        InnerClient second = _bench.Connects();
        BackgroundRun receiver = Run.InBackground(() => new[] { _bench.Client.Receive().Text, _bench.Client.Receive().Text }.Should().Equal("one", "two"));

        first.Queue("one");
        _bench.WaitForConnection(1);
        first.End();
        _bench.PassBackoff();
        second.Queue("two");

        receiver.Join();
    }

    [Test]
    public void What_came_over_a_lost_connection_is_received_before_what_comes_over_the_next_one()
    {
        InnerClient first = _bench.Connects();
        InnerClient second = _bench.Connects();
        first.Queue("one");
        first.Queue("two");
        _bench.WaitForConnection(1);
        first.End();
        _bench.PassBackoff();
        _bench.WaitForConnection(2);
        second.Queue("three");

        Enumerable.Range(0, 3).Select(_ => _bench.Client.Receive().Text).Should().Equal("one", "two", "three");
    }

    [Test]
    public void What_came_is_received_while_the_next_connection_is_not_there_yet()
    {
        InnerClient first = _bench.Connects();
        first.Queue("one");
        _bench.WaitForConnection(1);
        first.End();
        _bench.WaitForBackoff();

        _bench.Client.Receive().Text.Should().Be("one");
        _bench.Client.TryReceive(TimeSpan.Zero, out _).Should().BeFalse();
    }

    [Test]
    public void Of_lost_connections_that_nobody_reads_the_last_four_are_kept()
    {
        _bench.Options.InitialDelay = _bench.Options.MaxDelay = TimeSpan.Zero;
        for (int i = 1; i <= 7; i++)
        {
            InnerClient inner = _bench.Connects();
            inner.Queue("from " + i);
            _bench.WaitForConnection(i);
            if (i < 7)
                inner.End();
        }

        Enumerable.Range(0, 5).Select(_ => _bench.Client.Receive().Text).Should().Equal("from 3", "from 4", "from 5", "from 6", "from 7");
    }

    [Test]
    public void Connection_that_was_disposed_is_passed_over()
    {
        InnerClient first = _bench.Connects();
        WebSocketMessage message = default;
        first.Mock.Setup(c => c.TryReceive(It.IsAny<TimeSpan>(), out message)).Throws(() => new ObjectDisposedException("client"));
        InnerClient second = _bench.Connects();
        _bench.WaitForConnection(1);
        first.End();
        _bench.PassBackoff();
        second.Queue("hello");

        _bench.Client.Receive(TimeSpan.FromSeconds(10)).Text.Should().Be("hello");
    }

    [Test]
    public void Receive_times_out_with_and_without_a_connection()
    {
        _bench.Client.Invoking(c => c.Receive(TimeSpan.Zero)).Should().Throw<TimeoutException>();
        _bench.Client.TryReceive(TimeSpan.Zero, out WebSocketMessage none).Should().BeFalse();
        none.Should().Be(default(WebSocketMessage));

        _bench.Connects();
        _bench.WaitForConnection(1);

        _bench.Client.Invoking(c => c.Receive(TimeSpan.Zero)).Should().Throw<TimeoutException>();
        _bench.Client.TryReceive(TimeSpan.Zero, out _).Should().BeFalse();
    }

    [Test]
    public void Receive_throws_once_the_client_is_over_and_everything_was_received()
    {
        InnerClient inner = _bench.Connects();
        inner.Queue("last");
        _bench.WaitForConnection(1);

        inner.End(WebSocketCloseCause.RemoteClose, 1008);

        _bench.Client.WaitForClose(TimeSpan.FromSeconds(10)).Should().BeTrue();
        _bench.Client.Receive().Text.Should().Be("last");
        for (int i = 0; i < 2; i++)
        {
            WebSocketClosedException end = TestClient.EndOf(() => _bench.Client.Receive());
            end.Cause.Should().Be(WebSocketCloseCause.RemoteClose);
            end.CloseStatus.Should().Be(WebSocketCloseStatus.PolicyViolation);
            end.ReceivedCloseFirst.Should().BeTrue();
        }
        _bench.Client.State.Should().Be(WebSocketState.Closed);
        _bench.Client.GetStatus().State.Should().Be(ReconnectState.Closed);
    }

    [Test]
    public void ReceiveAll_goes_on_across_drops_and_ends_with_the_client()
    {
        _bench.Options.InitialDelay = _bench.Options.MaxDelay = TimeSpan.Zero;
        InnerClient[] inners = [.. Enumerable.Range(0, 3).Select(_ => _bench.Connects())];
        List<string> received = [];
        BackgroundRun receiver = Run.InBackground(() => received.AddRange(_bench.Client.ReceiveAll().Select(message => message.Text)));

        for (int i = 0; i < inners.Length; i++)
        {
            _bench.WaitForConnection(i + 1);
            inners[i].Queue("from " + i);
            if (i < inners.Length - 1)
                inners[i].End();
        }
        Wait.Until(() => received.Count == inners.Length, "all has been received");
        _bench.Client.Close();

        receiver.Join();
        received.Should().Equal("from 0", "from 1", "from 2");
    }

    [Test]
    public void Each_message_goes_to_exactly_one_of_many_receivers()
    {
        const int Losses = 100;
        const int Each = 20;
        _bench.Options.InitialDelay = _bench.Options.MaxDelay = TimeSpan.Zero;
        InnerClient[] inners = [.. Enumerable.Range(0, Losses).Select(_ => _bench.Connects())];
        ConcurrentQueue<string> received = new();
        BackgroundRun[] receivers = [.. Enumerable.Range(0, 4).Select(_ => Run.InBackground(() =>
        {
            foreach (WebSocketMessage message in _bench.Client.ReceiveAll())
                received.Enqueue(message.Text);
        }))];

        for (int i = 0; i < Losses; i++)
        {
            _bench.WaitForConnection(i + 1);
            for (int j = 0; j < Each; j++)
                inners[i].Queue(i + "." + j);
            Wait.Until(() => received.Count >= (i - 2) * Each, "the receivers keep up, so that nothing is dropped");
            if (i < Losses - 1)
                inners[i].End();
        }
        Wait.Until(() => received.Count == Losses * Each, "all has been received");
        _bench.Client.Close();

        foreach (BackgroundRun receiver in receivers)
            receiver.Join();
        received.Should().OnlyHaveUniqueItems();
    }
}
