using System;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

/// <summary>Messages that are received as streams, before they are complete.</summary>
[TestFixture]
public sealed class StreamReceiveTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(20_000)]
    [TestCase(3_000_000)]
    public void Message_comes_out_as_it_was_sent(int length)
    {
        byte[] payload = Traffic.Bytes(length, seed: 1);
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);
        client.Send(payload);
        client.Send("next");

        using (WebSocketMessageStream stream = client.OpenReceiveStream(Soon))
        {
            stream.MessageType.Should().Be(WebSocketMessageType.Binary);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            copy.ToArray().AsSpan().SequenceEqual(payload).Should().BeTrue();
            stream.Position.Should().Be(length);
            stream.Read(new byte[1], 0, 1).Should().Be(0);
        }

        client.Receive(Soon).Text.Should().Be("next");
        client.GetStatistics().MessagesReceived.Should().Be(2);
        client.GetStatistics().PayloadBytesReceived.Should().Be(length + 4);
    }

    [TestCase(3, false)]
    [TestCase(100_000, false)]
    [TestCase(3, true)]
    [TestCase(100_000, true)]
    public void Bytes_come_out_before_the_message_is_complete(int length, bool openFirst)
    {
        using var more = new ManualResetEventSlim();
        using var begin = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.WaitForTest(begin);
            byte[] frame = [0x82, 127, 0, 0, 0, 0, 0, 0x10, 0, 0];
            connection.SendRaw([.. frame, .. new byte[length]]);
            connection.WaitForTest(more);
            connection.SendRaw(new byte[0x100000 - length]);
            connection.ReadUntilClose();
        });
        using WebSocketClient client = TestClient.Connect(server);
        if (!openFirst)
        {
            begin.Set();
            Wait.Until(() => client.GetStatistics().WireBytesReceived > length, "the beginning has come");
        }
        BackgroundRun opens = Run.InBackground(() =>
        {
            using WebSocketMessageStream stream = client.OpenReceiveStream(Soon);
            stream.Skip(length);
            stream.ReadTimeout = 50;
            stream.Invoking(s => s.ReadByte()).Should().Throw<TimeoutException>();
            stream.ReadTimeout = 10_000;
            more.Set();
            stream.Skip(0x100000 - length);
            stream.ReadByte().Should().Be(-1);
        });
        if (openFirst)
        {
            Wait.Until(() => opens.IsWaiting, "it waits for a message");
            begin.Set();
        }

        opens.Join();
    }

    [Test]
    public void Stream_that_is_disposed_early_skips_the_rest_and_the_connection_goes_on([Values] bool atOnce)
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendBinary(new byte[5_000_000]);
            connection.SendText("next");
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.ReceiveQueueBytes = 10_000);

        WebSocketMessageStream stream = client.OpenReceiveStream(Soon);
        if (!atOnce)
            stream.Skip(100_000);
        stream.Dispose();

        client.Receive(Soon).Text.Should().Be("next");
        stream.CanRead.Should().BeFalse();
        stream.Invoking(s => s.ReadByte()).Should().Throw<ObjectDisposedException>();
        client.Send("hello");
        client.Receive(Soon).Text.Should().Be("hello");
    }

    [Test]
    public void Stream_that_was_read_to_its_end_is_in_nobodys_way([Values] bool opened)
    {
        using var rest = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendFrame(Op.Text, [0x61], fin: false);
            connection.WaitForTest(rest);
            connection.SendFrame(Op.Continuation, []);
            connection.SendText("next");
            connection.ReadUntilClose();
        });
        using WebSocketClient client = TestClient.Connect(server);
        if (!opened)
            rest.Set();
        WebSocketMessageStream stream = client.OpenReceiveStream(Soon);
        rest.Set();

        new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 128, leaveOpen: true).ReadToEnd().Should().Be("a");

        client.Receive(Soon).Text.Should().Be("next");
    }

    [Test]
    public void Stream_that_is_opened_while_the_rest_of_another_one_is_skipped_is_that_of_the_next_message()
    {
        using var rest = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendFrame(Op.Binary, [1], fin: false);
            connection.WaitForTest(rest);
            connection.SendFrame(Op.Continuation, [2]);
            connection.SendFrame(Op.Text, [0x61], fin: false);
            connection.SendFrame(Op.Continuation, [0x62]);
            connection.ReadUntilClose();
        });
        using WebSocketClient client = TestClient.Connect(server);
        client.OpenReceiveStream(Soon).Dispose();
        BackgroundRun opens = Run.InBackground(() =>
        {
            using WebSocketMessageStream stream = client.OpenReceiveStream(Soon);
            new StreamReader(stream).ReadToEnd().Should().Be("ab");
        });
        Wait.Until(() => opens.IsWaiting, "it waits for the next message");

        rest.Set();

        opens.Join();
    }

    [Test]
    public void Other_messages_wait_until_the_stream_is_read_or_disposed()
    {
        using var rest = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendFrame(Op.Text, [0x61], fin: false);
            connection.WaitForTest(rest);
            connection.SendFrame(Op.Continuation, [0x62]);
            connection.SendText("next");
            connection.ReadUntilClose();
        });
        using WebSocketClient client = TestClient.Connect(server);
        using WebSocketMessageStream stream = client.OpenReceiveStream(Soon);

        client.Invoking(c => c.Receive(Soon)).Should().Throw<InvalidOperationException>();
        client.Invoking(c => c.OpenReceiveStream(Soon)).Should().Throw<InvalidOperationException>();
        rest.Set();

        new StreamReader(stream).ReadToEnd().Should().Be("ab");
        client.Receive(Soon).Text.Should().Be("next");
    }

    [TestCase(3)]
    [TestCase(100_000)]
    public void Other_messages_wait_for_one_that_was_complete_when_it_was_opened_too(int length)
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);
        client.Send(new byte[length]);
        client.Send("next");
        client.Send("last");
        Wait.Until(() => client.CheckHealth().QueuedMessages == 3, "all are there");

        using (WebSocketMessageStream stream = client.OpenReceiveStream(Soon))
        {
            client.Invoking(c => c.Receive(Soon)).Should().Throw<InvalidOperationException>();
            client.Invoking(c => c.OpenReceiveStream(Soon)).Should().Throw<InvalidOperationException>();
            stream.CountBytes().Should().Be(length);
            client.Receive(Soon).Text.Should().Be("next");
        }

        client.Receive(Soon).Text.Should().Be("last");
    }

    [Test]
    public void Messages_are_opened_one_after_the_other_by_several_threads()
    {
        const int Each = 500;
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            for (int i = 0; i < 3 * Each; i++)
            {
                connection.SendFrame(Op.Binary, new byte[i % 5], fin: false);
                connection.SendFrame(Op.Continuation, new byte[(i % 3) * 2000]);
            }
            connection.ReadUntilClose();
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.ReceiveQueueBytes = 5000);
        long bytes = 0;

        BackgroundRun[] runs = [Run.InBackground(Streamed), Run.InBackground(Streamed), Run.InBackground(Whole)];
        foreach (BackgroundRun run in runs)
            run.Join();

        bytes.Should().Be(Enumerable.Range(0, 3 * Each).Sum(i => (i % 5) + ((i % 3) * 2000)));

        void Streamed() => Times(() =>
        {
            using WebSocketMessageStream stream = client.OpenReceiveStream(Soon);
            return stream.CountBytes();
        });
        void Whole() => Times(() => client.Receive(Soon).Data.Length);
        void Times(Func<long> receive)
        {
            for (int i = 0; i < Each;)
            {
                try
                {
                    Interlocked.Add(ref bytes, receive());
                    i++;
                }
                catch (InvalidOperationException)
                {
                    // Another one has its message open.
                    Thread.Yield();
                }
            }
        }
    }

    [Test]
    public void Message_whose_rest_comes_after_the_end_never_looks_whole([Values] bool dispose)
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendFrame(Op.Binary, [1, 2], fin: false);
            connection.ReadFrame()!.Opcode.Should().Be(Op.Close);
            connection.SendFrame(Op.Continuation, [3, 4], fin: false);
            connection.SendPing([]);
            connection.SendFrame(Op.Continuation, [5, 6]);
            connection.SendClose(1000);
        });
        WebSocketClient client = TestClient.Connect(server);
        using WebSocketMessageStream stream = client.OpenReceiveStream(Soon);

        if (dispose)
            client.Dispose();
        else
            client.Close();

        TestClient.EndOf(() => stream.CountBytes()).Cause.Should().Be(WebSocketCloseCause.LocalClose);
        TestClient.EndOf(() => stream.CountBytes()).Cause.Should().Be(WebSocketCloseCause.LocalClose);
        stream.Position.Should().Be(dispose ? 0 : 2);
        client.Dispose();
    }

    [Test]
    public void Complete_message_can_be_read_to_its_end_after_the_connection_ended()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);
        client.Send(new byte[100_000]);
        client.Send("next");
        Wait.Until(() => client.CheckHealth().QueuedMessages == 2, "both are there");
        using WebSocketMessageStream stream = client.OpenReceiveStream(Soon);

        client.Close();

        client.Invoking(c => c.Receive(Soon)).Should().Throw<InvalidOperationException>();
        stream.CountBytes().Should().Be(100_000);
        client.Receive(Soon).Text.Should().Be("next");
        TestClient.EndOf(() => client.Receive(Soon)).Cause.Should().Be(WebSocketCloseCause.LocalClose);
    }

    [Test]
    public void Stream_that_is_disposed_under_a_reading_thread_tells_it_so()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendFrame(Op.Text, [0x61], fin: false);
            connection.ReadUntilClose();
        });
        using WebSocketClient client = TestClient.Connect(server);
        WebSocketMessageStream stream = client.OpenReceiveStream(Soon);
        stream.Skip(1);
        BackgroundRun reads = Run.InBackground(() => stream.Invoking(s => s.ReadByte()).Should().Throw<ObjectDisposedException>());
        Wait.Until(() => reads.IsWaiting, "it waits for the rest");

        stream.Dispose();

        reads.Join();
    }

    [Test]
    public void Text_is_checked_on_the_way_across_frames()
    {
        using var opened = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendFrame(Op.Text, [0x61, 0xC3], fin: false);
            connection.WaitForTest(opened);
            connection.SendFrame(Op.Continuation, [0xA4], fin: false);
            connection.SendFrame(Op.Continuation, [0xC3, 0x28]);
            connection.ReadUntilClose().CloseCode.Should().Be(1007);
        });
        using WebSocketClient client = TestClient.Connect(server);
        using WebSocketMessageStream stream = client.OpenReceiveStream(Soon);

        opened.Set();
        TestClient.EndOf(() => stream.CountBytes()).Cause.Should().Be(WebSocketCloseCause.InvalidPayload);

        stream.Position.Should().BeLessThanOrEqualTo(4);
        server.Join();
    }

    [Test]
    public void Message_that_is_cut_never_looks_whole()
    {
        using var cut = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendFrame(Op.Binary, new byte[100_000], fin: false);
            connection.WaitForTest(cut);
            connection.ShutdownSend();
        });
        using WebSocketClient client = TestClient.Connect(server);
        using WebSocketMessageStream stream = client.OpenReceiveStream(Soon);

        cut.Set();
        TestClient.EndOf(() => stream.CountBytes()).Cause.Should().Be(WebSocketCloseCause.NetworkError);
        stream.Position.Should().Be(100_000, "what came before can be read");
    }

    [Test]
    public void Nothing_comes_in_time()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        client.Invoking(c => c.OpenReceiveStream(TimeSpan.FromMilliseconds(20))).Should().Throw<TimeoutException>();
        client.Invoking(c => c.OpenReceiveStream(Soon, cancelled.Token)).Should().Throw<OperationCanceledException>();
        client.Close();
        client.Invoking(c => c.OpenReceiveStream(Soon)).Should().Throw<WebSocketClosedException>();
    }
}
