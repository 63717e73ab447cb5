using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
public sealed class SlowUploadTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);

#if NET && !NETSTANDARD_LIBRARY
    // 15 s long; the server's own queue alone holds seconds of it, so no pong comes for longer than one might wait for one.
    [Test]
    [Platform("Linux")]
    public void Slow_upload_is_no_death()
    {
        const int frames = 300;
        const int frameSize = 10_000;
        int read = 0;
        int pings = 0;
        using ScriptedServer server = TestServer.Start(tls: false, receiveBufferSize: 256 * 1024, script: connection =>
        {
            connection.Upgrade();
            for (var watch = Stopwatch.StartNew(); read < frames;)
            {
                ServerFrame frame = connection.ReadFrame()!;
                if (frame.Opcode == Op.Ping)
                {
                    pings++;
                    connection.SendPong(frame.Payload);
                    continue;
                }
                read++;
                // 200 kB/s, by deadline.
                TimeSpan ahead = TimeSpan.FromMilliseconds(read * 50) - watch.Elapsed;
                if (ahead > TimeSpan.Zero)
                    connection.Pause(ahead);
            }
            connection.SendText("thanks");
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.PingInterval = Second;
            options.PingTimeout = Second + Second + Second;
            options.MaxSendFrameSize = frameSize;
        });

        TimeSpan elapsed = Elapsed.Of(() =>
        {
            client.Send(Traffic.Bytes(frames * frameSize, seed: 1));
            client.Receive(TimeSpan.FromSeconds(20)).Text.Should().Be("thanks");
        });

        elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(14));
        client.State.Should().Be(WebSocketState.Open);
        pings.Should().BePositive();
    }
#endif

    [TestCase(false)]
    [TestCase(true)]
    public void Hung_server_whose_kernel_still_acknowledges_is_found_in_time(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        var watch = Stopwatch.StartNew();
        using WebSocketClient client = TestClient.Connect(server, options => options.PingInterval = options.PingTimeout = Second);

        WebSocketClosedException end = TestClient.EndOf(() =>
        {
            for (byte[] little = new byte[10]; ; client.WaitForClose(TimeSpan.FromMilliseconds(100)))
                client.Send(little);
        });

        // Connecting, too, is in this time, and a last wait of the loop.
        watch.Elapsed.Should().BeGreaterThan(Second + Second - Slack).And.BeBelow(Second + Second + Slack + Slack);
        client.CheckHealth().Age.Should().BeBelow(Second + Second + Slack);
        end.Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Pings_of_the_server_are_answered_within_a_second_during_a_long_upload(bool tls)
    {
        const int upload = 20_000_000;
        var sent = new Dictionary<int, TimeSpan>();
        var took = new List<TimeSpan>();
        ScriptedServerOptions small = new() { Certificate = tls ? TestCertificates.Localhost : null, ReceiveBufferSize = 64 * 1024 };
        using var server = new ScriptedServer(
            connection =>
            {
                connection.Upgrade();
                connection.SendText("go");
                var watch = Stopwatch.StartNew();
                for (int read = 0; read < upload;)
                {
                    if (sent.Count < watch.ElapsedMilliseconds / 200)
                    {
                        sent.Add(sent.Count, watch.Elapsed);
                        connection.SendPing([(byte)(sent.Count - 1)]);
                    }
                    ServerFrame frame = connection.ReadFrame()!;
                    if (frame.Opcode == Op.Pong)
                        took.Add(watch.Elapsed - sent[frame.Payload[0]]);
                    else
                        read += frame.Payload.Length;
                    // 5 MB/s, by deadline.
                    TimeSpan ahead = TimeSpan.FromSeconds(read / 5e6) - watch.Elapsed;
                    if (ahead > TimeSpan.FromMilliseconds(5))
                        connection.Pause(ahead);
                }
                connection.EchoUntilClosed();
            },
            small);
        using WebSocketClient client = TestClient.Connect(server, options => options.SendBufferSize = 64 * 1024);
        client.Receive(TimeSpan.FromSeconds(10)).Text.Should().Be("go");

        TimeSpan elapsed = Elapsed.Of(() => client.Send(new byte[upload]));

        elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(3));
        client.State.Should().Be(WebSocketState.Open);
        client.Close();
        server.Join();
        took.Count.Should().BeGreaterThan(10);
        took.Should().OnlyContain(time => time < Second);
    }
}
