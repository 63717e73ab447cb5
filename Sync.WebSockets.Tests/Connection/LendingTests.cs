#if NET // Elsewhere a thread may be aborted at any instruction, so there the reader keeps its turn.
using System;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Protocol.Messages;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

/// <summary>A receiver that reads for itself, while the reader has lent its turn.</summary>
[TestFixture(false)]
#if !NETSTANDARD_LIBRARY // Which waits for bytes on a socket only.
[TestFixture(true)]
#endif
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LendingTests(bool tls)
{
    private const int Long = 100_000;

    [Test]
    public void Receiver_reads_for_itself_and_leaves_the_turn_free()
    {
        using ReaderBench bench = new(tls);
        bench.Lend();

        for (byte i = 0; i < 10; i++)
        {
            bench.Send(Wire.Frame(Opcode.Binary, [i]));
            bench.Receive(out WebSocketMessage message).Should().Be(TakeResult.Taken);
            message.Data.Should().Equal(i);
        }

        bench.Inbox.Turn.IsFree.Should().BeTrue("nobody had to be called");
    }

    [Test]
    public void Receiver_that_finds_nothing_has_the_reader_read_and_waits_on()
    {
        using ReaderBench bench = new(tls);
        bench.Lend();
        BackgroundRun receiver = Run.InBackground(() => bench.Receive(out _).Should().Be(TakeResult.Taken));
        Wait.Until(() => receiver.IsWaiting, "it has stopped reading");

        bench.Send(Wire.Frame(Opcode.Binary, [1]));

        receiver.Join();
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(30)]
    public void Time_of_a_receiver_that_reads_is_bounded(int milliseconds)
    {
        using ReaderBench bench = new(tls);
        bench.Lend();
        var watch = System.Diagnostics.Stopwatch.StartNew();

        bench.Receive(out _, milliseconds).Should().Be(TakeResult.TimedOut);

        watch.Elapsed.Should().BeBelow(TimeSpan.FromMilliseconds(milliseconds + 200));
    }

    [Test]
    public void Octets_that_trickle_in_do_not_keep_a_receiver_beyond_its_time()
    {
        using ReaderBench bench = new(tls);
        bench.Lend();
        bool isOver = false;
        BackgroundRun drip = Run.InBackground(() =>
        {
            bench.Send(Wire.Header(Opcode.Binary, 10_000_000));
            while (!Volatile.Read(ref isOver))
            {
                bench.Send([1]);
                Thread.SpinWait(1000);
            }
        });
        var watch = System.Diagnostics.Stopwatch.StartNew();

        int count = bench.Receive(new byte[10_000_000], milliseconds: 300);

        count.Should().Be(-1);
        watch.Elapsed.Should().BeBelow(TimeSpan.FromMilliseconds(800));
        Volatile.Write(ref isOver, true);
        drip.Join();
    }

    [Test]
    public void Who_waits_for_a_stream_calls_the_reader()
    {
        using ReaderBench bench = new(tls);
        bench.Lend();
        BackgroundRun receiver = Run.InBackground(() =>
        {
            bench.Inbox.Open(TimeSpan.FromSeconds(10), CancellationToken.None, out StreamedMessage? message).Should().Be(TakeResult.Taken);
            bench.Inbox.Take(message!, TimeSpan.FromSeconds(10), out _).Should().Be(TakeResult.Taken);
        });
        Wait.Until(() => receiver.IsWaiting, "it waits");

        bench.Send(Wire.Frame(Opcode.Binary, [1]));

        receiver.Join();
    }

    [Test]
    public void Ping_is_answered_while_the_turn_is_lent_and_nobody_receives()
    {
        using ReaderBench bench = new(tls);
        bench.Inbox.Turn.Look = TimeSpan.FromMilliseconds(5);
        bench.Lend();

        bench.Send(Wire.Frame(Opcode.Ping, [1, 2, 3]));

        byte[] pong = new byte[100];
        bench.Read(pong).Should().Be(9);
        pong[0].Should().Be(0x8A);
    }

    [Test]
    public void Two_receivers_get_a_message_each()
    {
        using ReaderBench bench = new(tls);
        for (int i = 0; i < 50; i++)
        {
            bench.Lend();
            BackgroundRun[] receivers = [.. Enumerable.Range(0, 2).Select(i => Run.InBackground(() => bench.Receive(out WebSocketMessage _).Should().Be(TakeResult.Taken)))];
            bench.Send(Wire.Frame(Opcode.Binary, [1]));
            bench.Send(Wire.Frame(Opcode.Binary, [2]));

            Array.ForEach(receivers, r => r.Join());
        }
    }

    [Test]
    public void Long_message_is_read_right_into_the_buffer_of_its_receiver()
    {
        using ReaderBench bench = new(tls);
        byte[] payload = Wire.Pattern(Long);
        byte[] frames = Wire.Join(Wire.Frame(Opcode.Binary, payload), Wire.Frame(Opcode.Binary, [7]));
        byte[] buffer = new byte[Long + 5];
        bool isInPlace = false;

        // What keeps away for a moment in the middle of it, on a busy machine, is left to the reader.
        for (int i = 0; i < 20 && !isInPlace; i++)
        {
            bench.Lend();
            BackgroundRun server = Run.InBackground(() => bench.Send(frames));
            Wait.Until(() => bench.HasUnreadBytes, "the message has begun to come");
            TimeSpan timeout = TimeSpan.FromSeconds(10);
            buffer.AsSpan().Clear();
            isInPlace = bench.Reader.TryReadIfLent(ref timeout, buffer, out _, out int count);
            if (!isInPlace)
                count = bench.Receive(buffer);
            count.Should().Be(Long);
            buffer.Take(Long).Should().Equal(payload);
            bench.Receive(buffer).Should().Be(1, "what comes behind it is next");
            server.Join();
        }

        isInPlace.Should().BeTrue();
    }

    [Test]
    public void What_a_receiver_has_left_is_known()
    {
        using ReaderBench bench = new(tls);
        bench.Lend();
        bench.Reader.IsLeftUnread.Should().BeFalse();
        // More than its first read takes, while TLS takes all of it out of the socket.
        bench.Send(Wire.Join([.. Enumerable.Range(0, 4).Select(i => Wire.Frame(Opcode.Binary, [(byte)i, .. new byte[900]]))]));

        bench.Receive(out WebSocketMessage message).Should().Be(TakeResult.Taken);

        message.Data[0].Should().Be(0);
        bench.Reader.IsLeftUnread.Should().BeTrue();
        bench.HasUnreadBytes.Should().Be(!tls);
        for (int i = 1; i < 4; i++)
            bench.Receive(out _).Should().Be(TakeResult.Taken);
        bench.Reader.IsLeftUnread.Should().BeFalse();
        bench.Inbox.Turn.IsFree.Should().BeTrue("to ask takes nothing away");
    }

    [Test]
    public void Nothing_is_read_of_a_connection_that_was_cut()
    {
        using ReaderBench bench = new(tls);
        bench.Lend();
        bench.Send(Wire.Frame(Opcode.Binary, [1]));
        Wait.Until(() => bench.HasUnreadBytes, "the message has come");

        bench.Kill();

        bench.Receive(out _).Should().Be(TakeResult.Closed);
        bench.JoinReader();
    }

    [TestCase(1)]
    [TestCase(5)]
    [TestCase(20_000)]
    [TestCase(99_000)]
    public void Long_message_that_stays_away_leaves_the_buffer_to_its_receiver(int first)
    {
        using ReaderBench bench = new(tls);
        bench.Lend();
        byte[] payload = Wire.Pattern(Long);
        byte[] frame = Wire.Frame(Opcode.Binary, payload);
        byte[] buffer = new byte[Long];
        BackgroundRun server = Run.InBackground(() => bench.Send(frame, 0, first));
        bench.Receive(buffer, milliseconds: 100).Should().Be(-1);
        server.Join();
        buffer.AsSpan().Fill(0xEE);

        server = Run.InBackground(() => bench.Send(frame, first, frame.Length - first));
        bench.Receive(out WebSocketMessage message).Should().Be(TakeResult.Taken);

        message.Data.Should().Equal(payload);
        buffer.Should().OnlyContain(b => b == 0xEE, "nobody writes to it when its receiver has gone");
        server.Join();
    }

    [TestCase(Long - 1)]
    [TestCase(0)]
    public void Long_message_that_does_not_fit_waits_for_a_larger_buffer(int size)
    {
        using ReaderBench bench = new(tls);
        bench.Lend();
        byte[] payload = Wire.Pattern(Long);
        BackgroundRun server = Run.InBackground(() => bench.Send(Wire.Frame(Opcode.Binary, payload)));

        bench.Receive(new byte[size]).Should().Be(Long, "that is what it takes");

        byte[] buffer = new byte[Long];
        bench.Receive(buffer).Should().Be(Long);
        buffer.Should().Equal(payload);
        server.Join();
    }

    [Test]
    public void Long_message_behind_a_short_one_comes_second()
    {
        using ReaderBench bench = new(tls);
        byte[] payload = Wire.Pattern(MessageDecoder.DirectThreshold);
        byte[] both = Wire.Join(Wire.Frame(Opcode.Binary, [7]), Wire.Frame(Opcode.Binary, payload));
        byte[] buffer = new byte[Long];
        for (int i = 0; i < 20; i++)
        {
            bench.Lend();
            bench.Send(both);

            bench.Receive(buffer).Should().Be(1);
            buffer[0].Should().Be(7);
            bench.Receive(buffer).Should().Be(payload.Length);
            buffer.Take(payload.Length).Should().Equal(payload);
        }
    }

    [Test]
    public void Text_that_is_not_UTF8_ends_the_connection_wherever_it_is_read()
    {
        using ReaderBench bench = new(tls);
        bench.Lend();
        byte[] payload = new byte[Long];
        payload[Long - 1] = 0xC3;
        BackgroundRun server = Run.InBackground(() => bench.Send(Wire.Frame(Opcode.Text, payload)));

        bench.Receive(new byte[Long]).Should().Be(-1);

        bench.Life.Ending!.Cause.Should().Be(WebSocketCloseCause.InvalidPayload);
        server.Join();
        bench.Server.Shutdown(SocketShutdown.Both);
        bench.JoinReader();
    }

    [Test]
    public void Message_over_the_limit_behind_a_short_one_waits_for_who_takes_it_as_a_stream()
    {
        using ReaderBench bench = new(tls, maxMessageSize: 1000);
        bench.Lend();
        bench.Send(Wire.Join(Wire.Frame(Opcode.Binary, [7]), Wire.Frame(Opcode.Binary, new byte[1001])));

        bench.Receive(out _).Should().Be(TakeResult.Taken);
        bench.Inbox.Open(TimeSpan.FromSeconds(10), CancellationToken.None, out StreamedMessage? message).Should().Be(TakeResult.Taken);

        bench.Inbox.Take(message!, TimeSpan.FromSeconds(10), out ArraySegment<byte> part).Should().Be(TakeResult.Taken);
        part.Count.Should().BePositive();
        bench.Life.Ending.Should().BeNull();
    }

    [Test]
    public void Message_over_the_limit_is_refused_by_a_receiver_that_reads()
    {
        using ReaderBench bench = new(tls, maxMessageSize: 1000);
        bench.Lend();
        bench.Send(Wire.Header(Opcode.Binary, 1001));

        bench.Receive(out _).Should().Be(TakeResult.Closed);

        bench.Life.Ending!.Cause.Should().Be(WebSocketCloseCause.MessageTooBig);
    }

    [Test]
    public void Close_frame_that_a_receiver_reads_ends_the_connection()
    {
        using ReaderBench bench = new(tls);
        bench.Lend();
        bench.Send(Wire.Frame(Opcode.Close, [0x03, 0xE8]));

        bench.Receive(out _).Should().Be(TakeResult.Closed);

        bench.Life.Ending!.Cause.Should().Be(WebSocketCloseCause.RemoteClose);
        bench.Server.Shutdown(SocketShutdown.Both);
        bench.JoinReader();
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Lost_connection_that_a_receiver_finds_is_told_as_the_reader_would(bool reset)
    {
        using ReaderBench bench = new(tls);
        bench.Lend();
        bench.Server.LingerState = new LingerOption(reset, 0);
        bench.Server.Close();

        bench.Receive(out _).Should().Be(TakeResult.Closed);

        bench.Life.Ending!.Cause.Should().Be(WebSocketCloseCause.NetworkError);
        (bench.Life.Ending.Exception is not null).Should().Be(reset);
        bench.JoinReader();
    }

    [Test]
    public void Interrupt_of_a_receiver_that_reads_strikes_it_and_nothing_else()
    {
        using ReaderBench bench = new(tls);
        for (int i = 0; i < 100; i++)
        {
            bench.Lend();
            Exception? thrown = null;
            Thread receiver = new(() =>
            {
                try
                {
                    bench.Receive(out _);
                }
                catch (Exception e)
                {
                    thrown = e;
                }
            });
            receiver.Start();
            Thread.SpinWait(i * 200);

            receiver.Interrupt();

            receiver.Join(TimeSpan.FromSeconds(10)).Should().BeTrue();
            thrown.Should().BeOfType<ThreadInterruptedException>();
        }
        bench.Send(Wire.Frame(Opcode.Binary, [1]));
        bench.Receive(out _).Should().Be(TakeResult.Taken);
    }
}
#endif
