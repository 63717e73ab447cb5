using System;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using Moq;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Reconnecting;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(Waiting.Scope)]
public sealed class ReconnectingSendTests : IDisposable
{
    private readonly ReconnectBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Test]
    public void Send_waits_for_the_first_connection()
    {
        BackgroundRun sender = Run.InBackground(() => _bench.Client.Send("hello"));
        Wait.Until(() => sender.IsWaiting, "the sender waits");

        InnerClient inner = _bench.Connects();

        sender.Join();
        inner.Sent.Should().Equal("hello");
    }

    [Test]
    public void Send_goes_on_over_the_next_connection()
    {
        InnerClient first = _bench.Connects();
        InnerClient second = _bench.Connects();
        _bench.Client.Send("one");

        first.End();
        _bench.PassBackoff();
        _bench.Client.Send("two");

        first.Sent.Should().Equal("one");
        second.Sent.Should().Equal("two");
    }

    [Test]
    public void Send_that_is_lost_before_its_first_byte_goes_over_the_next_connection()
    {
        InnerClient first = _bench.Connects();
        first.SendFailure = new WebSocketClosedException("lost", WebSocketCloseCause.NetworkError, null, null, false, null, sendOutcomeUnknown: false);
        InnerClient second = _bench.Connects();
        _bench.WaitForConnection(1);
        BackgroundRun sender = Run.InBackground(() => _bench.Client.Send("hello"));
        Wait.Until(() => sender.IsWaiting && _bench.Client.GetStatus().State == ReconnectState.Connecting, "the sender waits for the next connection");

        first.End();
        _bench.PassBackoff();

        sender.Join();
        second.Sent.Should().Equal("hello");
    }

    [Test]
    public void Send_whose_outcome_is_unknown_is_reported_and_never_repeated()
    {
        InnerClient first = _bench.Connects();
        first.SendFailure = new WebSocketClosedException("torn", WebSocketCloseCause.NetworkError, null, null, false, null, sendOutcomeUnknown: true);
        InnerClient second = _bench.Connects();

        _bench.Client.Invoking(c => c.Send("hello")).Should().Throw<WebSocketClosedException>().Which.SendOutcomeUnknown.Should().BeTrue();

        first.End();
        _bench.PassBackoff();
        _bench.WaitForConnection(2);
        second.Sent.Should().BeEmpty();
    }

    [Test]
    public void Send_throws_at_once_while_none_is_up_if_it_must_not_wait()
    {
        _bench.Options.ConnectionWaitTimeout = TimeSpan.Zero;
        _bench.Fails(new IOException("no route"));
        _bench.WaitForBackoff();

        _bench.Client.Invoking(c => c.Send("hello")).Should().Throw<TimeoutException>().WithMessage("Nothing was sent*no route*");
    }

    [Test]
    public void Send_gives_up_waiting_when_its_time_is_up()
    {
        _bench.Options.ConnectionWaitTimeout = TimeSpan.FromSeconds(5);
        _bench.Fails(new IOException("no route"));
        _bench.WaitForBackoff();
        BackgroundRun sender = Run.InBackground(() => _bench.Client.Send("hello"));
        Wait.Until(() => sender.IsWaiting, "the sender waits");

        _bench.Time.Advance(TimeSpan.FromSeconds(6));

        sender.Invoking(s => s.Join()).Should().Throw<TimeoutException>().WithMessage("Nothing was sent*within 5 s*no route*");
    }

    [Test]
    public void Own_timeout_of_a_send_comes_through()
    {
        InnerClient inner = _bench.Connects();
        inner.SendFailure = new TimeoutException("SendTimeout");

        _bench.Client.Invoking(c => c.Send("hello")).Should().Throw<TimeoutException>().WithMessage("SendTimeout");

        inner.IsEnded.Should().BeFalse();
    }

    [Test]
    public void Bytes_go_through_with_their_type()
    {
        InnerClient inner = _bench.Connects();
        byte[] payload = [1, 2];
        inner.Mock.Setup(c => c.Send(payload, WebSocketMessageType.Binary));
        inner.Mock.Setup(c => c.Send(payload, WebSocketMessageType.Text));

        _bench.Client.Send(payload);
        _bench.Client.Send(payload, WebSocketMessageType.Text);

        inner.Mock.Verify(c => c.Send(payload, WebSocketMessageType.Binary), Times.Once);
        inner.Mock.Verify(c => c.Send(payload, WebSocketMessageType.Text), Times.Once);
    }

    [Test]
    public void Null_is_refused_before_anything_is_awaited()
    {
        _bench.Client.Invoking(c => c.Send((string)null!)).Should().Throw<ArgumentNullException>();
        _bench.Client.Invoking(c => c.Send((byte[])null!)).Should().Throw<ArgumentNullException>();
        _bench.Client.Invoking(c => c.Send(null!, WebSocketMessageType.Text)).Should().Throw<ArgumentNullException>();
    }

    [Test]
    public void Wrong_arguments_are_refused_before_anything_is_awaited()
    {
        _bench.Client.Invoking(c => c.Send("\ud800")).Should().Throw<ArgumentException>();
        _bench.Client.Invoking(c => c.Send([0xff], WebSocketMessageType.Text)).Should().Throw<ArgumentException>();
        _bench.Client.Invoking(c => c.Send([1], WebSocketMessageType.Close)).Should().Throw<ArgumentException>();
    }

    [Test]
    public void Ping_waits_for_a_connection_and_measures_over_it()
    {
        BackgroundRun ping = Run.InBackground(() => _bench.Client.Ping(TimeSpan.FromSeconds(10)).Should().Be(TimeSpan.FromMilliseconds(1)));
        Wait.Until(() => ping.IsWaiting, "the ping waits");

        _bench.Connects();

        ping.Join();
    }

    [Test]
    public void Ping_without_a_connection_times_out() =>
        _bench.Client.Invoking(c => c.Ping(TimeSpan.Zero)).Should().Throw<TimeoutException>().WithMessage("No pong came*");

    [Test]
    public void Many_threads_send_across_many_losses_and_nothing_is_doubled()
    {
        const int Losses = 200;
        _bench.Options.InitialDelay = TimeSpan.Zero;
        _bench.Options.MaxDelay = TimeSpan.Zero;
        InnerClient[] inners = [.. Enumerable.Range(0, Losses + 1).Select(_ => _bench.Connects())];
        int sent = 0;
        using ManualResetEventSlim done = new();
        BackgroundRun[] senders = [.. Enumerable.Range(0, 4).Select(_ => Run.InBackground(() =>
        {
            while (!done.IsSet)
                _bench.Client.Send("message " + Interlocked.Increment(ref sent));
        }))];

        for (int i = 0; i < Losses; i++)
        {
            _bench.WaitForConnection(i + 1);
            inners[i].End();
        }
        _bench.WaitForConnection(Losses + 1);
        done.Set();

        foreach (BackgroundRun sender in senders)
            sender.Join();
        inners.SelectMany(inner => inner.Sent).Should().OnlyHaveUniqueItems().And.HaveCount(sent);
    }
}
