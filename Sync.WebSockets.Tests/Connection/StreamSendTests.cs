using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using System.Text;
#if NET
using System.Text.Json;
#endif
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

/// <summary>Messages that are written piece by piece, or read from a stream.</summary>
[TestFixture]
public sealed class StreamSendTests
{
    private const int FrameSize = 1024;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [TestCase(0, "0")]
    [TestCase(1, "1")]
    [TestCase(FrameSize - 1, "1023")]
    [TestCase(FrameSize, "1024 0")]
    [TestCase(FrameSize + 1, "1024 1")]
    [TestCase((3 * FrameSize) + 5, "1024 1024 1024 5")]
    public void Stream_goes_out_in_fragments_of_the_largest_size(int length, string fragments)
    {
        byte[] payload = Traffic.Bytes(length, seed: 1);
        List<ServerFrame> frames = [];
        using ScriptedServer server = FramesOfOneMessage(frames);
        using WebSocketClient client = Connect(server);

        client.Send(new TrickleStream(payload), WebSocketMessageType.Binary);
        client.Receive(Soon);

        string.Join(" ", frames.Select(f => f.Payload.Length)).Should().Be(fragments);
        frames.SelectMany(f => f.Payload).Should().Equal(payload);
        frames.Select(f => f.Opcode).Should().Equal([Op.Binary, .. Enumerable.Repeat(Op.Continuation, frames.Count - 1)]);
        frames.Select(f => f.Fin).Should().Equal([.. Enumerable.Repeat(false, frames.Count - 1), true]);
        client.GetStatistics().MessagesSent.Should().Be(1);
        client.GetStatistics().PayloadBytesSent.Should().Be(length);
    }

    [Test]
    public void Flush_sends_what_was_written_before()
    {
        List<ServerFrame> frames = [];
        using var first = new ManualResetEventSlim();
        using ScriptedServer server = FramesOfOneMessage(frames, first);
        using WebSocketClient client = Connect(server);

        client.Send(
            stream =>
            {
                stream.Flush();
                stream.Write([1, 2, 3], 0, 3);
                stream.Flush();
                first.Wait(Soon).Should().BeTrue("the server gets it before the message is whole");
                stream.WriteByte(4);
                stream.Position.Should().Be(4);
            },
            WebSocketMessageType.Binary);
        client.Receive(Soon);

        frames.Select(f => f.Payload.Length).Should().Equal(3, 1);
    }

    [Test]
    public void Flush_sends_what_was_compressed_before([Values(9, 15)] int windowBits)
    {
        using var first = new ManualResetEventSlim();
        byte[] begun = [];
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade($"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits={windowBits}");
            List<byte> payload = [];
            ServerFrame frame;
            do
            {
                frame = connection.ReadFrame()!;
                payload.AddRange(frame.Payload);
                if (!first.IsSet)
                    begun = new PlainInflate().Message([.. payload]);
                first.Set();
            }
            while (!frame.Fin);
            connection.SendBinary(new PlainInflate().Message([.. payload]));
            connection.ReadUntilClose();
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.Compression = new WebSocketCompressionOptions { MinimumSize = 0 };
        });
        byte[] payload = Traffic.Bytes(3000, seed: 2);

        client.Send(
            stream =>
            {
                stream.Write(payload, 0, 2048);
                stream.Flush();
                first.Wait(Soon).Should().BeTrue("the server gets it before the message is whole");
                stream.Flush();
                stream.Write(payload, 2048, payload.Length - 2048);
                stream.Flush();
            },
            WebSocketMessageType.Binary);

        client.Receive(Soon).Data.AsSpan().SequenceEqual(payload).Should().BeTrue();
        begun.AsSpan().SequenceEqual(payload.AsSpan(0, 2048)).Should().BeTrue();
    }

    [Test]
    public void Writers_of_the_platform_write_to_it()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = Connect(server);

        client.Send(
            stream =>
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 128);
                for (int i = 0; i < 1000; i++)
                    writer.Write("ä€🙂");
            },
            WebSocketMessageType.Text);
        client.Send(stream => new MemoryStream([7, 8, 9]).CopyTo(stream), WebSocketMessageType.Binary);

        client.Receive(Soon).Text.Should().Be(string.Concat(Enumerable.Repeat("ä€🙂", 1000)));
        client.Receive(Soon).Data.Should().Equal(7, 8, 9);
    }

#if NET
    [Test]
    public void Json_is_written_to_a_message_and_read_from_one()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = Connect(server);
        Dictionary<string, int>[] rows = [.. Enumerable.Range(0, 5000).Select(i => new Dictionary<string, int>(StringComparer.Ordinal) { ["rów"] = i })];

        client.Send(stream => JsonSerializer.Serialize(stream, rows), WebSocketMessageType.Text);

        using WebSocketMessageStream received = client.OpenReceiveStream(Soon);
        JsonSerializer.Deserialize<Dictionary<string, int>[]>(received)!.Select(row => row["rów"]).Should().Equal(Enumerable.Range(0, 5000));
    }
#endif

    [Test]
    public void Send_from_inside_is_refused_instead_of_waiting_for_itself_and_pings_pass()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = Connect(server);

        client.Send(
            stream =>
            {
                client.Invoking(c => c.Send("x")).Should().Throw<InvalidOperationException>();
                client.Invoking(c => c.Send(_ => { }, WebSocketMessageType.Text)).Should().Throw<InvalidOperationException>();
                stream.Write(new byte[FrameSize], 0, FrameSize);
                client.Ping(Soon);
            },
            WebSocketMessageType.Binary);

        client.Receive(Soon).Data.Should().HaveCount(FrameSize);
    }

    [Test]
    public void Messages_of_other_threads_wait_until_it_is_whole()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = Connect(server);
        BackgroundRun? other = null;

        client.Send(
            stream =>
            {
                stream.Write(new byte[FrameSize], 0, FrameSize);
                other = Run.InBackground(() => client.Send("other"));
                Wait.Until(() => other.IsWaiting, "it waits for its turn");
                stream.WriteByte(1);
            },
            WebSocketMessageType.Binary);

        client.Receive(Soon).Data.Should().HaveCount(FrameSize + 1);
        client.Receive(Soon).Text.Should().Be("other");
        other!.Join();
    }

    [Test]
    public void Stream_that_is_kept_takes_nothing_any_more()
    {
        Stream? kept = null;
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = Connect(server);

        client.Send(stream => kept = stream, WebSocketMessageType.Binary);

        kept!.CanWrite.Should().BeFalse();
        kept.Invoking(s => s.WriteByte(1)).Should().Throw<ObjectDisposedException>();
        kept.Flush();
        client.Receive(Soon).Data.Should().BeEmpty();
    }

    [Test]
    public void Nothing_but_writing_is_possible()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = Connect(server);

        client.Send(
            stream =>
            {
                (stream.CanRead, stream.CanSeek, stream.CanWrite).Should().Be((false, false, true));
                stream.Invoking(s => s.Length).Should().Throw<NotSupportedException>();
                stream.Invoking(s => s.Position = 0).Should().Throw<NotSupportedException>();
                stream.Invoking(s => s.SetLength(0)).Should().Throw<NotSupportedException>();
                stream.Invoking(s => s.Seek(0, SeekOrigin.Begin)).Should().Throw<NotSupportedException>();
                stream.Invoking(s => s.Read([], 0, 0)).Should().Throw<NotSupportedException>();
            },
            WebSocketMessageType.Binary);
    }

    [Test]
    public void Frames_of_any_size_are_no_reason_to_gather_so_much()
    {
        List<ServerFrame> frames = [];
        using ScriptedServer server = FramesOfOneMessage(frames);
        using WebSocketClient client = TestClient.Connect(server, options => options.MaxSendFrameSize = int.MaxValue);

        client.Send(new MemoryStream(new byte[3_000_000]), WebSocketMessageType.Binary);

        client.Receive(Soon).Text.Should().Be("got it");
        frames.Max(f => f.Payload.Length).Should().Be(1 << 20);
    }

    [Test]
    public void Arguments_are_checked()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = Connect(server);

        client.Invoking(c => c.Send((Stream)null!, WebSocketMessageType.Binary)).Should().Throw<ArgumentNullException>();
        client.Invoking(c => c.Send((Action<Stream>)null!, WebSocketMessageType.Binary)).Should().Throw<ArgumentNullException>();
#pragma warning disable MA0147 // Meant so.
        client.Invoking(c => c.Send(Late, WebSocketMessageType.Binary)).Should().Throw<ArgumentException>().WithMessage("*async*");
#pragma warning restore MA0147
        client.Invoking(c => c.Send(new MemoryStream(), WebSocketMessageType.Close)).Should().Throw<ArgumentException>();
        var closed = new MemoryStream();
        closed.Dispose();
        client.Invoking(c => c.Send(closed, WebSocketMessageType.Binary)).Should().Throw<ArgumentException>();

        static async void Late(Stream stream)
        {
            await System.Threading.Tasks.Task.Yield();
            stream.WriteByte(1);
        }
    }

    private static ScriptedServer FramesOfOneMessage(List<ServerFrame> frames, ManualResetEventSlim? first = null) => TestServer.Start(tls: false, connection =>
    {
        connection.Upgrade();
        do
        {
            frames.Add(connection.ReadFrame()!);
            first?.Set();
        }
        while (!frames[frames.Count - 1].Fin);
        connection.SendText("got it");
        connection.ReadUntilClose();
    });

    private static WebSocketClient Connect(ScriptedServer server, bool compressed = false) => TestClient.Connect(server, options =>
    {
        options.MaxSendFrameSize = FrameSize;
        options.Compression = compressed ? new WebSocketCompressionOptions() : null;
    });
}
