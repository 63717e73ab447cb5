using System;
using System.IO;
using System.Net.Sockets;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

[TestFixture]
internal sealed class ConnectionLifeTests
{
    private static readonly WebSocketCloseFrame Normal = new(WebSocketCloseStatus.NormalClosure, "bye");
    private static readonly WebSocketCloseFrame Away = new(WebSocketCloseStatus.EndpointUnavailable, "away");
    private static readonly Ending Local = new(WebSocketCloseCause.LocalClose, "local");
    private static readonly Ending Remote = new(WebSocketCloseCause.RemoteClose, "remote");
    private static readonly Ending Aborted = new(WebSocketCloseCause.Aborted, "aborted");

    private readonly ManualTime _time = new();
    private SocketPair _sockets = null!;
    private LifeRecorder _events = null!;
    private MonotonicClock _clock = null!;
    private ConnectionLife _life = null!;

    [SetUp]
    public void Open()
    {
        _sockets = new SocketPair();
        _events = new LifeRecorder();
        _clock = new MonotonicClock(_time);
        CountingStream wire = new(new NetworkStream(_sockets.Client), _clock);
        _life = new ConnectionLife(new Link(new SocketChannel(_sockets.Client), wire, wire), _clock, _events);
    }

    [TearDown]
    public void Dispose() => _sockets.Dispose();

    [Test]
    public void It_begins_open()
    {
        (_life.State, _life.Ending, _life.IsFinished, _life.IsCloseSent, _life.ReceivedClose, _life.FinishBy)
            .Should().Be((WebSocketState.Open, null, false, false, null, MonotonicClock.Never));
    }

    [Test]
    public void First_cause_wins_and_is_told_once()
    {
        _life.TryEnd(Local).Should().BeTrue();
        _life.TryEnd(Remote).Should().BeFalse();
        _life.Cut(Aborted);

        _life.Ending.Should().BeSameAs(Local);
        _events.Endings.Should().ContainSingle();
        _life.ToException().Cause.Should().Be(WebSocketCloseCause.LocalClose);
    }

    [Test]
    [NonParallelizable]
    public void One_cause_wins_among_many_threads([Values(1, 2)] int seed)
    {
        ConnectionLife life = _life;
        int won = 0;
        Race race = new(seed, rounds: 1000);
        foreach (Ending ending in new[] { Local, Remote, Aborted })
        {
            race.Add(_ =>
            {
                if (!life.TryEnd(ending))
                    return;
                System.Threading.Interlocked.Increment(ref won);
                life.Ending.Should().BeSameAs(ending);
            });
        }
        race.AfterEach(round =>
        {
            won.Should().Be(round + 1);
            life = new ConnectionLife(null!, _clock, _events);
        });

        race.Run();
    }

    [Test]
    public void Cause_is_known_before_anybody_is_told()
    {
        _events.AtEnding = () => _life.Ending!.Message + " " + _life.State;

        _life.TryEnd(new Ending(WebSocketCloseCause.NetworkError, "broken"));

        _events.Endings.Should().Equal("broken Closed");
    }

    [Test]
    public void Aborted_connection_is_aborted_from_the_first_moment_on()
    {
        _events.AtEnding = () => _life.State.ToString();

        _life.Cut(Aborted);
        _life.Finish();

        _events.Endings.Should().Equal("Aborted");
        _life.State.Should().Be(WebSocketState.Aborted);
    }

    [TestCase(WebSocketCloseCause.LocalClose, WebSocketState.CloseSent)]
    [TestCase(WebSocketCloseCause.NetworkError, WebSocketState.Closed)]
    [TestCase(WebSocketCloseCause.HeartbeatTimeout, WebSocketState.Closed)]
    [TestCase(WebSocketCloseCause.ProtocolError, WebSocketState.Closed)]
    public void State_follows_from_the_cause_until_close_frames_pass(WebSocketCloseCause cause, WebSocketState state)
    {
        _life.TryEnd(new Ending(cause, "x"));

        _life.State.Should().Be(state);
    }

    [TestCase(WebSocketCloseCause.LocalClose, WebSocketState.CloseSent)]
    [TestCase(WebSocketCloseCause.RemoteClose, WebSocketState.CloseReceived)]
    public void Closing_handshake_that_was_cut_short_is_over_before_the_reader_knows(WebSocketCloseCause cause, WebSocketState before)
    {
        _life.TryEnd(new Ending(cause, "x"));
        _life.CloseReceived(Away);
        _life.State.Should().Be(before, "a close of our own does not become one of the server's by its answer");

        _life.Cut(Aborted);

        (_life.State, _life.IsFinished).Should().Be((WebSocketState.Closed, false));
    }

    [Test]
    public void Closing_handshake_begun_here_waits_for_the_answer_and_then_briefly_for_tcp()
    {
        _life.TryEnd(Local);
        _life.CloseSent(Normal);
        (_life.State, _life.IsCloseSent, _life.FinishBy).Should().Be((WebSocketState.CloseSent, true, MonotonicClock.Never));
        ServerSeesFin().Should().BeFalse();

        _life.CloseReceived(Away);

        (_life.State, _life.FinishBy).Should().Be((WebSocketState.Closed, _clock.After(TimeSpan.FromSeconds(1))));
        ServerSeesFin().Should().BeTrue();
        _life.IsFinished.Should().BeFalse();
        _life.Finish();
        _life.WaitUntilFinished(Deadline.After(_clock, TimeSpan.Zero)).Should().BeTrue();
    }

    [Test]
    public void Closing_handshake_begun_by_the_server_ends_with_our_answer()
    {
        _life.CloseReceived(Away);
        _life.TryEnd(Remote);
        (_life.State, _life.ReceivedClose).Should().Be((WebSocketState.CloseReceived, Away));

        _life.CloseSent(Normal);

        (_life.State, _life.FinishBy).Should().Be((WebSocketState.Closed, _clock.After(TimeSpan.FromSeconds(1))));
        ServerSeesFin().Should().BeTrue();
    }

    [Test]
    public void Close_sent_for_a_violation_waits_for_no_answer()
    {
        _life.TryEnd(new Ending(WebSocketCloseCause.ProtocolError, "x"));

        _life.CloseSent(Normal);

        _life.FinishBy.Should().Be(_clock.After(TimeSpan.FromSeconds(1)));
        ServerSeesFin().Should().BeTrue();
    }

    [Test]
    public void Bound_of_the_end_can_only_come_nearer()
    {
        _life.MustFinish(500);
        _life.MustFinish(600);
        _life.MustFinish(500);
        _life.MustFinish(400);

        _life.FinishBy.Should().Be(400);
        _events.Bounds.Should().Equal(500, 400);
    }

    [Test]
    public void Cut_frees_whoever_is_blocked_on_the_socket()
    {
        BackgroundRun reader = Run.InBackground(() => _sockets.Client.Receive(new byte[1]));
        Wait.Until(() => reader.IsRunning, "it reads");

        _life.Cut(Aborted);

        // It reads the end of the stream or fails, whichever of the cut's two halves reaches it first.
        reader.Invoking(r => r.Join()).Should().NotThrow<TimeoutException>();
    }

    [Test]
    public void Waiting_for_the_end_is_bounded()
    {
        ConnectionLife life = new(null!, MonotonicClock.System, _events);

        Elapsed.Of(() => life.WaitUntilFinished(Deadline.After(MonotonicClock.System, TimeSpan.FromMilliseconds(80))).Should().BeFalse())
            .TotalMilliseconds.Should().BeInRange(70, 5000);
    }

    [Test]
    public void Every_call_gets_an_exception_of_its_own_with_all_the_facts()
    {
        IOException inner = new("inner");
        _life.TryEnd(new Ending(WebSocketCloseCause.NetworkError, "why", inner));
        _life.CloseReceived(Away);
        _life.CloseSent(Normal);

        WebSocketClosedException exception = _life.ToException();

        (exception.Message, exception.Cause, exception.ReceivedClose, exception.SentClose, exception.ReceivedCloseFirst)
            .Should().Be(("why", WebSocketCloseCause.NetworkError, Away, Normal, true));
        exception.InnerException.Should().BeSameAs(inner);
        _life.ToException().Should().NotBeSameAs(exception);
    }

    private bool ServerSeesFin() => _sockets.Server.Poll(20_000, SelectMode.SelectRead) && _sockets.Server.Available == 0;
}
