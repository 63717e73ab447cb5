using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

[TestFixture]
internal sealed class MessageSenderTests
{
    private readonly List<Exception?> _torn = [];
    private readonly List<long> _bounds = [];
    private GateBench _bench = null!;

    [SetUp]
    public void Open()
    {
        _bench = new GateBench();
        _torn.Clear();
        _bounds.Clear();
    }

    [TearDown]
    public void Dispose() => _bench.Dispose();

    [TestCase(0, "0")]
    [TestCase(1, "1")]
    [TestCase(1023, "1023")]
    [TestCase(1024, "1024")]
    [TestCase(1025, "1024 1")]
    [TestCase(2048, "1024 1024")]
    [TestCase(2049, "1024 1024 1")]
    public void Message_is_cut_into_fragments_of_the_largest_size(int length, string fragments)
    {
        byte[] payload = Traffic.Bytes(length, seed: 1);

        Sender(frameSize: 1024).Send(payload, Opcode.Text).Should().Be(TakeResult.Taken);

        List<ServerFrame> frames = _bench.Wire.Frames;
        string.Join(" ", frames.Select(f => f.Payload.Length)).Should().Be(fragments);
        frames.SelectMany(f => f.Payload).Should().Equal(payload);
        frames.Select(f => f.Opcode).Should().Equal([Op.Text, .. Enumerable.Repeat(Op.Continuation, frames.Count - 1)]);
        frames.Select(f => f.Fin).Should().Equal([.. Enumerable.Repeat(false, frames.Count - 1), true]);
        frames.Should().OnlyContain(f => f.MaskKey != null && f.Rsv == 0);
    }

    [TestCase(0, 1)]
    [TestCase(125, 1)]
    [TestCase(126, 1)]
    [TestCase(65_535, 1)]
    [TestCase(65_536, 1)]
    [TestCase(65_537, 2)]
    [TestCase(300_001, 5)]
    [TestCase(1 << 20, 16)]
    public void Frame_of_any_size_is_masked_as_one_however_many_pieces_it_is_written_in(int length, int writes)
    {
        byte[] payload = Traffic.Bytes(length, seed: 2);

        Sender(frameSize: 2_000_000).Send(payload, Opcode.Binary).Should().Be(TakeResult.Taken);

        ServerFrame frame = _bench.Wire.Frames.Should().ContainSingle().Subject;
        frame.Payload.SequenceEqual(payload).Should().BeTrue();
        _bench.Wire.Writes.Should().Be(writes);
    }

    // A write takes 64 KiB; a long message goes on its own, and splits what stands before and behind it.
    [TestCase(1000, 10, 1)]
    [TestCase(1000, 100, 2)]
    [TestCase(20, 16_384, 7)]
    [TestCase(3, 16_385, 3)]
    public void Short_messages_of_a_batch_share_a_write(int messages, int length, int writes)
    {
        byte[] payload = Traffic.Bytes(length, seed: 1);

        Sender().SendBatch(messages, _ => payload, Opcode.Binary).Should().Be(TakeResult.Taken);

        _bench.Wire.Writes.Should().Be(writes);
        _bench.Wire.Frames.Should().HaveCount(messages)
            .And.OnlyContain(frame => frame.Fin && frame.Opcode == Op.Binary && frame.MaskKey != null && frame.Payload.SequenceEqual(payload));
        _bench.Wire.Frames.Select(frame => frame.MaskKey).Distinct().Should().HaveCountGreaterThan(messages * 9 / 10, "each frame has its own key");
        _torn.Should().BeEmpty();
    }

    [Test]
    public void Control_frames_pass_between_the_writes_of_a_batch()
    {
        _bench.Wire.AtNextWrite(() => _bench.Gate.PostPong([1]));

        Sender().SendBatch(10, _ => new byte[10_000], Opcode.Binary).Should().Be(TakeResult.Taken);

        _bench.Wire.Opcodes.Should().Equal(Op.Binary, Op.Binary, Op.Binary, Op.Binary, Op.Binary, Op.Binary, Op.Pong, Op.Binary, Op.Binary, Op.Binary, Op.Binary);
    }

    [Test]
    public void Control_frames_pass_between_the_fragments_of_a_message()
    {
        _bench.Wire.AtNextWrite(() => _bench.Gate.PostPong([1]));

        Sender(frameSize: 1024).Send(new byte[3000], Opcode.Binary).Should().Be(TakeResult.Taken);

        _bench.Wire.Opcodes.Should().Equal(Op.Binary, Op.Pong, Op.Continuation, Op.Continuation);
    }

    [Test]
    public void Close_may_pass_between_two_fragments_and_ends_the_message()
    {
        _bench.Wire.AtNextWrite(() =>
        {
            _bench.Sockets.Fill();
            _bench.Gate.PostClose(new WebSocketCloseFrame(WebSocketCloseStatus.NormalClosure, null));
        });

        Sender(frameSize: 1024).Send(new byte[3000], Opcode.Binary).Should().Be(TakeResult.Torn);

        _bench.Wire.Opcodes.Should().Equal(Op.Binary, Op.Close);
        _torn.Should().BeEmpty();
    }

    [Test]
    public void Message_that_waits_its_turn_too_long_times_out_and_the_connection_lives()
    {
        using ManualResetEventSlim stuck = new();
        using ManualResetEventSlim writing = new();
        _bench.Wire.AtNextWrite(() => Block(writing, stuck));
        MessageSender sender = Sender(timeout: 100);
        BackgroundRun first = Run.InBackground(() => SendOne(sender, Opcode.Text));
        writing.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();

        sender.Send([2], Opcode.Binary).Should().Be(TakeResult.TimedOut);

        stuck.Set();
        first.Join();
        SendOne(sender, Opcode.Binary);
        _bench.Wire.Opcodes.Should().Equal(Op.Text, Op.Binary);
        _torn.Should().BeEmpty();
    }

    [Test]
    public void Message_whose_time_ran_out_at_the_gate_was_not_begun_so_nobody_may_expire_it()
    {
        _bench.Gate.Enter(_bench.Never);
        MessageSender sender = Sender(timeout: 50);
        bool expired = false;
        BackgroundRun send = Run.InBackground(() => sender.Send([2], Opcode.Binary).Should().Be(TakeResult.TimedOut));
        while (send.IsRunning)
            expired |= sender.TryExpire(_bench.Clock.Now);

        send.Join();
        expired.Should().BeFalse();
        _bench.Gate.Leave();
        SendOne(sender, Opcode.Binary);
    }

    [Test]
    public void Message_that_is_stuck_in_a_write_is_expired_once_and_not_before_its_time()
    {
        using ManualResetEventSlim stuck = new();
        using ManualResetEventSlim writing = new();
        _bench.Wire.AtNextWrite(() =>
        {
            Block(writing, stuck);
            throw new IOException("killed");
        });
        MessageSender sender = Sender(timeout: 60_000);
        TakeResult result = TakeResult.Taken;
        BackgroundRun send = Run.InBackground(() => result = sender.Send([1], Opcode.Text));
        writing.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();

        _bounds.Should().Equal(sender.Bound);
        long bound = sender.Bound;
        sender.TryExpire(bound - 1).Should().BeFalse();
        sender.TryExpire(bound).Should().BeTrue();
        sender.TryExpire(bound).Should().BeFalse();
        sender.Bound.Should().Be(MonotonicClock.Never);
        stuck.Set();

        send.Join();
        result.Should().Be(TakeResult.Torn);
        _torn.Should().ContainSingle().Which.Should().BeOfType<IOException>();
    }

    [Test]
    public void Message_whose_time_runs_out_between_two_fragments_is_torn()
    {
        // There is no room for a pong behind the first fragment, so the gate asks for another try; who comes then does not let go of it.
        MessageSender sender = Sender(timeout: 100, frameSize: 1024);
        _bench.Wire.AtNextWrite(() =>
        {
            _bench.Sockets.Fill();
            _bench.Gate.PostPong([1]);
        });
        _bench.Events.AtRetry = () => _bench.Gate.Enter(_bench.Never).Should().Be(TakeResult.Taken);

        TakeResult result = sender.Send(new byte[5000], Opcode.Binary);

        result.Should().Be(TakeResult.Torn);
        _torn.Should().ContainSingle().Which.Should().BeNull();
        _bench.Wire.Opcodes.Should().Equal(Op.Binary);
    }

    [Test]
    public void Write_that_fails_tears_the_message_and_nothing_follows()
    {
        MessageSender sender = Sender();
        _bench.Wire.AtNextWrite(() => throw new IOException("gone"));

        sender.Send([1], Opcode.Text).Should().Be(TakeResult.Torn);

        _torn.Should().ContainSingle().Which!.Message.Should().Be("gone");
        _bench.Gate.PostPong([1]);
        _bench.Gate.TryFlush();
        _bench.Wire.Frames.Should().BeEmpty();
        sender.Send([1], Opcode.Text).Should().Be(TakeResult.Closed);
    }

    [Test]
    public void Sender_that_is_interrupted_in_a_write_gets_its_interrupt_and_the_message_is_torn()
    {
        MessageSender sender = Sender();
        _bench.Wire.AtNextWrite(() => throw new ThreadInterruptedException());

        sender.Invoking(s => SendOne(s, Opcode.Text)).Should().Throw<ThreadInterruptedException>();

        _torn.Should().ContainSingle().Which.Should().BeOfType<ThreadInterruptedException>();
        _bench.Gate.IsHeld.Should().BeFalse();
    }

    [Test]
    public void Sender_that_is_interrupted_before_its_first_byte_leaves_the_connection_alive()
    {
        MessageSender sender = Sender();
        _bench.Gate.Enter(_bench.Never);
        BackgroundRun send = Run.InBackground(() => sender.Send([1], Opcode.Text));
        Wait.Until(() => send.IsWaiting, "the sender waits at the gate");

        send.Interrupt();
        send.Invoking(s => s.Join()).Should().Throw<ThreadInterruptedException>();
        _bench.Gate.Leave();

        _torn.Should().BeEmpty();
        SendOne(sender, Opcode.Binary);
    }

    [Test]
    public void Senders_that_wait_are_freed_when_the_connection_ends()
    {
        MessageSender sender = Sender();
        _bench.Gate.Enter(_bench.Never);
        BackgroundRun atTheGate = Run.InBackground(() => sender.Send([1], Opcode.Text).Should().Be(TakeResult.Closed));
        Wait.Until(() => atTheGate.IsWaiting, "one waits at the gate");
        BackgroundRun forTheTurn = Run.InBackground(() => sender.Send([2], Opcode.Text).Should().Be(TakeResult.Closed));
        Wait.Until(() => forTheTurn.IsWaiting, "one waits for the turn");

        _bench.Gate.CloseForAllButClose();
        sender.Close();

        atTheGate.Join();
        forTheTurn.Join();
    }

    [Test]
    [NonParallelizable]
    public void Message_is_either_sent_in_time_or_expired_but_never_both([Values(1, 2, 3)] int seed)
    {
        MessageSender sender = Sender(timeout: 60_000);
        int expired = 0;
        int sent = 0;
        Race race = new(seed, rounds: 3000);
        race.Add(_ => sent += sender.Send([1], Opcode.Text) == TakeResult.Taken ? 1 : 0);
        race.Add(_ =>
        {
            for (int i = 0; i < 50; i++)
                expired += sender.TryExpire(long.MaxValue - 1) ? 1 : 0;
        });
        race.AfterEach(round =>
        {
            (sent + expired).Should().Be(round + 1, "round {0}, seed {1}", round, seed);
            sender.Bound.Should().Be(MonotonicClock.Never);
        });

        race.Run();
        sent.Should().BePositive();
    }

    private static void Block(ManualResetEventSlim here, ManualResetEventSlim until)
    {
        here.Set();
        until.Wait(TimeSpan.FromSeconds(30)).Should().BeTrue();
    }

    private static void SendOne(MessageSender sender, Opcode opcode) => sender.Send([1], opcode).Should().Be(TakeResult.Taken);

    private MessageSender Sender(int timeout = Timeout.Infinite, int frameSize = 256 * 1024)
    {
        WebSocketClientOptions options = new() { SendTimeout = TimeSpan.FromMilliseconds(timeout), MaxSendFrameSize = frameSize };
        return new MessageSender(_bench.Gate, _bench.Link, _bench.Clock, options, _torn.Add, _bounds.Add);
    }
}
