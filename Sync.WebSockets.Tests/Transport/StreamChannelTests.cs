using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
[NonParallelizable]
internal sealed class StreamChannelTests
{
    private const int Capacity = 64 * 1024;
    private const int SmallWrite = 512;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(200);

    private DuplexPair _streams = null!;
    private StreamChannel _channel = null!;
    private Thread _pump = null!;

    // So few bytes on their way that what is written stays in the channel until the other side reads.
    [SetUp]
    public void Open() => Open(capacity: 64);

    [TearDown]
    public void Dispose()
    {
        _channel.Dispose();
        _streams.Dispose();
        _pump.Join(Soon).Should().BeTrue("the thread ends with its channel");
    }

    [Test]
    public void All_that_is_written_arrives_in_order_whatever_the_pieces([Values(1, 7, 4096, 100_000)] int capacity, [Values(1, 2)] int seed)
    {
        Open(capacity);
        byte[] sent = Traffic.Bytes(Math.Min(20_000 * capacity, 3_000_000), (ulong)seed);
        BackgroundRun writer = Run.InBackground(() => WriteInPieces(sent, new Random(seed)));

        byte[] received = ReadInPieces(sent.Length, new Random(seed + 1000));

        writer.Join();
        received.AsSpan().SequenceEqual(sent).Should().BeTrue();
        Wait.Until(() => _streams.Client.Flushes > 0, "what was written last is flushed");
    }

    [Test]
    public void Small_write_is_taken_while_there_is_room_for_it()
    {
        _channel.CanWriteNow.Should().BeTrue();
        Write(Capacity - SmallWrite);
        _channel.CanWriteNow.Should().BeTrue();
        Write(1);
        _channel.CanWriteNow.Should().BeFalse();

        Read(Capacity - SmallWrite + 1);

        Wait.Until(() => _channel.CanWriteNow, "there is room again");
    }

    [Test]
    public void Full_buffer_blocks_the_writer_until_the_other_side_reads()
    {
        BackgroundRun writer = Run.InBackground(() => Write(3 * Capacity));
        Wait.Until(() => !_channel.CanWriteNow, "the buffer is full");
        writer.EndsWithin(TimeSpan.FromMilliseconds(100)).Should().BeFalse("there is no room");

        Read(3 * Capacity);

        writer.Join();
        Wait.Until(() => _channel.CanWriteNow, "there is room again");
    }

    [Test]
    public void Writer_does_not_wait_for_the_other_side_while_there_is_room() =>
        Elapsed.Of(() => Write(Capacity)).Should().BeBelow(AtOnce);

    [Test]
    public void What_comes_is_read_while_a_writer_is_blocked()
    {
        BackgroundRun writer = Run.InBackground(() => Write(2 * Capacity));
        Wait.Until(() => !_channel.CanWriteNow, "the buffer is full");
        BackgroundRun server = Run.InBackground(() => _streams.Server.Write([1, 2, 3], 0, 3));

        byte[] read = new byte[3];
        for (int done = 0; done < read.Length;)
            done += _channel.Read(read, done, read.Length - done);

        read.Should().Equal(1, 2, 3);
        server.Join();
        Read(2 * Capacity);
        writer.Join();
    }

    [Test]
    public void Shutdown_of_sending_lets_the_rest_out_and_nothing_more_in()
    {
        Write(50_000);

        _channel.Shutdown(SocketShutdown.Send);
        _channel.Shutdown(SocketShutdown.Send);

        _channel.CanWriteNow.Should().BeFalse();
        _channel.Invoking(c => c.Write([1], 0, 1)).Should().Throw<ObjectDisposedException>();
        _pump.IsAlive.Should().BeTrue("it still writes");
        Read(50_000);
        _pump.Join(Soon).Should().BeTrue();
        _streams.Client.IsDisposed.Should().BeFalse("what comes can still be read");
        _streams.Client.Flushes.Should().BePositive();
    }

    [TestCase(SocketShutdown.Both)]
    [TestCase(SocketShutdown.Send)]
    public void Shutdown_frees_a_writer_that_is_blocked(SocketShutdown how)
    {
        BackgroundRun writer = Run.InBackground(() => Write(2 * Capacity));
        Wait.Until(() => !_channel.CanWriteNow, "the buffer is full");

        _channel.Shutdown(how);

        Elapsed.Of(() => writer.Invoking(w => w.Join()).Should().Throw<ObjectDisposedException>()).Should().BeBelow(AtOnce);
        _channel.CanWriteNow.Should().BeFalse();
    }

    [Test]
    public void After_a_cut_nothing_more_is_begun()
    {
        Write(50_000);
        _channel.Shutdown(SocketShutdown.Both);
        _streams.Client.IsDisposed.Should().BeFalse("only Dispose touches the stream");

        _channel.Dispose();

        _pump.Join(Soon).Should().BeTrue();
        _streams.Client.IsDisposed.Should().BeTrue();
        CountRest().Should().BeLessThan(50_000);
    }

    [Test]
    public void Thread_that_waits_for_something_to_write_ends_with_a_shutdown([Values(SocketShutdown.Send, SocketShutdown.Both)] SocketShutdown how)
    {
        _channel.Shutdown(how);

        _pump.Join(Soon).Should().BeTrue();
    }

    [Test]
    public void Failure_of_the_stream_is_thrown_by_the_next_write_with_its_cause()
    {
        _streams.Server.Dispose();
        Write(1);
        _pump.Join(Soon).Should().BeTrue("it has failed");

        IOException failure = _channel.Invoking(c => c.Write([1], 0, 1)).Should().Throw<IOException>().Which;

        failure.Message.Should().Contain("The pipe has ended.");
        failure.InnerException.Should().BeOfType<IOException>().Which.Message.Should().Be("The pipe has ended.");
    }

    [Test]
    public void Failure_of_the_stream_frees_a_writer_that_is_blocked()
    {
        BackgroundRun writer = Run.InBackground(() => Write(2 * Capacity));
        Wait.Until(() => !_channel.CanWriteNow, "the buffer is full");

        _streams.Server.Dispose();

        writer.Invoking(w => w.Join()).Should().Throw<IOException>().WithInnerException<IOException>();
    }

    [Test]
    public void Dispose_frees_a_reader_that_is_blocked()
    {
        BackgroundRun reader = Run.InBackground(() => _channel.Read(new byte[1], 0, 1).Should().Be(0));
        Wait.Until(() => reader.IsWaiting, "it waits");

        _channel.Dispose();

        Elapsed.Of(() => reader.Join()).Should().BeBelow(AtOnce);
    }

    [Test]
    public void Channel_without_a_socket_knows_no_addresses_and_nothing_of_what_waits()
    {
        _streams.Server.Write([1], 0, 1);

        (_channel.LocalEndPoint, _channel.RemoteEndPoint, _channel.HasUnreadBytes).Should().Be((null, null, false));
        (_channel.CanRead, _channel.CanWrite, _channel.CanSeek).Should().Be((true, true, false));
        _channel.Flush();
    }

    [Test]
    [Category("R15")]
    public void Channel_whose_thread_cannot_be_started_is_not_made()
    {
        InvalidOperationException fault = new("There is no room for another thread.");
        Action make = () => _ = new StreamChannel(_streams.Client, _ => throw fault);

        make.Should().Throw<InvalidOperationException>().Which.Should().BeSameAs(fault);
    }

    private void Open(int capacity)
    {
        _channel?.Dispose();
        _streams = new DuplexPair(capacity);
        _channel = new StreamChannel(_streams.Client, thread =>
        {
            _pump = thread;
            thread.Start();
        });
    }

    private void WriteInPieces(byte[] bytes, Random random)
    {
        for (int done = 0; done < bytes.Length;)
        {
            int count = Math.Min(random.Next(1, random.Next(2) == 0 ? 100 : 2 * Capacity), bytes.Length - done);
            _channel.Write(bytes, done, count);
            done += count;
            Thread.SpinWait(random.Next(1000));
        }
    }

    private byte[] ReadInPieces(int length, Random random)
    {
        byte[] bytes = new byte[length];
        for (int done = 0; done < length;)
        {
            int read = _streams.Server.Read(bytes, done, Math.Min(random.Next(1, 50_000), length - done));
            read.Should().BePositive();
            done += read;
            Thread.SpinWait(random.Next(1000));
        }
        return bytes;
    }

    private void Write(int count) => _channel.Write(new byte[count], 0, count);

    private void Read(int count) => _streams.Server.Skip(count);

    private long CountRest() => _streams.Server.CountBytes();
}
