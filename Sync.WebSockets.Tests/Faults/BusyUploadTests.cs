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

/// <summary>What goes on while we send.</summary>
[TestFixture]
[Parallelizable(Waiting.Scope)]
[CancelAfter(60_000)]
public sealed class BusyUploadTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(40);
    private static readonly bool[] WsAndWss = [false, true];

    [Test]
    [Category("R1")]
    public void Hung_server_whose_kernel_still_acknowledges_is_found_in_time() =>
        Run.Together(WsAndWss.Select<bool, Action>(tls => () => FindsHungServer(tls)));

    [Test]
    public void Pings_of_the_server_are_answered_within_a_second_during_a_long_upload()
    {
        byte[] upload = new byte[50_000_000];
        Run.Together(WsAndWss.Select<bool, Action>(tls => () => AnswersPingsWhileSending(tls, upload)), Longest);
    }

    // 100 bytes per second fit into the server's buffers for hours.
    private static void FindsHungServer(bool tls)
    {
        var hung = new Stopwatch();
        using var hangs = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.SendPong(FirstPing(connection).Payload);
            hung.Start();
            hangs.Set();
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.PingInterval = options.PingTimeout = Second);
        byte[] little = new byte[10];

        WebSocketClosedException end = TestClient.EndOf(() =>
        {
            for (; ; client.WaitForClose(TimeSpan.FromMilliseconds(100)))
                client.Send(little);
        });

        hangs.IsSet.Should().BeTrue("before, the server was alive");
        hung.Elapsed.Should().BeBelow(Second + Second + TimeSpan.FromMilliseconds(250)).And.BeGreaterThan(Second, "a peer has PingTimeout to answer");
        end.Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
    }

    private static void AnswersPingsWhileSending(bool tls, byte[] upload)
    {
        const double bytesPerSecond = 5e6;
        var sent = new List<TimeSpan>();
        int answered = 0;
        ScriptedServerOptions small = new()
        {
            Certificate = tls ? TestCertificates.Localhost : null,
            ReceiveBufferSize = 64 * 1024,
            SendBufferSize = 64 * 1024,
        };
        using var server = new ScriptedServer(
            connection =>
            {
                connection.Upgrade();
                connection.SendText("go");
                var watch = Stopwatch.StartNew();
                for (long read = 0; read < upload.Length;)
                {
                    if (sent.Count < watch.ElapsedMilliseconds / 200)
                    {
                        sent.Add(watch.Elapsed);
                        connection.SendPing([(byte)(sent.Count - 1)]);
                    }

                    ServerFrame frame = connection.ReadFrame()!;
                    if (frame.Opcode == Op.Pong)
                    {
                        (watch.Elapsed - sent[frame.Payload[0]]).Should().BeBelow(Second);
                        answered++;
                        continue;
                    }

                    read += frame.Payload.Length;
                    TimeSpan ahead = TimeSpan.FromSeconds(read / bytesPerSecond) - watch.Elapsed;
                    if (ahead > TimeSpan.FromMilliseconds(5))
                        connection.Pause(ahead);
                }

                connection.EchoUntilClosed();
            },
            small);
        using WebSocketClient client = TestClient.Connect(server, options => options.SendBufferSize = options.ReceiveBufferSize = 64 * 1024);
        client.Receive(Longest).Text.Should().Be("go");

        TimeSpan elapsed = Elapsed.Of(() => client.Send(upload));

        elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(9));
        client.State.Should().Be(WebSocketState.Open);
        client.Close();
        server.Join();
        answered.Should().BeGreaterThan(sent.Count / 2, "a newer ping excuses from the answer to an older one, but not often");
    }

    private static ServerFrame FirstPing(ServerConnection connection)
    {
        ServerFrame frame = connection.ReadFrame()!;
        while (frame.Opcode != Op.Ping)
            frame = connection.ReadFrame()!;
        return frame;
    }
}
