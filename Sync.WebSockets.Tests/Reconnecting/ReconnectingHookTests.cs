using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Reconnecting;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(Waiting.Scope)]
public sealed class ReconnectingHookTests : IDisposable
{
    private readonly ReconnectBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Test]
    public void Connecting_changes_one_attempt_and_the_next_begins_with_the_original()
    {
        _bench.Options.ClientOptions.Headers.Add("X-Always", "1");
        _bench.Options.Connecting = attempt =>
        {
            attempt.Options.Headers.Add("Authorization", "Bearer " + attempt.Number);
            attempt.Uri = new Uri($"ws://example.com/{attempt.Number}");
        };
        _bench.Fails(new IOException("no route"));
        _bench.PassBackoff();
        _bench.Connects();
        _bench.WaitForConnection(1);

        _bench.Attempts.Select(a => a.Uri.AbsolutePath).Should().Equal("/1", "/2");
        _bench.Attempts.Select(a => string.Join(",", a.Options.Headers.Select(h => h.Value))).Should().Equal("1,Bearer 1", "1,Bearer 2");
        _bench.Options.ClientOptions.Headers.Should().ContainSingle();
    }

    [Test]
    public void Connected_runs_before_other_traffic_with_the_fresh_connection_in_hand()
    {
        using ManualResetEventSlim goOn = new();
        _bench.Options.Connected = (client, attempt) =>
        {
            client.Send("subscribe " + attempt.Number);
            goOn.Wait(TimeSpan.FromSeconds(10));
        };
        BackgroundRun sender = Run.InBackground(() => _bench.Client.Send("hello"));
        InnerClient inner = _bench.Connects();
        Wait.Until(() => inner.Sent.Any() && sender.IsWaiting, "the hook has subscribed, and the sender waits");

        _bench.Client.TryReceive(TimeSpan.Zero, out _).Should().BeFalse();
        _bench.Client.GetStatus().State.Should().Be(ReconnectState.Connecting);
        goOn.Set();

        sender.Join();
        inner.Sent.Should().Equal("subscribe 1", "hello");
    }

    [Test]
    public void Connected_learns_why_the_last_connection_ended()
    {
        List<string?> reasons = [];
        _bench.Options.Connected = (_, attempt) => reasons.Add(attempt.LastLoss?.Message + ", " + attempt.LastFailure?.Message);
        InnerClient first = _bench.Connects();
        _bench.Fails(new IOException("no route"));
        _bench.Connects();
        _bench.WaitForConnection(1);
        first.End(WebSocketCloseCause.HeartbeatTimeout);
        _bench.PassBackoff();
        _bench.PassBackoff();
        _bench.WaitForConnection(2);

        reasons.Should().Equal(", ", "ended: HeartbeatTimeout, no route");
    }

    [Test]
    public void Connected_that_fails_is_a_failed_attempt_and_its_connection_is_closed()
    {
        int calls = 0;
        _bench.Options.Connected = (_, _) =>
        {
            if (++calls == 1)
                throw new TimeoutException("no answer to the subscription");
        };
        InnerClient first = _bench.Connects();
        _bench.Connects();
        _bench.PassBackoff();
        _bench.WaitForConnection(1);

        first.IsEnded.Should().BeTrue();
        _bench.Attempts[1].LastFailure!.Message.Should().Be("no answer to the subscription");
        _bench.Attempts[1].Number.Should().Be(2);
    }

    [Test]
    public void Mistake_in_a_hook_is_final()
    {
        _bench.Options.Connecting = _ => throw new InvalidOperationException("a mistake");

        _bench.Client.WaitForClose(TimeSpan.FromSeconds(10)).Should().BeTrue();

        TestClient.EndOf(() => _bench.Client.Receive()).InnerException!.Message.Should().Be("a mistake");
        _bench.Attempts.Should().BeEmpty();
    }

    [Test]
    public void Disconnected_is_called_once_for_each_loss_and_not_for_failed_attempts()
    {
        List<string> losses = [];
        _bench.Options.Disconnected = reason => losses.Add(reason.Message);
        InnerClient first = _bench.Connects();
        _bench.Fails(new IOException("no route"));
        InnerClient second = _bench.Connects();
        _bench.WaitForConnection(1);
        first.End();
        _bench.PassBackoff();
        _bench.PassBackoff();
        _bench.WaitForConnection(2);
        second.End(WebSocketCloseCause.HeartbeatTimeout);
        _bench.WaitForBackoff();

        losses.Should().Equal("ended: NetworkError", "ended: HeartbeatTimeout");
    }

    [Test]
    public void Disconnected_that_fails_like_the_network_changes_nothing()
    {
        _bench.Options.Disconnected = _ => throw new IOException("the log's disk is full");
        InnerClient first = _bench.Connects();
        _bench.Connects();
        _bench.WaitForConnection(1);
        first.End(WebSocketCloseCause.HeartbeatTimeout);
        _bench.PassBackoff();
        _bench.WaitForConnection(2);

        _bench.Attempts[1].LastFailure!.Message.Should().Be("ended: HeartbeatTimeout");
    }

    [Test]
    public void Hook_that_waits_learns_that_the_client_ends()
    {
        using ManualResetEventSlim waits = new();
        _bench.Options.Connecting = attempt =>
        {
            waits.Set();
            attempt.CancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(10)).Should().BeTrue();
        };
        _bench.Start();
        waits.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();

        Elapsed.Of(_bench.Client.Dispose).Should().BeLessThan(TimeSpan.FromSeconds(1));
    }

    [Test]
    public void Hook_that_disposes_its_connection_lets_the_client_go_on()
    {
        int calls = 0;
        _bench.Options.Connected = (client, _) =>
        {
            if (++calls == 1)
                client.Dispose();
        };
        _bench.Connects();
        InnerClient second = _bench.Connects();
        _bench.PassBackoff();
        second.Queue("hello");

        _bench.Client.Receive(TimeSpan.FromSeconds(10)).Text.Should().Be("hello");
    }

    [Test]
    public void Disconnected_is_not_called_for_a_connection_that_the_program_closes()
    {
        bool called = false;
        _bench.Options.Disconnected = _ => called = true;
        InnerClient inner = _bench.Connects();
        _bench.WaitForConnection(1);

        _bench.Client.Close();

        inner.IsEnded.Should().BeTrue();
        called.Should().BeFalse();
    }

    [Test]
    public void Client_cannot_be_used_from_inside_a_hook()
    {
        List<Action<ReconnectingWebSocketClient>> uses =
        [
            c => c.Send("x"), c => c.Send([1]), c => c.Send([1], WebSocketMessageType.Text), c => c.Receive(), c => c.Receive(TimeSpan.Zero),
            c => c.TryReceive(TimeSpan.Zero, out _), c => c.Ping(TimeSpan.Zero), c => c.Close(), c => c.WaitForClose(TimeSpan.Zero),
        ];
        List<string> outcomes = [];
        void Try(string hook)
        {
            foreach (Action<ReconnectingWebSocketClient> use in uses)
                use.Invoking(u => u(_bench.Client)).Should().Throw<InvalidOperationException>().WithMessage("A hook*");
            _bench.Client.GetStatus().Connections.Should().BeGreaterThanOrEqualTo(0);
            outcomes.Add(hook);
        }

        _bench.Options.Connecting = _ => Try("connecting");
        _bench.Options.Connected = (_, _) => Try("connected");
        _bench.Options.Disconnected = _ => Try("disconnected");
        _bench.Start();
        InnerClient first = _bench.Connects();
        _bench.WaitForConnection(1);
        first.End();
        _bench.WaitForBackoff();

        outcomes.Should().Equal("connecting", "connected", "disconnected");
    }

    [TestCase("Dispose")]
    [TestCase("Abort")]
    public void Hook_can_end_the_client(string how)
    {
        _bench.Options.Connected = (_, _) =>
        {
            if (how == "Dispose")
                _bench.Client.Dispose();
            else
                _bench.Client.Abort();
        };
        _bench.Start();
        InnerClient inner = _bench.Connects();

        _bench.Client.WaitForClose(TimeSpan.FromSeconds(10)).Should().BeTrue();

        Wait.Until(() => inner.IsEnded, "the connection that the hook had is gone");
    }

    [Test]
    public void Hooks_run_one_at_a_time_on_a_thread_of_the_client()
    {
        List<Thread> threads = [];
        _bench.Options.Connecting = _ => threads.Add(Thread.CurrentThread);
        _bench.Options.Connected = (_, _) => threads.Add(Thread.CurrentThread);
        _bench.Options.Disconnected = _ => threads.Add(Thread.CurrentThread);
        InnerClient inner = _bench.Connects();
        _bench.WaitForConnection(1);
        inner.End();
        _bench.WaitForBackoff();

        threads.Should().HaveCount(3).And.OnlyContain(thread => thread == threads[0] && thread.IsBackground && thread.Name!.Contains("reconnecting"));
    }
}
