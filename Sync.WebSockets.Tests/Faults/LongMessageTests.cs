using System;
using System.Diagnostics;
using System.IO;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

/// <summary>Messages that no memory holds: what they keep is measured on .NET; Mono's collector only guesses.</summary>
[TestFixture]
[NonParallelizable]
[CancelAfter(300_000)]
public sealed class LongMessageTests
{
    private const int MebiByte = 1 << 20;
    private const int Short = 16 * MebiByte;

    // What a stream may keep, whatever passes through it: the receive queue, a part on either side of it, and a frame to be sent.
    private const long MostKept = 4 * MebiByte;

    private static readonly long Length = LongRun.Or(64L * MebiByte, full: 10_240L * MebiByte);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(250);

    // Not a power of two, so that what comes twice, or not at all, is noticed.
    private static readonly byte[] Pattern = Traffic.Bytes(999_983, seed: 1);

    [Test]
    public void Long_message_is_sent_in_little_memory()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            long got = 0;
            bool isRight = true;
            ServerFrame frame;
            do
            {
                frame = connection.ReadFrame()!;
                if (frame.IsControl)
                {
                    connection.SendPong(frame.Payload);
                    continue;
                }
                isRight &= IsPattern(frame.Payload, got);
                got += frame.Payload.Length;
            }
            while (frame.IsControl || !frame.Fin);
            connection.SendText(FormattableString.Invariant($"{got} {isRight}"));
            connection.ReadUntilClose();
        });
        using WebSocketClient client = TestClient.Connect(server);
        var source = new PatternStream(Length);
        var watch = Stopwatch.StartNew();

        client.Send(source, WebSocketMessageType.Binary);

        client.Receive(Soon).Text.Should().Be(FormattableString.Invariant($"{Length} True"));
        Report("sent", watch, source.Kept);
    }

    [Test]
    public void Long_message_is_received_in_little_memory()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection => SendPattern(connection, Length));
        using WebSocketClient client = TestClient.Connect(server);
        var watch = Stopwatch.StartNew();
        using WebSocketMessageStream stream = client.OpenReceiveStream(Soon);
        var meter = new Meter(Length);
        byte[] buffer = new byte[100_000];
        bool isRight = true;

        for (int read; (read = stream.Read(buffer, 0, buffer.Length)) > 0;)
        {
            isRight &= IsPattern(buffer.AsSpan(0, read), stream.Position - read);
            meter.Look(stream.Position);
        }

        isRight.Should().BeTrue("what comes is what was sent");
        stream.Position.Should().Be(Length);
        Report("received", watch, meter.Kept);
    }

    /// <summary>The server does nothing but send, so it answers no ping until all of it was taken.</summary>
    [Test]
    public void Receiver_ten_times_slower_than_the_server_keeps_little_and_is_not_taken_for_dead()
    {
        long freely = Elapsed.Of(() => Receive(TimeSpan.Zero, isMeasured: false)).Ticks;

        // Long enough for a heartbeat to judge, however fast the machine is.
        long target = Math.Max(10 * freely, 4 * (Heartbeat + Heartbeat).Ticks);

        TimeSpan slowly = Elapsed.Of(() => Receive(TimeSpan.FromTicks(target / (Short / MebiByte)), isMeasured: true));

        slowly.Ticks.Should().BeGreaterThan(target * 8 / 10);

        // To measure takes time, too.
        static void Receive(TimeSpan pause, bool isMeasured)
        {
            using ScriptedServer server = TestServer.Start(tls: false, connection => SendPattern(connection, Short));
            using WebSocketClient client = TestClient.Connect(server, options =>
            {
                options.PingInterval = options.PingTimeout = Heartbeat;
            });
            using WebSocketMessageStream stream = client.OpenReceiveStream(Soon);
            Meter? meter = isMeasured ? new Meter(Short) : null;
            byte[] buffer = new byte[MebiByte];
            using var never = new ManualResetEventSlim();
            for (long next = MebiByte; stream.Read(buffer, 0, buffer.Length) > 0;)
            {
                if (stream.Position < next)
                    continue;
                next += MebiByte;
                // The program does something else.
                never.Wait(pause);
                meter?.Look(stream.Position);
            }

            stream.Position.Should().Be(Short);
            client.State.Should().Be(WebSocketState.Open);
            (meter?.Kept ?? 0).Should().BeLessThan(MostKept);
        }
    }

    private static void SendPattern(ServerConnection connection, long total)
    {
        connection.Upgrade();
        byte[] header = [0x82, 127, 0, 0, 0, 0, 0, 0, 0, 0];
        for (int i = 0; i < sizeof(long); i++)
            header[2 + i] = (byte)(total >> (56 - (8 * i)));
        connection.SendRaw(header);
        byte[] last = Pattern.AsSpan(0, (int)(total % Pattern.Length)).ToArray();
        for (long sent = 0; sent < total - last.Length; sent += Pattern.Length)
            connection.SendRaw(Pattern);
        connection.SendRaw(last);
        connection.EchoUntilClosed();
    }

    private static bool IsPattern(ReadOnlySpan<byte> bytes, long position)
    {
        while (!bytes.IsEmpty)
        {
            int from = (int)(position % Pattern.Length);
            int count = Math.Min(bytes.Length, Pattern.Length - from);
            if (!bytes.Slice(0, count).SequenceEqual(Pattern.AsSpan(from, count)))
                return false;
            bytes = bytes.Slice(count);
            position += count;
        }
        return true;
    }

    private static void Report(string what, Stopwatch watch, long kept)
    {
        TestContext.Out.WriteLine($"{Length / MebiByte} MiB {what} in {watch.Elapsed.TotalSeconds:0.00} s, {kept / 1024} KiB kept at most");
        kept.Should().BeLessThan(MostKept);
    }

    /// <summary>Looks at the memory from time to time.</summary>
    private sealed class Meter(long length)
    {
        private const int Looks = 4;

        private readonly long _before = Heap;
        private long _next;

        public long Kept { get; private set; }

        public void Look(long position)
        {
            if (position < _next)
                return;
            _next += length / Looks;
            Kept = Math.Max(Kept, Heap - _before);
        }

#if NET
        private static long Heap => Resources.Heap;
#else
        private static long Heap => 0;
#endif
    }

    private sealed class PatternStream(long length) : Stream
    {
        private readonly Meter _meter = new(length);
        private long _position;

        public long Kept => _meter.Kept;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int from = (int)(_position % Pattern.Length);
            int read = (int)Math.Min(Math.Min(count, Pattern.Length - from), length - _position);
            Buffer.BlockCopy(Pattern, from, buffer, offset, read);
            _position += read;
            _meter.Look(_position);
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
