using System;
using System.Buffers;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

/// <summary>Messages that are written to a writer of the caller's.</summary>
[TestFixture]
public sealed class BufferWriterTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Test]
    public void Messages_of_all_sizes_are_written_one_by_one()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);
        var writer = new ArrayWriter();
        foreach (int size in new[] { 0, 1, 125, 4096, 16_383, 16_384, 1_000_000 })
        {
            byte[] payload = Traffic.Bytes(size, seed: 1);
            client.Send(payload);
            client.Send("text");
            writer.Clear();

            client.Receive(writer, Soon).Should().Be(WebSocketMessageType.Binary);

            writer.Written.SequenceEqual(payload).Should().BeTrue();
            client.Receive(writer, Soon).Should().Be(WebSocketMessageType.Text);
            writer.Written.Length.Should().Be(size + 4, "it is written behind what was there");
        }
    }

    [Test]
    public void What_the_writer_throws_comes_out_and_the_next_message_is_not_harmed()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);
        client.Send("first");
        client.Send("second");
        var writer = new ArrayWriter { Failure = new FormatException() };

        client.Invoking(c => c.Receive(writer, Soon)).Should().Throw<FormatException>();

        client.Receive(Soon).Text.Should().Be("second");
        client.CheckHealth().QueueFill.Should().Be(0);
    }

    [Test]
    public void Nothing_comes_in_time()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);

        client.Invoking(c => c.Receive(null!, Soon)).Should().Throw<ArgumentNullException>();
        client.Invoking(c => c.Receive(new ArrayWriter(), TimeSpan.FromMilliseconds(20))).Should().Throw<TimeoutException>();
        client.Close();
        TestClient.EndOf(() => client.Receive(new ArrayWriter(), Soon)).Cause.Should().Be(WebSocketCloseCause.LocalClose);
    }

    [Test]
    public void A_message_may_be_taken_while_another_one_is_being_written()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);
        for (int i = 0; i < 100; i++)
            client.Send(new string((char)('a' + (i % 26)), 100));
        var writer = new ArrayWriter
        {
            // By then the reader has filled its chunk over and over.
            BeforeWrite = () =>
            {
                for (int i = 1; i < 100; i++)
                    client.Receive(Soon);
                client.Send(new string('z', 3000));
                client.Receive(Soon).Text.Should().Be(new string('z', 3000));
            },
        };

        client.Receive(writer, Soon).Should().Be(WebSocketMessageType.Text);

        writer.Written.ToArray().Should().OnlyContain(letter => letter == 'a').And.HaveCount(100);
    }

#if NET
    [Test]
    public void Nothing_is_allocated()
    {
        const int messages = 1000;
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            for (int i = 0; i < 2 * messages; i++)
                connection.SendText("0123456789");
            connection.ReadUntilClose();
        });
        using WebSocketClient client = TestClient.Connect(server);
        var writer = new ArrayWriter();
        TimeSpan soon = Soon;
        for (int i = 0; i < messages; i++)
            client.Receive(writer, soon);
        Wait.Until(() => client.CheckHealth().QueuedMessages == messages, "the others are there");
        writer.Clear();
        MeetPool<byte>();
        MeetPool<MessageQueue.Place>();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < messages; i++)
            client.Receive(writer, soon);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    // The pool sets itself up for each size when it is given the first arrays; whoever takes the last message of a chunk gives that back.
    private static void MeetPool<T>()
    {
        for (int size = 16; size <= 64 * 1024; size *= 2)
        {
            T[][] arrays = [ArrayPool<T>.Shared.Rent(size), ArrayPool<T>.Shared.Rent(size)];
            Array.ForEach(arrays, array => ArrayPool<T>.Shared.Return(array));
        }
    }
#endif

    private sealed class ArrayWriter : IBufferWriter<byte>
    {
        private byte[] _buffer = new byte[16];
        private int _written;

        public Exception? Failure { get; init; }

        public Action? BeforeWrite { get; set; }

        public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _written);

        public void Clear() => _written = 0;

        public void Advance(int count) => _written += count;

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            BeforeWrite?.Invoke();
            BeforeWrite = null;
            if (Failure is not null)
                throw Failure;
            if (_buffer.Length - _written < Math.Max(1, sizeHint))
                Array.Resize(ref _buffer, 2 * Math.Max(_buffer.Length, _written + sizeHint));
            return _buffer.AsMemory(_written);
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
