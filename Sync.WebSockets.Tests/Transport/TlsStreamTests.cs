#if NET && !NETSTANDARD_LIBRARY
using System;
using System.Buffers;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

/// <summary>TLS on which one can wait for bytes without reading them.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TlsStreamTests : IDisposable
{
    private readonly SocketPair _sockets = new();
    private readonly HoldingStream _below;
    private readonly Link _link;
    private readonly TlsStream _tls;
    private readonly SslStream _server;

    public TlsStreamTests()
    {
        _below = new HoldingStream(_sockets.Server);
        _link = Link.Over(_sockets.Client, ClientEnvironment.Default);
        (_tls, _server) = TlsPair.Over(_link.Stream, _below);
        _link.Add(_tls);
    }

    public void Dispose()
    {
        _link.Dispose();
        _server.Dispose();
        _below.Dispose();
        _sockets.Dispose();
    }

    [Test]
    public void Bytes_are_awaited_without_being_read()
    {
        // What TLS says on its own behalf right after the handshake is nothing to be read.
        Await(milliseconds: 50).Should().BeFalse();

        _server.Write([1, 2, 3]);

        Await().Should().BeTrue();
        Await(0).Should().BeTrue("they are still there");
        Read().Should().Equal(1, 2, 3);
        Await(0).Should().BeFalse();
    }

    [Test]
    public void Part_of_a_record_is_nothing_to_be_read()
    {
        byte[] record = Record([1, 2, 3]);
        _sockets.Server.Send(record, record.Length - 1, SocketFlags.None);
        Await(milliseconds: 50).Should().BeFalse();

        _sockets.Server.Send(record, record.Length - 1, 1, SocketFlags.None);

        Await().Should().BeTrue();
        Read().Should().Equal(1, 2, 3);
    }

    [Test]
    public void Record_that_trickles_in_keeps_nobody_beyond_the_time_that_was_set()
    {
        byte[] record = Record(new byte[16_000]);
        bool isOver = false;
        int sent = 0;
        BackgroundRun drip = Run.InBackground(() =>
        {
            for (; !Volatile.Read(ref isOver) && sent < record.Length - 1; sent++)
            {
                _sockets.Server.Send(record, sent, 1, SocketFlags.None);
                Thread.SpinWait(10_000);
            }
        });
        var watch = Stopwatch.StartNew();

        _link.AwaitBytes(TimeSpan.FromSeconds(10), MonotonicClock.System.After(TimeSpan.FromMilliseconds(50))).Should().BeFalse();

        watch.Elapsed.Should().BeBelow(TimeSpan.FromMilliseconds(550));
        Volatile.Write(ref isOver, true);
        drip.Join();
        _sockets.Server.Send(record, sent, record.Length - sent, SocketFlags.None);
        Await().Should().BeTrue();
        Read().Should().HaveCount(16_000);
    }

    [Test]
    public void What_is_left_of_a_record_is_there_at_once()
    {
        _server.Write([1, 2, 3]);
        Await().Should().BeTrue();
        Read(size: 2).Should().Equal(1, 2);

        Await(0).Should().BeTrue();

        Read().Should().Equal(3);
        Await(0).Should().BeFalse();
    }

    [Test]
    public void Records_that_come_together_are_all_found()
    {
        byte[] payload = Wire.Pattern(50_000);
        byte[] records = [.. payload.Chunk(1000).SelectMany(Record)];
        BackgroundRun server = Run.InBackground(() => _sockets.Server.Send(records));
        List<byte> read = [];

        while (read.Count < payload.Length && Await())
            read.AddRange(Read(size: 700));

        read.Should().Equal(payload);
        Await(0).Should().BeFalse();
        server.Join();
    }

    [Test]
    public void Reader_goes_on_from_where_somebody_else_gave_up_waiting()
    {
        byte[] record = Record([1, 2, 3]);
        _sockets.Server.Send(record, 10, SocketFlags.None);
        Await(milliseconds: 20).Should().BeFalse();
        byte[] read = [];

        BackgroundRun reader = Run.InBackground(() => read = Read());
        _sockets.Server.Send(record, 10, record.Length - 10, SocketFlags.None);

        reader.Join();
        read.Should().Equal(1, 2, 3);
        _server.Write([4]);
        Read().Should().Equal(4);
    }

    [Test]
    public void End_is_there_to_be_read()
    {
        _sockets.Server.Shutdown(SocketShutdown.Send);

        Await().Should().BeTrue();

        Read().Should().BeEmpty();
    }

    [Test]
    public void Failure_is_there_to_be_read()
    {
        Await(0).Should().BeFalse();
        _sockets.Server.LingerState = new LingerOption(enable: true, 0);
        _sockets.Server.Close();

        Await().Should().BeTrue();

        this.Invoking(t => t.Read()).Should().Throw<IOException>();
    }

    [Test]
    public void Record_that_is_none_is_there_to_be_read()
    {
        byte[] record = Record([1, 2, 3]);
        record[^1] ^= 1;
        _sockets.Server.Send(record);

        Await().Should().BeTrue();

        this.Invoking(t => t.Read()).Should().Throw<IOException>();
    }

    [Test]
    public void Nothing_is_left_to_the_context_of_whoever_waits()
    {
        SynchronizationContext? own = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new RefusingContext());
        try
        {
            Await(0).Should().BeFalse();
            _server.Write([1]);
            Await().Should().BeTrue();
            Read().Should().Equal(1);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(own);
        }
    }

    [Test]
    public void Wait_for_nothing_needs_no_memory_and_that_of_a_wait_that_was_given_up_is_given_back()
    {
        const int LikeThat = 32 * 1024;
        Await(milliseconds: 50).Should().BeFalse();
        _server.Write([1]);
        Await().Should().BeTrue();
        Read();
        byte[] kept = ArrayPool<byte>.Shared.Rent(LikeThat);
        ArrayPool<byte>.Shared.Return(kept);
        byte[] record = Record([1, 2, 3]);

        Await(0).Should().BeFalse();
        ArrayPool<byte>.Shared.Rent(LikeThat).Should().BeSameAs(kept);
        ArrayPool<byte>.Shared.Return(kept);
        _sockets.Server.Send(record, 10, SocketFlags.None);
        Await(milliseconds: 20).Should().BeFalse();
        ArrayPool<byte>.Shared.Rent(LikeThat).Should().NotBeSameAs(kept, "there is a part of a record in it");

        _link.Dispose();
        ArrayPool<byte>.Shared.Rent(LikeThat).Should().BeSameAs(kept);
    }

    [Test]
    public void Interrupts_beside_a_writer_lose_nothing()
    {
        const int Count = 200_000;
        bool isOver = false;
        BackgroundRun server = Run.InBackground(() =>
        {
            // Many records at once.
            byte[] records = [.. Enumerable.Range(0, Count / 100).SelectMany(i => Record([.. Enumerable.Range(i * 100, 100).Select(n => (byte)n)]))];
            _sockets.Server.Send(records);
        });
        BackgroundRun sink = Run.InBackground(() =>
        {
            byte[] sunk = new byte[100_000];
            while (_sockets.Server.Receive(sunk) > 0)
            {
            }
        });
        BackgroundRun writer = Run.InBackground(() =>
        {
            byte[] large = new byte[16_000];
            while (!Volatile.Read(ref isOver))
                _tls.Write(large);
        });
        // So that the writer is put aside now and then, with TLS's lock in its hands.
        BackgroundRun[] busy = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Run.InBackground(() =>
        {
            while (!Volatile.Read(ref isOver))
                Thread.SpinWait(100);
        }))];
        int read = 0;
        int struck = 0;
        BackgroundRun receiver = Run.InBackground(() =>
        {
            byte[] buffer = new byte[1000];
            while (read < Count)
            {
                int count = Await(1) ? _tls.Read(buffer, 0, buffer.Length) : 0;
                Enumerable.Range(read, count).All(n => buffer[n - read] == (byte)n).Should().BeTrue();
                read += count;
                struck += PendingInterrupt.Take() ? 1 : 0;
            }
        });

        while (receiver.IsRunning)
            receiver.Interrupt();

        Volatile.Write(ref isOver, true);
        receiver.Join();
        writer.Join();
        server.Join();
        Array.ForEach(busy, b => b.Join());
        read.Should().Be(Count);
        struck.Should().BePositive();
        _sockets.Client.Shutdown(SocketShutdown.Both);
        sink.Join();
    }

    private bool Await(int milliseconds = 10_000) => _link.AwaitBytes(TimeSpan.FromMilliseconds(milliseconds), MonotonicClock.Never);

    private byte[] Read(int size = 32_000)
    {
        byte[] buffer = new byte[size];
        return buffer.AsSpan(0, _tls.Read(buffer, 0, size)).ToArray();
    }

    // What the server would send.
    private byte[] Record(byte[] payload)
    {
        _below.Held = new MemoryStream();
        _server.Write(payload);
        byte[] record = _below.Held.ToArray();
        _below.Held = null;
        return record;
    }

    private sealed class HoldingStream(Socket socket) : NetworkStream(socket)
    {
        public MemoryStream? Held { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Held is { } held)
                held.Write(buffer);
            else
                base.Write(buffer);
        }
    }

    private sealed class RefusingContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => throw new NotSupportedException();

        public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();
    }
}
#endif
