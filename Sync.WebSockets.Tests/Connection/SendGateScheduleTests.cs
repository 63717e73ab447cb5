using System;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

/// <summary>Somebody steps in while a control frame is being written, or right behind it.</summary>
[TestFixture]
internal sealed class SendGateScheduleTests
{
    private static readonly WebSocketCloseFrame Normal = new(WebSocketCloseStatus.NormalClosure, null);

    private GateBench _bench = null!;

    private SendGate Gate => _bench.Gate;

    private FrameRecorder Wire => _bench.Wire;

    [SetUp]
    public void Open() => _bench = new GateBench();

    [TearDown]
    public void Dispose() => _bench.Dispose();

    [Test]
    public void Ping_that_is_being_written_cannot_be_withdrawn_and_goes_out_whole()
    {
        ControlRequest ping = _bench.Post(_bench.Ping(1, 2));
        ControlRequest next = _bench.Post(_bench.Ping(3));
        Wire.AtNextWrite(() => Gate.Withdraw(ping).Should().BeFalse());

        Gate.TryFlush();

        Wire.Frames.Select(f => BitConverter.ToString(f.Payload)).Should().Equal("01-02", "03");
        ping.WrittenAt.Should().BePositive();
        next.WrittenAt.Should().BePositive();
    }

    [Test]
    public void Ping_that_is_posted_behind_the_one_being_written_can_be_withdrawn()
    {
        _bench.Post(_bench.Ping(1));
        ControlRequest next = _bench.Post(_bench.Ping(2));
        Wire.AtNextWrite(() => Gate.Withdraw(next).Should().BeTrue());

        Gate.TryFlush();

        Wire.Frames.Should().ContainSingle().Which.Payload.Should().Equal(1);
    }

    [Test]
    public void Pong_that_replaces_the_one_being_written_touches_no_byte_of_it()
    {
        Gate.PostPong([1, 1, 1]);
        Wire.AtNextWrite(() => Gate.PostPong([2, 2, 2, 2]));

        Gate.TryFlush();

        Wire.Frames.Select(f => BitConverter.ToString(f.Payload)).Should().Equal("01-01-01", "02-02-02-02");
    }

    [Test]
    public void Frame_posted_when_the_holder_has_written_its_last_one_and_is_about_to_leave_is_not_forgotten()
    {
        _bench.Post(_bench.Ping(1));
        _bench.Events.AtControl = () =>
        {
            _bench.Events.AtControl = () => { };
            Run.InBackground(() =>
            {
                Gate.PostPong([2]);
                Gate.TryFlush();
            }).Join();
        };

        Gate.TryFlush();

        Wire.Opcodes.Should().Equal(Op.Ping, Op.Pong);
        Gate.IsHeld.Should().BeFalse();
    }

    [Test]
    public void Others_that_flush_while_a_frame_is_being_written_return_at_once_and_write_nothing_twice()
    {
        _bench.Post(_bench.Ping(1));
        _bench.Post(_bench.Ping(2));
        Wire.AtNextWrite(() =>
        {
            Run.InBackground(Gate.TryFlush).Join();
            Run.InBackground(Gate.TryFlush).Join();
            Wire.Frames.Should().BeEmpty();
        });

        Gate.TryFlush();

        Wire.Opcodes.Should().Equal(Op.Ping, Op.Ping);
    }

    [Test]
    public void End_of_the_connection_ends_posted_pings_but_not_the_one_being_written_and_then_the_close_passes()
    {
        ControlRequest written = _bench.Post(_bench.Ping(1));
        ControlRequest posted = _bench.Post(_bench.Ping(2));
        Wire.AtNextWrite(() =>
        {
            Gate.CloseForAllButClose();
            Gate.PostClose(Normal);
            Gate.TryFlush();
            posted.WaitUntilWritten(_bench.Never).Should().Be(TakeResult.Closed);
        });

        Gate.TryFlush();

        written.WaitUntilWritten(_bench.Never).Should().Be(TakeResult.Taken);
        Wire.Opcodes.Should().Equal(Op.Ping, Op.Close);
    }

    [Test]
    public void Reader_that_leaves_while_a_control_frame_is_being_written_has_its_writer_free_the_link()
    {
        Gate.PostPong([1]);
        Wire.AtNextWrite(() =>
        {
            Gate.PostPong([2]);
            Run.InBackground(Gate.Free).Join();
            Wire.Disposals.Should().Be(0, "it is in use");
        });

        Gate.TryFlush();

        Wire.Disposals.Should().Be(1);
        Wire.WasWrittenAfterDispose.Should().BeFalse();
        Wire.Opcodes.Should().Equal(Op.Pong);
    }

    [Test]
    [Category("R17")]
    public void Thread_that_is_interrupted_in_the_write_of_a_control_frame_tells_it_and_is_interrupted_later()
    {
        ControlRequest ping = _bench.Post(_bench.Ping(1));
        Wire.AtNextWrite(() => throw new ThreadInterruptedException());
        BackgroundRun caller = Run.InBackground(() =>
        {
            Gate.TryFlush();
            ping.WaitUntilWritten(_bench.Never).Should().Be(TakeResult.Closed);
            Gate.IsHeld.Should().BeFalse();
            PendingInterrupt.Take().Should().BeTrue();
        });

        caller.Join();

        _bench.Events.Failures.Should().ContainSingle().Which.Should().BeOfType<ThreadInterruptedException>();
        Gate.PostPong([1]);
        Gate.TryFlush();
        Wire.Frames.Should().BeEmpty("nothing follows a torn frame");
    }
}
