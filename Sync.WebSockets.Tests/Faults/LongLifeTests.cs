using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

/// <summary>
/// Connections that look dead for long, and live. Then each of them really dies, and that is found in time. All at once, since they
/// mostly wait.
/// </summary>
[TestFixture]
[Parallelizable(Waiting.Scope)]
[CancelAfter(120_000)]
public sealed class LongLifeTests
{
    private const int Megabyte = 1_000_000;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongAfterDeath = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [Test]
    [Category("R9")]
    [Category("R10")]
    [Category("R11")]
    public void Connection_that_looks_dead_for_long_lives_and_its_death_is_found_in_time()
    {
        byte[] large = Traffic.Bytes(100 * Megabyte, seed: 1);
        byte[] records = Traffic.Bytes(40 * 1024, seed: 2);
        Run.Together(
        [
            () => NobodyReceives(tls: false),
            () => NobodyReceives(tls: true),
            () => MessageComesSlowly(tls: false, large, 5 * Megabyte),
            () => MessageComesSlowly(tls: true, large, 5 * Megabyte),

            // A record of 16 KiB takes four seconds here, in which nothing shows above TLS.
            () => MessageComesSlowly(tls: true, records, 4 * 1024),
            .. Uploads(),
        ],
        Longest);
    }

    // Where TCP tells what the server's side has acknowledged, it does not matter how much of our own data stands before a ping. Elsewhere a
    // ping counts as written once our socket has taken it, so what the socket holds must be gone in less than PingTimeout.
    private static IEnumerable<Action> Uploads()
    {
        if (Machine.IsLinux)
        {
            return
            [
                () => UploadGoesSlowly(tls: false, size: 20 * Megabyte, bytesPerSecond: Megabyte, sendBuffer: null),
                () => UploadGoesSlowly(tls: true, size: 20 * Megabyte, bytesPerSecond: Megabyte, sendBuffer: null),
                () => UploadGoesSlowly(tls: false, size: 3 * Megabyte, bytesPerSecond: Megabyte / 5, sendBuffer: null),

                // What stands before a ping on our own side takes longer than PingTimeout to get out.
                () => UploadGoesSlowly(tls: false, size: Megabyte / 2, bytesPerSecond: Megabyte / 32, sendBuffer: null, receiveBuffer: 16 * 1024),
            ];
        }
        return
        [
            () => UploadGoesSlowly(tls: false, size: 20 * Megabyte, bytesPerSecond: Megabyte, sendBuffer: 64 * 1024),
            () => UploadGoesSlowly(tls: true, size: 20 * Megabyte, bytesPerSecond: Megabyte, sendBuffer: 64 * 1024),
        ];
    }

    private static void NobodyReceives(bool tls)
    {
        const int messages = 500;
        int sent = 0;
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            for (; sent < messages; Volatile.Write(ref sent, sent + 1))
                connection.SendBinary(Message(sent));
            connection.EchoUntilClosed();
        });
        using var proxy = new FaultProxy(server.Uri, bufferSize: 64 * 1024);
        using WebSocketClient client = Connect(proxy);

        Wait.Out(LongAfterDeath);

        client.State.Should().Be(WebSocketState.Open);
        Volatile.Read(ref sent).Should().BeLessThan(messages, "the server has more to say than fits between them");
        for (int i = 0; i < messages; i++)
            client.Receive(Longest).Data.AsSpan().SequenceEqual(Message(i)).Should().BeTrue();
        client.Send("still here");
        client.Receive(Longest).Text.Should().Be("still here");
        ShouldFindDeath(proxy, client);
    }

    // In the middle of one long message no server can answer pings; its bytes show that it lives.
    private static void MessageComesSlowly(bool tls, byte[] message, int bytesPerSecond)
    {
        using var go = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.WaitForTest(go);
            connection.SendBinary(message);
            connection.EchoUntilClosed();
        });
        using var proxy = new FaultProxy(server.Uri, bufferSize: 64 * 1024);
        using WebSocketClient client = Connect(proxy, options => options.MaxMessageSize = message.Length);
        proxy.ToClient.Drip(bytesPerSecond);
        byte[] received = [];

        go.Set();
        TimeSpan elapsed = Elapsed.Of(() => received = client.Receive(Longest).Data);

        elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(0.9 * message.Length / bytesPerSecond), "a shorter message would prove less");
        received.AsSpan().SequenceEqual(message).Should().BeTrue();
        proxy.ToClient.Drip(null);
        client.Ping(LongAfterDeath).Should().BePositive();
        ShouldFindDeath(proxy, client);
    }

    // The server's own queue alone may hold a second of what we send, and a pong comes only when its program has got there.
    private static void UploadGoesSlowly(bool tls, int size, int bytesPerSecond, int? sendBuffer, int receiveBuffer = 256 * 1024)
    {
        TimeSpan pingTimeout = TimeSpan.FromSeconds(3);
        byte[] message = Traffic.Bytes(size, seed: 3);
        var silence = new Stopwatch();
        using ScriptedServer server = TestServer.Start(tls, receiveBufferSize: receiveBuffer, script: connection =>
        {
            connection.Upgrade();
            ReadSlowly(connection, message, bytesPerSecond).Should().BePositive("pings pass between the frames");
            silence.Start();
            connection.SendText("thanks");
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.PingInterval = Second;
            options.PingTimeout = pingTimeout;
            options.MaxSendFrameSize = bytesPerSecond / 20;
            options.SendBufferSize = sendBuffer;
        });

        client.Send(message);

        client.Receive(Longest).Text.Should().Be("thanks");
        TestClient.EndOf(() => client.Receive()).Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
        silence.Elapsed.Should().BeBelow(Second + pingTimeout + Slack);
    }

    /// <summary>Reads the message by deadline, a frame after the other, answers pings, and counts them.</summary>
    private static int ReadSlowly(ServerConnection connection, byte[] message, int bytesPerSecond)
    {
        int pings = 0;
        var watch = Stopwatch.StartNew();
        for (int read = 0; read < message.Length;)
        {
            ServerFrame frame = connection.ReadFrame()!;
            if (frame.Opcode == Op.Ping)
            {
                pings++;
                connection.SendPong(frame.Payload);
                continue;
            }

            message.AsSpan(read, frame.Payload.Length).SequenceEqual(frame.Payload).Should().BeTrue();
            read += frame.Payload.Length;
            TimeSpan ahead = TimeSpan.FromSeconds((double)read / bytesPerSecond) - watch.Elapsed;
            if (ahead > TimeSpan.Zero)
                connection.Pause(ahead);
        }

        return pings;
    }

    private static byte[] Message(int i) => Traffic.Bytes(64 * 1024, seed: (ulong)i);

    private static WebSocketClient Connect(FaultProxy proxy, Action<WebSocketClientOptions>? configure = null) => TestClient.Connect(proxy.Uri, options =>
    {
        options.PingInterval = Second;
        options.PingTimeout = Second;
        configure?.Invoke(options);
    });

    private static void ShouldFindDeath(FaultProxy proxy, WebSocketClient client)
    {
        client.State.Should().Be(WebSocketState.Open);
        WebSocketClosedException? end = null;

        TimeSpan elapsed = Elapsed.Of(() =>
        {
            proxy.Blackhole();
            end = TestClient.EndOf(() => client.Receive());
        });

        end!.Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
        elapsed.Should().BeBelow(Second + Second + Slack);
    }
}
