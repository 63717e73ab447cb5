using System;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

/// <summary>Over streams of the program's own everything holds that holds over sockets.</summary>
[TestFixture]
[NonParallelizable]
public sealed class StreamDialerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);

    // More than what the stream and the buffer before it take.
    private static readonly byte[] Large = new byte[1 << 20];

    [TestCase(false)]
    [TestCase(true)]
    public void Stream_of_a_socket_is_used_and_disposed_in_the_end(bool tls)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        NetworkStream? stream = null;

        using (WebSocketClient client = TestClient.Connect(server, o => o.StreamDialer = _ => stream = Dial(server.Port)))
        {
            ShouldEcho(client);
            (client.LocalEndPoint, client.RemoteEndPoint).Should().Be((null, null));
        }

        Wait.Until(() => !stream!.CanRead, "the client has disposed what it owns");
        server.Join();
        Resources.WaitForLibraryThreads();
    }

    [Test]
    public void TLS_of_the_programs_own_is_used()
    {
        using ScriptedServer server = TestServer.Echo(tls: true);
        Uri uri = new(FormattableString.Invariant($"ws://localhost:{server.Port}/"));

        using (WebSocketClient client = TestClient.Connect(uri, o => o.StreamDialer = _ => DialTls(server.Port)))
        {
            ShouldEcho(client);
            client.Close();
            client.CloseStatus.Should().Be(WebSocketCloseStatus.NormalClosure);
        }

        server.Join();
    }

    [Test]
    public void Stream_without_a_socket_is_used_and_disposed_in_the_end()
    {
        using MemoryServer server = new(connection =>
        {
            connection.Upgrade();
            connection.EchoUntilClosed();
        });

        using (WebSocketClient client = server.Connect())
        {
            ShouldEcho(client);
            client.Ping(Soon).Should().BePositive();
            client.Close();
            client.CloseStatus.Should().Be(WebSocketCloseStatus.NormalClosure);
        }

        Wait.Until(() => server.Client.IsDisposed, "the client has disposed what it owns");
        server.Join();
        Resources.WaitForLibraryThreads();
    }

    [Test]
    public void Refusal_over_a_stream_is_told_with_its_answer()
    {
        using MemoryServer server = new(connection =>
        {
            connection.ReadRequest();
            connection.SendAscii("HTTP/1.1 403 No\r\nContent-Length: 9\r\n\r\nsee other");
            connection.WaitForDisconnect();
        });

        WebSocketConnectException failure = TestClient.FailureOf(() => server.Connect().Dispose());

        failure.Response!.StatusCode.Should().Be(403);
        failure.Body.Should().HaveCount(9);
        server.Join();
    }

    [Test]
    [Category("R1")]
    public void Silent_peer_is_found_in_time_on_an_idle_stream()
    {
        using MemoryServer server = new(FallSilent);
        using WebSocketClient client = server.Connect(BeatEverySecond);

        ShouldDieInTime(() => client.Receive());
    }

    [Test]
    [Category("R2")]
    public void Silent_peer_is_found_in_time_while_a_Send_is_stuck_in_a_stream()
    {
        using MemoryServer server = new(FallSilent);
        using WebSocketClient client = server.Connect(BeatEverySecond);
        BackgroundRun sender = Run.InBackground(() => ShouldDieInTime(() => client.Send(Large)));

        ShouldDieInTime(() => client.Receive());

        sender.Join();
    }

    [Test]
    [Category("R18")]
    public void Ping_that_comes_while_the_stream_is_full_blocks_nobody_and_is_answered_once_there_is_room()
    {
        byte[] payload = [1, 2, 3, 0, 255];
        using ManualResetEventSlim readAgain = new();
        using MemoryServer server = new(connection =>
        {
            connection.Upgrade();
            connection.ReadFrame();
            connection.SendPing(payload);
            connection.SendText("behind the ping");
            connection.WaitForTest(readAgain);
            ServerFrame pong = connection.ReadFrame()!;
            while (!pong.IsControl)
                pong = connection.ReadFrame()!;
            pong.Opcode.Should().Be(Op.Pong);
            pong.Payload.Should().Equal(payload);
            connection.ReadUntilClose();
        });
        using WebSocketClient client = server.Connect();
        BackgroundRun sender = Run.InBackground(() => client.Send(new byte[4 << 20]));

        client.Receive(Soon).Text.Should().Be("behind the ping");

        sender.IsRunning.Should().BeTrue("its message does not fit into the buffers");
        readAgain.Set();
        sender.Join();
        client.Close();
        server.Join();
    }

    [Test]
    [Category("R5")]
    public void Close_obeys_CloseTimeout_when_the_other_side_never_answers()
    {
        using MemoryServer server = new(FallSilent);
        using WebSocketClient client = server.Connect(o => o.CloseTimeout = Second);

        Elapsed.Of(client.Close).Should().BeGreaterThan(Second - Slack).And.BeBelow(Second + Slack);

        client.State.Should().Be(WebSocketState.Closed);
        client.WaitForClose(Soon).Should().BeTrue();
    }

    [Test]
    [Category("R5")]
    public void Close_obeys_CloseTimeout_when_a_Send_is_stuck_and_frees_it()
    {
        using MemoryServer server = new(FallSilent);
        using WebSocketClient client = server.Connect(o => o.CloseTimeout = Second);
        BackgroundRun sender = StuckSend(client, WebSocketCloseCause.LocalClose);

        Elapsed.Of(client.Close).Should().BeBelow(Second + Slack);

        sender.Join(Second);
        Wait.Until(() => server.Client.IsDisposed, "nothing is left open");
    }

    [Test]
    [Category("R13")]
    public void Dispose_does_not_wait_for_a_Send_that_is_stuck()
    {
        using MemoryServer server = new(FallSilent);
        using WebSocketClient client = server.Connect(o => o.CloseTimeout = Soon);
        BackgroundRun sender = StuckSend(client, WebSocketCloseCause.LocalClose);

        Elapsed.Of(client.Dispose).Should().BeBelow(Second);

        sender.Join(Second);
        Wait.Until(() => server.Client.IsDisposed, "nothing is left open");
        Resources.WaitForLibraryThreads();
    }

    [Test]
    public void Abort_frees_whoever_reads_and_whoever_writes()
    {
        using MemoryServer server = new(FallSilent);
        using WebSocketClient client = server.Connect();
        BackgroundRun sender = StuckSend(client, WebSocketCloseCause.Aborted);
        BackgroundRun receiver = Run.InBackground(() => TestClient.EndOf(() => client.Receive()).Cause.Should().Be(WebSocketCloseCause.Aborted));

        Elapsed.Of(() =>
        {
            client.Abort();
            sender.Join();
            receiver.Join();
        }).Should().BeBelow(Second);

        client.WaitForClose(Soon).Should().BeTrue();
    }

    [Test]
    [Category("R3")]
    public void Send_that_is_stuck_is_ended_by_SendTimeout()
    {
        using MemoryServer server = new(FallSilent);
        using WebSocketClient client = server.Connect(o => o.SendTimeout = Second);

        WebSocketClosedException? end = null;
        TimeSpan elapsed = Elapsed.Of(() => end = TestClient.EndOf(() => client.Send(Large)));

        elapsed.Should().BeGreaterThan(Second - Slack).And.BeBelow(Second + Slack);
        end!.Cause.Should().Be(WebSocketCloseCause.SendTimeout);
        client.WaitForClose(Soon).Should().BeTrue();
    }

    [Test]
    [Category("R4")]
    public void End_of_the_stream_without_a_Close_frame_is_a_network_error()
    {
        using MemoryServer server = new(connection => connection.Upgrade());
        using WebSocketClient client = server.Connect();

        TestClient.EndOf(() => client.Receive(Soon)).Cause.Should().Be(WebSocketCloseCause.NetworkError);
    }

    [Test]
    [Category("R6")]
    public void Both_sides_send_20_MB_at_once_and_all_of_it_arrives()
    {
        const int messages = 20;
        byte[][] there = [.. Enumerable.Range(0, messages).Select(i => Traffic.Bytes(1 << 20, seed: (ulong)i))];
        byte[][] back = [.. Enumerable.Range(0, messages).Select(i => Traffic.Bytes(1 << 20, seed: (ulong)(1000 + i)))];
        ulong arrived = 0;
        using MemoryServer server = new(connection =>
        {
            connection.Upgrade();
            BackgroundRun sending = Run.InBackground(() => Array.ForEach(back, connection.SendBinary));
            arrived = Sum([.. Enumerable.Range(0, messages).Select(_ => connection.ReadMessage()!.Payload)]);
            sending.Join(TimeSpan.FromSeconds(30));
            connection.ReadUntilClose();
        });
        using WebSocketClient client = server.Connect();

        BackgroundRun sender = Run.InBackground(() => Array.ForEach(there, client.Send));
        ulong received = Sum([.. Enumerable.Range(0, messages).Select(_ => client.Receive(Soon).Data)]);

        received.Should().Be(Sum(back));
        sender.Join(TimeSpan.FromSeconds(30));
        client.Close();
        server.Join();
        arrived.Should().Be(Sum(there));
    }

    private static void FallSilent(ServerConnection connection)
    {
        connection.Upgrade();
        connection.FallSilent();
    }

    private static void BeatEverySecond(WebSocketClientOptions options) => options.PingInterval = options.PingTimeout = Second;

    // The peer has been silent since the connection was opened.
    private static void ShouldDieInTime(Action call)
    {
        WebSocketClosedException? end = null;
        Elapsed.Of(() => end = TestClient.EndOf(call)).Should().BeGreaterThan(Second).And.BeBelow(Second + Second + Slack);
        end!.Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
    }

    private static BackgroundRun StuckSend(WebSocketClient client, WebSocketCloseCause end)
    {
        BackgroundRun sender = Run.InBackground(() => TestClient.EndOf(() => client.Send(Large)).Cause.Should().Be(end));
        TestClient.WaitUntilSendIsStuck(client, afterBytes: 50_000);
        return sender;
    }

    private static NetworkStream Dial(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static SslStream DialTls(int port)
    {
        SslStream tls = new(Dial(port), leaveInnerStreamOpen: false, (_, server, _, _) => server!.GetRawCertData().SequenceEqual(TestCertificates.Localhost.RawData));
        tls.AuthenticateAsClient("localhost", [], TlsVersions.Accepted, checkCertificateRevocation: false);
        return tls;
    }

    private static ulong Sum(byte[][] messages) => messages.Aggregate(Traffic.Checksum([]), (sum, message) => Traffic.Checksum(message, sum));

    private static void ShouldEcho(WebSocketClient client)
    {
        foreach (int size in new[] { 0, 125, 126, 65_536, 300_000 })
        {
            byte[] payload = Traffic.Bytes(size, seed: 1);
            client.Send(payload);
            client.Receive(Soon).Data.AsSpan().SequenceEqual(payload).Should().BeTrue();
        }
    }
}
