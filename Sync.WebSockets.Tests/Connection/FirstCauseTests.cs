using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

/// <summary>What both sides do at the end, in every order in which it can meet.</summary>
[TestFixture]
internal sealed class FirstCauseTests
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly WebSocketCloseFrame Ours = new(WebSocketCloseStatus.NormalClosure, "ours");
    private static readonly WebSocketCloseFrame Theirs = new(WebSocketCloseStatus.EndpointUnavailable, "theirs");
    private static readonly Ending Local = new(WebSocketCloseCause.LocalClose, "local");
    private static readonly Ending Remote = new(WebSocketCloseCause.RemoteClose, "remote");

    // The steps of a program's Close and of the reader that gets the server's. The steps of each side keep their order: L is the cause
    // of ours, b and s are begin and end of our write; r is the server's frame, R its cause, m its bound.
    private static IEnumerable<string> Orders => Merge("Lbs", "rRm");

    [TestCaseSource(nameof(Orders))]
    public void Close_of_both_sides_has_one_cause_and_ends_with_a_FIN_once_both_frames_have_passed(string order)
    {
        using SocketPair sockets = new();
        MonotonicClock clock = new(new ManualTime());
        ConnectionLife life = Life(sockets, clock);
        HashSet<char> done = [];

        foreach (char step in order)
        {
            Do(life, clock, step, failsToWrite: false);
            done.Add(step);

            bool complete = done.Contains('s') && done.Contains('r');
            life.FinishBy.Should().Be(complete ? clock.After(Second) : done.Contains('m') ? clock.After(CloseTimeout) : MonotonicClock.Never, "after {0}", step);
            SeesFin(sockets, complete).Should().Be(complete, "after {0}", step);
            (life.State == WebSocketState.Closed).Should().Be(complete, "after {0}", step);
        }

        ShouldHaveFirstCause(life, order);
        life.ToException().SentClose.Should().Be(Ours);
        life.Finish();
        life.State.Should().Be(WebSocketState.Closed);
    }

    [TestCaseSource(nameof(Orders))]
    public void Close_whose_write_fails_ends_within_a_second_with_the_first_cause(string order)
    {
        using SocketPair sockets = new();
        MonotonicClock clock = new(new ManualTime());
        ConnectionLife life = Life(sockets, clock);

        foreach (char step in order)
            Do(life, clock, step, failsToWrite: true);

        life.FinishBy.Should().Be(clock.After(Second));
        life.FinishNow();
        ShouldHaveFirstCause(life, order);
        life.ToException().SentClose.Should().BeNull();
        life.Finish();
        life.State.Should().Be(WebSocketState.Closed);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Caller_that_a_failed_write_has_stopped_waits_for_what_the_reader_finds(bool finds)
    {
        using SocketPair sockets = new();
        ConnectionLife life = Life(sockets, MonotonicClock.System);
        IOException failure = new("broken pipe");
        life.WriteFailed(failure);
        WebSocketClosedException? end = null;
        BackgroundRun caller = Run.InBackground(() => end = life.ToException());
        Wait.Until(() => caller.IsWaiting, "the caller waits for the cause");

        if (finds)
            life.TryEnd(Remote);
        life.FinishNow();

        caller.Join();
        end!.Cause.Should().Be(finds ? WebSocketCloseCause.RemoteClose : WebSocketCloseCause.NetworkError);
        end.InnerException.Should().Be(finds ? null : failure);
        life.ToException().Cause.Should().Be(end.Cause);
    }

    [Test]
    [NonParallelizable]
    [Category("R17")]
    public void Thread_that_is_interrupted_tells_the_cause_whole_and_is_interrupted_after_it([Values(1, 2)] int seed)
    {
        LifeRecorder events = new();
        ConnectionLife life = new(null!, MonotonicClock.System, events);
        int struck = 0;
        int told = 0;
        Race race = new(seed, rounds: 1500);
        race.Add(_ =>
        {
            Thread.CurrentThread.Interrupt();
            life.TryEnd(Local);
            struck += PendingInterrupt.Take() ? 1 : 0;
        });
        for (int i = 0; i < 3; i++)
            race.Add(_ => Interlocked.Add(ref told, life.ToException().Cause == WebSocketCloseCause.LocalClose ? 1 : 0));
        race.AfterEach(round =>
        {
            (struck, told, events.Endings.Count).Should().Be((round + 1, 3 * (round + 1), round + 1), "round {0}, seed {1}", round, seed);
            life = new ConnectionLife(null!, MonotonicClock.System, events);
        });

        race.Run();
    }

    private static ConnectionLife Life(SocketPair sockets, MonotonicClock clock)
    {
        CountingStream wire = new(new NetworkStream(sockets.Client), clock);
        return new ConnectionLife(new Link(new SocketChannel(sockets.Client), wire, wire), clock, new LifeRecorder());
    }

    private static void Do(ConnectionLife life, MonotonicClock clock, char step, bool failsToWrite)
    {
        switch (step)
        {
            case 'L':
                life.TryEnd(Local);
                break;
            case 'b':
                life.CloseBegun();
                break;
            case 's' when failsToWrite:
                life.WriteFailed(new IOException("broken pipe"));
                break;
            case 's':
                life.CloseSent(Ours);
                break;
            case 'r':
                life.CloseReceived(Theirs);
                break;
            case 'R':
                life.TryEnd(Remote);
                break;
            default:
                life.MustFinish(clock.After(CloseTimeout));
                break;
        }
    }

    private static void ShouldHaveFirstCause(ConnectionLife life, string order)
    {
        WebSocketClosedException end = life.ToException();
        end.Cause.Should().Be(Place('L') < Place('R') ? WebSocketCloseCause.LocalClose : WebSocketCloseCause.RemoteClose);
        end.ReceivedClose.Should().Be(Theirs);
        end.ReceivedCloseFirst.Should().Be(Place('r') < Place('b'));

        int Place(char step) => order.ToList().IndexOf(step);
    }

    private static bool SeesFin(SocketPair sockets, bool expected) =>
        sockets.Server.Poll(expected ? 1_000_000 : 0, SelectMode.SelectRead) && sockets.Server.Available == 0;

    // All ways to shuffle two rows of steps into one.
    private static IEnumerable<string> Merge(string one, string other)
    {
        if (one.Length == 0 || other.Length == 0)
            return [one + other];
        return Merge(one.Substring(1), other).Select(rest => one[0] + rest).Concat(Merge(one, other.Substring(1)).Select(rest => other[0] + rest));
    }
}
