using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
public sealed class AnsweredPingTests
{
    private static readonly byte[] Payload = [1, 2, 3, 0, 255];

    [TestCase(false)]
    [TestCase(true)]
    public void Ping_is_answered_while_the_application_is_not_in_Receive(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.SendPing(Payload);
            ShouldBePong(connection.ReadFrame(), Payload);
        });
        using WebSocketClient client = TestClient.Connect(server);

        server.Join();
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Ping_is_answered_while_the_application_is_blocked_in_Receive(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.SendPing(Payload);
            ShouldBePong(connection.ReadFrame(), Payload);
            connection.SendText("after the pong");
        });
        using WebSocketClient client = TestClient.Connect(server);

        client.Receive(TimeSpan.FromSeconds(10)).Text.Should().Be("after the pong");
        server.Join();
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Ping_is_answered_while_the_application_is_sending(bool tls)
    {
        const int messages = 20;
        byte[] message = Traffic.Bytes(1 << 20, seed: 1);
        bool answeredInTheMiddle = false;
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.ReadFrame();
            connection.SendPing(Payload);
            for (int ends = 0; ends < messages;)
            {
                ServerFrame frame = connection.ReadFrame()!;
                if (frame.IsControl)
                    ShouldBePong(frame, Payload);
                answeredInTheMiddle |= frame.IsControl;
                ends += !frame.IsControl && frame.Fin ? 1 : 0;
            }
        });
        using WebSocketClient client = TestClient.Connect(server);

        for (int i = 0; i < messages; i++)
            client.Send(message);

        server.Join(TimeSpan.FromSeconds(30));
        answeredInTheMiddle.Should().BeTrue("the pong passes between the frames of a long upload");
    }

    [Test]
    [Category("R18")]
    public void Ping_that_finds_the_socket_full_blocks_nobody_and_is_answered_once_there_is_room()
    {
        using var full = new ManualResetEventSlim();
        using var readAgain = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls: false, receiveBufferSize: 16 * 1024, script: connection =>
        {
            connection.Upgrade();
            connection.WaitForTest(full);
            connection.SendPing(Payload);
            connection.SendText("behind the ping");
            connection.WaitForTest(readAgain);
            ShouldBePong(SkipData(connection), Payload);
        });
        ClientConnection connection = OpenWithSmallBuffer(server);
        Fill(connection);
        full.Set();

        connection.TryReceive(TimeSpan.FromSeconds(10), CancellationToken.None, out WebSocketMessage message).Should().BeTrue();

        message.Text.Should().Be("behind the ping", "the reader does not wait for room");
        connection.GetStatistics().PongsSent.Should().Be(0);
        readAgain.Set();
        server.Join();
        Wait.Until(() => connection.GetStatistics().PongsSent == 1, "the pong is counted");
        connection.Dispose();
    }

    [Test]
    [Category("R18")]
    public void Control_frames_that_found_the_socket_full_go_out_within_50_ms_once_there_is_room()
    {
        using var full = new ManualResetEventSlim();
        using var readAgain = new ManualResetEventSlim();
        int[] controls = [];
        using ScriptedServer server = TestServer.Start(tls: false, receiveBufferSize: 16 * 1024, script: connection =>
        {
            connection.Upgrade();
            connection.WaitForTest(full);
            connection.SendPing(Payload);
            connection.SendText("behind the ping");
            connection.WaitForTest(readAgain);
            controls = [.. Enumerable.Range(0, 3).Select(_ => SkipData(connection)!.Opcode)];
            connection.WaitForDisconnect();
        });
        ClientConnection connection = OpenWithSmallBuffer(server);
        Fill(connection);
        full.Set();
        connection.TryReceive(TimeSpan.FromSeconds(10), CancellationToken.None, out _).Should().BeTrue();
        BackgroundRun pong = Run.InBackground(() => connection.Pong([7]));
        BackgroundRun ping = Run.InBackground(() => TestClient.EndOf(() => connection.Ping(Timeout.InfiniteTimeSpan)));
        Wait.Until(() => pong.IsWaiting && ping.IsWaiting, "both callers have posted their frames and wait");

        readAgain.Set();
        SpinWait.SpinUntil(connection.Opened.Link.CanWriteNow, TimeSpan.FromSeconds(10)).Should().BeTrue();
        TimeSpan elapsed = Elapsed.Of(() => pong.Join());

        elapsed.Should().BeBelow(TimeSpan.FromMilliseconds(50));
        Wait.Until(() => Volatile.Read(ref controls).Length == 3, "all three have come");
        controls.Should().BeEquivalentTo([Op.Pong, Op.Pong, Op.Ping]);
        connection.Abort("The test is over.");
        server.Join();
        ping.Join();
        connection.Dispose();
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Ping_that_comes_while_a_Send_is_stuck_blocks_nobody_and_is_answered_once_there_is_room(bool tls)
    {
        using var readAgain = new ManualResetEventSlim();
        byte[] large = Traffic.Bytes(16 << 20, seed: 2);
        using ScriptedServer server = TestServer.Start(tls, receiveBufferSize: 16 * 1024, script: connection =>
        {
            connection.Upgrade();
            connection.ReadFrame();
            connection.SendPing(Payload);
            connection.SendText("behind the ping");
            connection.WaitForTest(readAgain);
            ShouldBePong(SkipData(connection), Payload);
            while (!connection.ReadFrame()!.Fin)
            {
            }
        });
        using WebSocketClient client = TestClient.Connect(server, o => o.SendBufferSize = 16 * 1024);
        BackgroundRun sender = Run.InBackground(() => client.Send(large));

        client.Receive(TimeSpan.FromSeconds(10)).Text.Should().Be("behind the ping");

        sender.IsRunning.Should().BeTrue("its message does not fit into the buffers");
        readAgain.Set();
        sender.Join(TimeSpan.FromSeconds(30));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Ten_pings_in_a_row_get_all_ten_pongs(bool tls)
    {
        byte[][] payloads = [.. Enumerable.Range(0, 10).Select(i => Traffic.Bytes(i * 12, seed: 3))];
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.SendRaw([.. payloads.SelectMany(payload => (byte[])[0x89, (byte)payload.Length, .. payload])]);
            foreach (byte[] payload in payloads)
                ShouldBePong(connection.ReadFrame(), payload);
        });
        using WebSocketClient client = TestClient.Connect(server);

        server.Join();
        client.GetStatistics().PingsReceived.Should().Be(10);
        Wait.Until(() => client.GetStatistics().PongsSent == 10, "all are counted");
    }

    private static ClientConnection OpenWithSmallBuffer(ScriptedServer server)
    {
        WebSocketClientOptions options = TestClient.Options(o => o.SendBufferSize = 16 * 1024).Freeze();
        return Opening.Open(Destination.Of(server.Uri, options), options, ClientEnvironment.Default, CancellationToken.None);
    }

    // Until it stays full: at first TCP still moves bytes over to the server's buffer.
    private static void Fill(ClientConnection connection)
    {
        for (var full = Stopwatch.StartNew(); full.Elapsed < TimeSpan.FromSeconds(1);)
        {
            if (!connection.Opened.Link.CanWriteNow())
                continue;
            connection.Send(new byte[1024], Opcode.Binary);
            full.Restart();
        }
    }

    private static ServerFrame? SkipData(ServerConnection connection)
    {
        ServerFrame? frame = connection.ReadFrame();
        while (frame is { IsControl: false })
            frame = connection.ReadFrame();
        return frame;
    }

    private static void ShouldBePong(ServerFrame? frame, byte[] payload)
    {
        frame.Should().NotBeNull();
        frame!.Opcode.Should().Be(Op.Pong);
        frame.Payload.Should().Equal(payload);
    }
}
