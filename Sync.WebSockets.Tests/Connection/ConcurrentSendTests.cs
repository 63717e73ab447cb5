using System;
using System.Linq;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
[Category("R7")]
public sealed class ConcurrentSendTests
{
    private const int Threads = 16;

#if NET
    private const int MessagesEach = 10_000;
#else
    // Mono takes ten times as long for a message.
    private const int MessagesEach = 500;
#endif

    [TestCase(false)]
    [TestCase(true)]
    public void Messages_of_many_threads_stay_whole_and_each_thread_s_stay_in_order(bool tls)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        using WebSocketClient client = TestClient.Connect(server, options => options.PingInterval = TimeSpan.FromMilliseconds(20));
        BackgroundRun[] senders = [.. Enumerable.Range(0, Threads).Select(thread => Run.InBackground(() =>
        {
            for (int i = 0; i < MessagesEach; i++)
                client.Send(Message(thread, i));
        }))];

        int[] next = new int[Threads];
        for (int i = 0; i < Threads * MessagesEach; i++)
        {
            byte[] message = client.Receive(TimeSpan.FromSeconds(30)).Data;
            int thread = message[0];
            if (!message.AsSpan().SequenceEqual(Message(thread, next[thread])))
                Assert.Fail($"Message {next[thread]} of thread {thread} did not come back as it was sent.");
            next[thread]++;
        }

        Array.ForEach(senders, sender => sender.Join());
        client.TryReceive(TimeSpan.Zero, out _).Should().BeFalse();
        WebSocketStatistics statistics = client.GetStatistics();
        statistics.MessagesSent.Should().Be(Threads * MessagesEach);
        statistics.MessagesReceived.Should().Be(Threads * MessagesEach);
        statistics.PayloadBytesSent.Should().Be(statistics.PayloadBytesReceived);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Fragments_of_long_messages_from_many_threads_never_mix(bool tls)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        using WebSocketClient client = TestClient.Connect(server, options => options.MaxSendFrameSize = 1024);
        byte[][] messages = [.. Enumerable.Range(0, 8).Select(i => Traffic.Bytes(100_000 + i, (ulong)i))];
        BackgroundRun[] senders = [.. messages.Select(message => Run.InBackground(() =>
        {
            for (int i = 0; i < 5; i++)
                client.Send(message);
        }))];

        for (int i = 0; i < 40; i++)
        {
            byte[] message = client.Receive(TimeSpan.FromSeconds(30)).Data;
            message.AsSpan().SequenceEqual(messages[message.Length - 100_000]).Should().BeTrue();
        }

        Array.ForEach(senders, sender => sender.Join());
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Long_and_short_messages_of_many_threads_between_pings_of_both_sides_stay_whole_and_in_order(bool tls)
    {
        const int each = 40;
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            for (int i = 0; i < Threads * each; i++)
            {
                ServerFrame message = connection.ReadMessage()!;
                connection.SendPing([(byte)i]);
                connection.SendBinary(message.Payload);
            }
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.MaxSendFrameSize = 1024;
            options.PingInterval = TimeSpan.FromMilliseconds(5);
            options.PingTimeout = TimeSpan.FromSeconds(10);
        });
        BackgroundRun[] senders = [.. Enumerable.Range(0, Threads).Select(thread => Run.InBackground(() =>
        {
            for (int i = 0; i < each; i++)
                client.Send(LongMessage(thread, i));
        }))];

        int[] next = new int[Threads];
        for (int i = 0; i < Threads * each; i++)
        {
            byte[] message = client.Receive(TimeSpan.FromSeconds(30)).Data;
            int thread = message[0];
            message.AsSpan().SequenceEqual(LongMessage(thread, next[thread]++)).Should().BeTrue("message {0} of thread {1} comes back whole", next[thread], thread);
        }

        Array.ForEach(senders, sender => sender.Join());
        Wait.Until(() => client.GetStatistics().PingsReceived == Threads * each, "all pings of the server have come");
        client.GetStatistics().PingsSent.Should().BePositive();
        client.State.Should().Be(WebSocketState.Open);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Both_peers_sending_50_MB_at_once_with_pings_both_ways_finish(bool tls)
    {
        const int messages = 50;
        byte[] message = Traffic.Bytes(1_000_000, seed: 1);
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            BackgroundRun writer = Run.InBackground(() =>
            {
                for (int i = 0; i < messages; i++)
                {
                    connection.SendPing([(byte)i]);
                    connection.SendBinary(message);
                }
            });
            for (int i = 0; i < messages;)
            {
                ServerFrame frame = connection.ReadFrame()!;
                if (frame.Opcode == Op.Ping)
                    connection.SendPong(frame.Payload);
                i += frame is { IsControl: false, Fin: true } ? 1 : 0;
            }
            writer.Join(TimeSpan.FromSeconds(60));
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.PingInterval = TimeSpan.FromMilliseconds(50);
            options.PingTimeout = TimeSpan.FromSeconds(10);
        });
        BackgroundRun sender = Run.InBackground(() =>
        {
            for (int i = 0; i < messages; i++)
                client.Send(message);
        });

        for (int i = 0; i < messages; i++)
            client.Receive(TimeSpan.FromSeconds(30)).Data.AsSpan().SequenceEqual(message).Should().BeTrue();

        sender.Join(TimeSpan.FromSeconds(60));
        Wait.Until(() => client.GetStatistics().PingsReceived == messages, "all pings of the server have come");
        client.Ping(TimeSpan.FromSeconds(10)).Should().BePositive();
        client.State.Should().Be(WebSocketState.Open);
    }

    // From one fragment to fifty.
    private static byte[] LongMessage(int thread, int i)
    {
        byte[] message = Traffic.Bytes(2 + (i % 4 == 0 ? 50_000 : i * 37), (ulong)((thread * 1000) + i));
        message[0] = (byte)thread;
        return message;
    }

    // Its thread, its number, and a length of its own, so that a mixed or cut one does not look like another.
    private static byte[] Message(int thread, int i)
    {
        byte[] message = new byte[5 + (((thread * 31) + (i * 7)) % 200)];
        message[0] = (byte)thread;
        BitConverter.GetBytes(i).CopyTo(message, 1);
        for (int at = 5; at < message.Length; at++)
            message[at] = (byte)(thread + i + at);
        return message;
    }
}
