using System;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
internal sealed class SendGateTests
{
    private static readonly WebSocketCloseFrame Normal = new(WebSocketCloseStatus.NormalClosure, "bye");

    private GateBench _bench = null!;

    private SendGate Gate => _bench.Gate;

    private FrameRecorder Wire => _bench.Wire;

    [SetUp]
    public void Open() => _bench = new GateBench();

    [TearDown]
    public void Dispose() => _bench.Dispose();

    [Test]
    public void Posted_frames_go_out_masked_when_gate_and_socket_are_free()
    {
        ControlRequest ping = _bench.Post(_bench.Ping(1, 2, 3));
        Gate.PostPong([4, 5]);

        Gate.TryFlush();

        Wire.Frames.Select(f => (f.Opcode, f.Fin, BitConverter.ToString(f.Payload))).Should().Equal((Op.Pong, true, "04-05"), (Op.Ping, true, "01-02-03"));
        Wire.Frames.Should().OnlyContain(f => f.MaskKey != null);
        ping.WrittenAt.Should().BePositive();
        _bench.Events.Controls.Should().Equal((Opcode.Pong, 2), (Opcode.Ping, 3));
        Gate.IsHeld.Should().BeFalse();
    }

    [Test]
    public void Flushing_nothing_writes_nothing()
    {
        Gate.TryFlush();

        Wire.Frames.Should().BeEmpty();
        Gate.IsHeld.Should().BeFalse();
        _bench.Events.Retries.Should().Be(0);
    }

    [Test]
    [Category("F11")]
    public void Only_the_newest_ping_is_answered()
    {
        for (byte i = 1; i <= 9; i++)
            Gate.PostPong(new byte[i]);

        Gate.TryFlush();

        Wire.Frames.Should().ContainSingle().Which.Payload.Should().HaveCount(9);
    }

    [TestCase(0)]
    [TestCase(125)]
    public void Pong_may_have_any_length_of_a_control_frame(int length)
    {
        byte[] payload = Traffic.Bytes(length, seed: 1);
        Gate.PostPong(payload);

        Gate.TryFlush();

        Wire.Frames.Should().ContainSingle().Which.Payload.Should().Equal(payload);
    }

    [Test]
    public void Frames_posted_while_the_gate_is_held_go_out_when_it_is_left()
    {
        Gate.Enter(_bench.Never).Should().Be(TakeResult.Taken);
        _bench.Post(_bench.Ping(1));
        Gate.PostPong([2]);
        Gate.TryFlush();
        Wire.Frames.Should().BeEmpty("a control frame must not stand inside another frame");

        Gate.Leave();

        Wire.Opcodes.Should().Equal(Op.Pong, Op.Ping);
    }

    [Test]
    public void Frame_posted_while_another_is_being_written_is_not_forgotten()
    {
        Wire.AtNextWrite(() =>
        {
            Gate.IsHeld.Should().BeTrue();
            Gate.PostPong([2]);
            Gate.TryFlush();
        });
        Gate.PostPong([1]);

        Gate.TryFlush();

        Wire.Frames.Select(f => f.Payload[0]).Should().Equal(1, 2);
    }

    [Test]
    public void Posted_frames_pass_before_the_frame_of_a_sender_even_when_the_socket_has_no_room()
    {
        _bench.Sockets.Fill();
        Gate.PostPong([1]);
        Gate.Enter(_bench.Never);

        Gate.WritePosted().Should().BeTrue();

        Wire.Opcodes.Should().Equal(Op.Pong);
    }

    [Test]
    public void Without_room_in_the_socket_frames_stay_posted_and_are_written_later()
    {
        _bench.Sockets.Fill();
        _bench.Post(_bench.Ping(1));

        Gate.TryFlush();
        Wire.Frames.Should().BeEmpty();
        _bench.Events.Retries.Should().Be(1);
        Gate.IsHeld.Should().BeFalse();
        _bench.Sockets.Drain();
        Gate.TryFlush();

        Wire.Opcodes.Should().Equal(Op.Ping);
        _bench.Events.Retries.Should().Be(1);
    }

    [Test]
    public void Leaving_without_room_in_the_socket_asks_for_another_try()
    {
        Gate.Enter(_bench.Never);
        _bench.Sockets.Fill();
        Gate.PostPong([1]);

        Gate.Leave();

        Wire.Frames.Should().BeEmpty();
        _bench.Events.Retries.Should().Be(1);
        Gate.IsHeld.Should().BeFalse();
    }

    [Test]
    public void Request_that_was_withdrawn_is_not_sent()
    {
        ControlRequest ping = _bench.Post(_bench.Ping(1));

        Gate.Withdraw(ping).Should().BeTrue();
        Gate.TryFlush();

        Wire.Frames.Should().BeEmpty();
        Gate.Withdraw(ping).Should().BeFalse();
    }

    [Test]
    public void Request_that_was_written_cannot_be_withdrawn()
    {
        ControlRequest ping = _bench.Post(_bench.Ping(1));
        Gate.TryFlush();

        Gate.Withdraw(ping).Should().BeFalse();
    }

    [Test]
    public void Nothing_follows_our_close()
    {
        Gate.PostPong([1]);
        ControlRequest ping = _bench.Post(_bench.Ping(1));
        Gate.PostClose(Normal);
        Gate.PostClose(new WebSocketCloseFrame(WebSocketCloseStatus.InternalServerError, "second"));
        Gate.TryFlush();
        Gate.PostPong([2]);
        Gate.Post(ping);
        Gate.PostClose(Normal);
        Gate.TryFlush();

        Gate.Enter(_bench.Never).Should().Be(TakeResult.Closed);

        ServerFrame close = Wire.Frames.Should().ContainSingle().Subject;
        (close.Opcode, close.CloseCode, close.CloseReason).Should().Be((Op.Close, 1000, "bye"));
        _bench.Events.Closes.Should().Equal(Normal);
        Gate.IsHeld.Should().BeFalse();
    }

    [Test]
    public void Close_waits_for_the_frame_that_is_being_written()
    {
        Gate.Enter(_bench.Never);
        Gate.PostClose(Normal);
        Gate.TryFlush();
        Wire.Frames.Should().BeEmpty();

        Gate.Leave();

        Wire.Opcodes.Should().Equal(Op.Close);
    }

    [Test]
    public void Close_that_is_posted_keeps_a_sender_out()
    {
        Gate.PostClose(Normal);
        Gate.Enter(_bench.Never);

        Gate.WritePosted().Should().BeFalse();
        Gate.Leave();

        Wire.Opcodes.Should().Equal(Op.Close);
        Gate.IsHeld.Should().BeFalse();
    }

    [Test]
    public void Once_the_connection_ends_only_a_close_passes()
    {
        ControlRequest before = _bench.Post(_bench.Ping(1));
        Gate.CloseForAllButClose();
        ControlRequest after = _bench.Post(_bench.Ping(2));

        before.WaitUntilWritten(_bench.Never).Should().Be(TakeResult.Closed);
        after.WaitUntilWritten(_bench.Never).Should().Be(TakeResult.Closed);
        Gate.Enter(_bench.Never).Should().Be(TakeResult.Closed);
        Gate.PostClose(Normal);
        Gate.TryFlush();
        Wire.Opcodes.Should().Equal(Op.Close);
    }

    [Test]
    public void Sender_that_waits_at_the_gate_is_freed_when_the_connection_ends()
    {
        Gate.Enter(_bench.Never);
        TakeResult result = TakeResult.Taken;
        BackgroundRun sender = Run.InBackground(() => result = Gate.Enter(_bench.Never));
        Wait.Until(() => sender.IsWaiting, "the sender waits");

        Gate.CloseForAllButClose();

        sender.Join();
        result.Should().Be(TakeResult.Closed);
    }

    [Test]
    public void Sender_that_waits_at_the_gate_gives_up_in_time_and_enters_when_it_can()
    {
        Gate.Enter(_bench.Never);
        Elapsed.Of(() => Gate.Enter(_bench.In(60)).Should().Be(TakeResult.TimedOut)).Should().BeGreaterThan(TimeSpan.FromMilliseconds(50));
        BackgroundRun sender = Run.InBackground(() => Gate.Enter(_bench.Never).Should().Be(TakeResult.Taken));
        Wait.Until(() => sender.IsWaiting, "the sender waits");

        Gate.Leave();

        sender.Join();
        Gate.IsHeld.Should().BeTrue();
    }

    [Test]
    public void Sender_that_is_interrupted_at_the_gate_leaves_it_usable()
    {
        Gate.Enter(_bench.Never);
        BackgroundRun sender = Run.InBackground(() => Gate.Enter(_bench.Never));
        Wait.Until(() => sender.IsWaiting, "the sender waits");
        sender.Interrupt();
        sender.Invoking(s => s.Join()).Should().Throw<ThreadInterruptedException>();

        Gate.Leave();

        Gate.Enter(_bench.In(5000)).Should().Be(TakeResult.Taken);
    }

    [Test]
    public void Nothing_follows_a_torn_frame()
    {
        Gate.Enter(_bench.Never);
        Gate.PostPong([1]);
        Gate.PostClose(Normal);
        Gate.Silence();

        Gate.Leave();
        Gate.TryFlush();

        Wire.Frames.Should().BeEmpty();
        Gate.Enter(_bench.Never).Should().Be(TakeResult.Closed);
    }

    [Test]
    public void Write_that_fails_is_told_once_and_nothing_follows_it()
    {
        Wire.AtNextWrite(() => throw new IOException("gone"));
        Gate.PostPong([1]);
        _bench.Post(_bench.Ping(2));

        Gate.TryFlush();
        Gate.TryFlush();

        _bench.Events.Failures.Should().ContainSingle().Which.Message.Should().Be("gone");
        Wire.Frames.Should().BeEmpty();
        Gate.IsHeld.Should().BeFalse();
    }

    [Test]
    public void Reader_that_leaves_frees_the_link_when_the_gate_is_free()
    {
        Gate.Free();

        Wire.Disposals.Should().Be(1);
        Gate.Enter(_bench.Never).Should().Be(TakeResult.Closed);
        Gate.PostClose(Normal);
        Gate.TryFlush();
        Wire.Frames.Should().BeEmpty();
    }

    [Test]
    public void Reader_that_leaves_while_a_frame_is_written_has_its_writer_free_the_link()
    {
        Gate.Enter(_bench.Never);
        Gate.Free();
        Wire.Disposals.Should().Be(0);

        Gate.Leave();

        Wire.Disposals.Should().Be(1);
        Gate.Enter(_bench.Never).Should().Be(TakeResult.Closed);
    }

    [Test]
    public void Sender_that_waits_at_the_gate_is_freed_when_the_reader_leaves()
    {
        Gate.Enter(_bench.Never);
        BackgroundRun sender = Run.InBackground(() => Gate.Enter(_bench.Never).Should().Be(TakeResult.Closed));
        Wait.Until(() => sender.IsWaiting, "the sender waits");

        Gate.Free();
        Gate.Leave();

        sender.Join();
    }
}
