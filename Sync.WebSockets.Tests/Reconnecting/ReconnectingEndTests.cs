using System;
using System.IO;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using Moq;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Reconnecting;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReconnectingEndTests : IDisposable
{
    // Whatever it is about, it ends at once.
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100);

    private readonly ReconnectBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [TestCase("Dispose")]
    [TestCase("Close")]
    [TestCase("Abort")]
    public void Wait_between_attempts_ends_at_once(string how)
    {
        _bench.Fails(new IOException("no route"));
        _bench.WaitForBackoff();

        Elapsed.Of(() => End(how)).Should().BeBelow(AtOnce);

        _bench.Client.State.Should().Be(how == "Abort" ? WebSocketState.Aborted : WebSocketState.Closed);
        _bench.Client.GetStatus().State.Should().Be(ReconnectState.Closed);
        _bench.Attempts.Should().ContainSingle();
    }

    [TestCase("Dispose")]
    [TestCase("Close")]
    [TestCase("Abort")]
    public void Attempt_under_way_ends_at_once(string how)
    {
        _bench.Start();
        Wait.Until(() => _bench.Attempts.Count == 1, "an attempt is under way");

        Elapsed.Of(() => End(how)).Should().BeBelow(AtOnce);
    }

    [TestCase("Dispose")]
    [TestCase("Close")]
    public void Connection_that_a_hook_has_in_hand_is_cut(string how)
    {
        using ManualResetEventSlim inHook = new();
        _bench.Options.Connected = (client, _) =>
        {
            inHook.Set();
            client.WaitForClose(Timeout.InfiniteTimeSpan);
        };
        InnerClient inner = _bench.Connects();
        _bench.Start();
        inHook.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();

        Elapsed.Of(() => End(how)).Should().BeBelow(TimeSpan.FromMilliseconds(250));

        Wait.Until(() => inner.IsEnded, "the connection is cut");
        inner.Mock.Verify(c => c.Abort());
    }

    [TestCase("Dispose")]
    [TestCase("Close")]
    [TestCase("Abort")]
    public void Connection_whose_end_a_sender_has_met_first_is_ended_with_the_client(string how)
    {
        InnerClient inner = _bench.Connects();
        inner.SendFailure = new WebSocketClosedException("ending", WebSocketCloseCause.RemoteClose, null, null, true, null);
        _bench.WaitForConnection(1);
        BackgroundRun sender = Run.InBackground(() => _bench.Client.Send("x"));
        Wait.Until(() => _bench.Client.GetStatus().State == ReconnectState.Connecting, "the sender waits for the next connection");

        End(how);

        TestClient.EndOf(() => sender.Join());
        inner.IsEnded.Should().BeTrue();
        inner.Mock.Verify(c => c.Abort(), how == "Abort" ? Times.AtLeastOnce() : Times.AtMostOnce());
    }

    [Test]
    public void Close_right_after_the_first_send_does_not_cut_the_connection()
    {
        for (int i = 0; i < 200; i++)
        {
            using ReconnectBench bench = new();
            InnerClient inner = bench.Connects();
            bench.Client.Send("bye");

            bench.Client.Close();

            inner.Mock.Verify(c => c.Close(WebSocketCloseStatus.NormalClosure, null), Times.Once);
            inner.FirstEnd.Should().Be(WebSocketCloseCause.LocalClose);
        }
    }

    [Test]
    public void Connection_whose_hook_has_failed_is_cut_with_the_client_while_it_closes()
    {
        InnerClient inner = _bench.Connects();
        using ManualResetEventSlim closing = new();
        inner.Mock.Setup(c => c.Dispose()).Callback(() =>
        {
            closing.Set();
            inner.Object.WaitForClose(TimeSpan.FromSeconds(10));
        });
        _bench.Options.Connected = (_, _) => throw new TimeoutException("no answer");
        _bench.Start();
        closing.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();

        Elapsed.Of(_bench.Client.Abort).Should().BeLessThan(TimeSpan.FromSeconds(1));

        inner.IsEnded.Should().BeTrue();
    }

    [Test]
    public void Interrupt_of_the_reconnecting_thread_ends_neither_a_wait_nor_a_connection()
    {
        InnerClient first = _bench.Connects();
        InnerClient second = _bench.Connects();
        _bench.WaitForConnection(1);
        Wait.Until(() => _bench.Thread!.ThreadState.HasFlag(ThreadState.WaitSleepJoin), "it waits for the end");
        _bench.Thread!.Interrupt();
        _bench.Client.Send("one");
        first.End();
        _bench.WaitForBackoff();
        _bench.Thread.Interrupt();
        _bench.PassBackoff();
        _bench.Client.Send("two");

        first.Sent.Should().Equal("one");
        second.Sent.Should().Equal("two");
    }

    [Test]
    public void Interrupt_of_whoever_disposes_strikes_after_it()
    {
        _bench.Fails(new IOException("no route"));
        _bench.WaitForBackoff();
        Run.InBackground(() =>
        {
            Thread.CurrentThread.Interrupt();
            _bench.Client.Invoking(c => c.Dispose()).Should().NotThrow();
            PendingInterrupt.Take().Should().BeTrue();
        }).Join();
    }

    [Test]
    public void Close_closes_the_connection_that_is_up_with_status_and_reason()
    {
        InnerClient inner = _bench.Connects();
        _bench.WaitForConnection(1);

        _bench.Client.Close(WebSocketCloseStatus.EndpointUnavailable, "bye");

        inner.Mock.Verify(c => c.Close(WebSocketCloseStatus.EndpointUnavailable, "bye"), Times.Once);
        TestClient.EndOf(() => _bench.Client.Receive()).Cause.Should().Be(WebSocketCloseCause.LocalClose);
        TestClient.EndOf(() => _bench.Client.Send("x")).Cause.Should().Be(WebSocketCloseCause.LocalClose);
        TestClient.EndOf(() => _bench.Client.Ping(TimeSpan.FromSeconds(1))).Cause.Should().Be(WebSocketCloseCause.LocalClose);
    }

    [Test]
    public void Close_twice_and_after_Dispose_does_nothing()
    {
        _bench.Connects();
        _bench.WaitForConnection(1);

        _bench.Client.Close();
        _bench.Client.Close();
        _bench.Client.Dispose();
        _bench.Client.Dispose();
        _bench.Client.Close();
        _bench.Client.Abort();

        _bench.Client.State.Should().Be(WebSocketState.Closed);
    }

    [Test]
    public void Wrong_arguments_of_Close_do_nothing()
    {
        _bench.Connects();
        _bench.WaitForConnection(1);

        _bench.Client.Invoking(c => c.Close((WebSocketCloseStatus)1005, null)).Should().Throw<ArgumentOutOfRangeException>();
        _bench.Client.Invoking(c => c.Close(WebSocketCloseStatus.NormalClosure, new string('x', 124))).Should().Throw<ArgumentException>();

        _bench.Client.State.Should().Be(WebSocketState.Open);
    }

    [TestCase("Dispose")]
    [TestCase("Close")]
    [TestCase("Abort")]
    public void Whoever_is_blocked_is_freed(string how)
    {
        _bench.Fails(new IOException("no route"));
        _bench.WaitForBackoff();
        BackgroundRun[] blocked =
        [
            Run.InBackground(() => _bench.Client.Receive()),
            Run.InBackground(() => _bench.Client.Send("x")),
            Run.InBackground(() => _bench.Client.Ping(TimeSpan.FromSeconds(30))),
        ];
        foreach (BackgroundRun call in blocked)
            Wait.Until(() => call.IsWaiting, "the call waits");

        End(how);

        foreach (BackgroundRun call in blocked)
            TestClient.EndOf(() => call.Join()).Cause.Should().Be(how == "Abort" ? WebSocketCloseCause.Aborted : WebSocketCloseCause.LocalClose);
    }

    [Test]
    public void Calls_after_Dispose_say_so()
    {
        _bench.Client.Dispose();

        _bench.Client.Invoking(c => c.Send("x")).Should().Throw<ObjectDisposedException>();
        _bench.Client.Invoking(c => c.Receive()).Should().Throw<ObjectDisposedException>();
        _bench.Client.Invoking(c => c.Ping(TimeSpan.Zero)).Should().Throw<ObjectDisposedException>();
        _bench.Client.WaitForClose(TimeSpan.Zero).Should().BeTrue();
        _bench.Client.GetStatus().State.Should().Be(ReconnectState.Closed);
    }

    [Test]
    public void Dispose_that_meets_a_connection_coming_up_leaves_none_behind()
    {
        ReconnectBench bench = new();
        bench.Start();
        InnerClient? inner = null;
        Race race = new(seed: 1, rounds: 300);
        race.Add(_ => inner = bench.Connects());
        race.Add(_ => bench.Client.Dispose());
        race.AfterEach(_ =>
        {
            Wait.Until(() => bench.Thread is not { IsAlive: true }, "the reconnecting thread has ended");
            (!inner!.IsTaken || inner.IsEnded).Should().BeTrue("the connection has ended, or was never made");
            bench.Dispose();
            bench = new ReconnectBench();
            bench.Start();
        });

        race.Run();

        bench.Dispose();
    }

    private void End(string how)
    {
        switch (how)
        {
            case "Dispose":
                _bench.Client.Dispose();
                break;
            case "Close":
                _bench.Client.Close();
                break;
            default:
                _bench.Client.Abort();
                break;
        }
    }
}
