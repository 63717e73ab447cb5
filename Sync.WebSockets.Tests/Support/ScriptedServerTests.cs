using System;
using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Support;

[TestFixture]
internal sealed class ScriptedServerTests
{
    private static readonly Action<ServerConnection> Echo = connection =>
    {
        connection.Upgrade();
        connection.EchoUntilClosed();
    };

    [Test]
    public void Upgrade_proves_the_key_as_in_the_example_of_the_RFC()
    {
        using var server = new ScriptedServer(connection => connection.Upgrade("Sec-WebSocket-Protocol: chat"));
        using var client = new PlainClient(server.Uri);

        string head = client.Upgrade();

        head.Should().StartWith("HTTP/1.1 101 ").And.Contain("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
            .And.Contain("\r\nSec-WebSocket-Protocol: chat\r\n").And.EndWith("\r\n\r\n");
    }

    [Test]
    public void Script_sees_the_request()
    {
        ServerRequest? request = null;
        using var server = new ScriptedServer(connection => request = connection.Upgrade());
        using (var client = new PlainClient(new Uri(server.Uri, "/feed?a=b")))
            client.Upgrade("Cookie: a=1", "cookie: b=2");

        server.Join();

        request!.RequestLine.Should().Be("GET /feed?a=b HTTP/1.1");
        request.Target.Should().Be("/feed?a=b");
        request["COOKIE"].Should().Be("a=1, b=2");
        request["Origin"].Should().BeNull();
        server.Connections.Should().Be(1);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Echo_returns_fragments_and_answers_ping_and_close(bool tls)
    {
        using ScriptedServer server = tls ? ScriptedServer.Tls(Echo) : new ScriptedServer(Echo);
        using var client = new PlainClient(server.Uri);
        client.Upgrade();

        client.SendFrame(Op.Text, "Hel"u8.ToArray(), fin: false);
        client.SendFrame(Op.Ping, [1, 2, 3]);
        client.SendFrame(Op.Continuation, "lo"u8.ToArray());
        client.SendFrame(Op.Close, [0x03, 0xe8]);

        Describe(client.ReadFrame()).Should().Be("1 more 48-65-6C");
        Describe(client.ReadFrame()).Should().Be("10 fin 01-02-03");
        Describe(client.ReadFrame()).Should().Be("0 fin 6C-6F");
        Describe(client.ReadFrame()).Should().Be("8 fin 03-E8");
        client.ReadFrame().Should().BeNull("the server ends TCP after the closing handshake");
    }

    [TestCase(0)]
    [TestCase(125)]
    [TestCase(126)]
    [TestCase(65535)]
    [TestCase(65536)]
    [TestCase(1 << 20)]
    public void Every_form_of_length_comes_back(int length)
    {
        using var server = new ScriptedServer(Echo);
        using var client = new PlainClient(server.Uri);
        client.Upgrade();
        byte[] payload = Traffic.Bytes(length, seed: 7);

        client.SendFrame(Op.Binary, payload);

        Traffic.Checksum(client.ReadFrame()!.Payload).Should().Be(Traffic.Checksum(payload));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Fifty_megabytes_go_each_way_in_a_few_seconds(bool tls)
    {
        using ScriptedServer server = tls ? ScriptedServer.Tls(Echo) : new ScriptedServer(Echo);
        using var client = new PlainClient(server.Uri);
        client.Upgrade();
        byte[] payload = Traffic.Bytes(1 << 20, seed: 50);

        TimeSpan elapsed = Elapsed.Of(() =>
        {
            BackgroundRun sender = Run.InBackground(() =>
            {
                for (int i = 0; i < 50; i++)
                    client.SendFrame(Op.Binary, payload);
            });
            for (int i = 0; i < 50; i++)
                client.ReadFrame()!.Payload.Should().HaveCount(payload.Length);
            sender.Join();
        });

        elapsed.Should().BeLessThan(TimeSpan.FromSeconds(20), "on a busy machine; a quiet one takes a second or two");
    }

    [Test]
    public void Messages_are_put_together_across_control_frames()
    {
        string text = "";
        using var server = new ScriptedServer(connection =>
        {
            connection.Upgrade();
            text = connection.ReadMessage()!.Text;
            connection.ReadUntilClose().CloseReason.Should().Be("bye");
        });
        using var client = new PlainClient(server.Uri);
        client.Upgrade();

        client.SendFrame(Op.Text, "one "u8.ToArray(), fin: false);
        client.SendFrame(Op.Pong, []);
        client.SendFrame(Op.Continuation, "message"u8.ToArray());
        client.SendFrame(Op.Close, [0x03, 0xe9, .. "bye"u8]);

        client.ReadFrame()!.CloseCode.Should().Be(1001);
        client.Dispose();
        server.Join();
        text.Should().Be("one message");
    }

    [Test]
    public void What_a_script_throws_comes_out_of_Dispose()
    {
        var server = new ScriptedServer(_ => throw new InvalidOperationException("boom"));
        using var client = new PlainClient(server.Uri);
        client.ReadToEnd();

        server.Invoking(s => s.Dispose()).Should().Throw<AggregateException>().WithInnerException<InvalidOperationException>().WithMessage("boom");
    }

    [Test]
    public void Client_frame_without_mask_fails_the_script()
    {
        var server = new ScriptedServer(Echo);
        using var client = new PlainClient(server.Uri);
        client.Upgrade();

        client.SendFrame(Op.Text, [1], masked: false);

        server.Invoking(s => s.Join()).Should().Throw<AggregateException>().WithInnerException<InvalidDataException>().WithMessage("*5.1*");
        server.Invoking(s => s.Dispose()).Should().Throw<AggregateException>();
    }

    [Test]
    public void Dispose_ends_a_script_that_reads_and_one_that_waits_for_the_test()
    {
        using var never = new ManualResetEventSlim();
        int scripts = 0;
        var server = new ScriptedServer(connection =>
        {
            connection.Upgrade();
            if (Interlocked.Increment(ref scripts) == 1)
                connection.ReadFrame();
            else
                connection.WaitForTest(never);
        });
        using var first = new PlainClient(server.Uri);
        first.Upgrade();
        using var second = new PlainClient(server.Uri);
        second.Upgrade();

        Elapsed.Of(server.Dispose).Should().BeBelow(TimeSpan.FromSeconds(5));
    }

    [Test]
    public void Script_goes_on_when_the_test_says_so()
    {
        using var signal = new ManualResetEventSlim();
        using var server = new ScriptedServer(connection =>
        {
            connection.WaitForTest(signal);
            connection.SendAscii("now");
        });
        using var client = new PlainClient(server.Uri);
        client.Socket.Available.Should().Be(0);

        signal.Set();

        Encoding.ASCII.GetString(client.ReadToEnd()).Should().Be("now");
    }

    [Test]
    public void All_that_a_script_sent_arrives_although_it_read_nothing()
    {
        byte[] sent = Traffic.Bytes(300_000, seed: 1);
        using var server = new ScriptedServer(connection => connection.SendRaw(sent));
        using var client = new PlainClient(server.Uri);

        client.SendRaw(new byte[1000]);

        Traffic.Checksum(client.ReadToEnd()).Should().Be(Traffic.Checksum(sent));
    }

    [Test]
    public void Reset_is_a_reset_and_ShutdownSend_leaves_the_other_way_open()
    {
        using var signal = new ManualResetEventSlim();
        using var server = new ScriptedServer(connection =>
        {
            connection.ShutdownSend();
            connection.ReadRequest();
            connection.Reset();
            signal.Set();
        });
        using var client = new PlainClient(server.Uri);

        client.ReadToEnd().Should().BeEmpty();
        client.SendRaw("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        signal.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();

        Action send = () => client.SendRaw([0]);
        send.Should().Throw<IOException>("the connection is gone, not half closed")
            .Which.GetBaseException().Should().BeOfType<SocketException>();
    }

    [Test]
    public void Client_that_just_goes_ends_an_echo_and_a_wait_without_error()
    {
        int scripts = 0;
        using var server = new ScriptedServer(connection =>
        {
            connection.Upgrade();
            if (Interlocked.Increment(ref scripts) == 1)
                connection.EchoUntilClosed();
            else
                connection.WaitForDisconnect();
        });
        for (int i = 0; i < 2; i++)
        {
            using var client = new PlainClient(server.Uri);
            client.Upgrade();
            client.Socket.LingerState = new LingerOption(true, 0);
        }

        server.Invoking(s => s.Join()).Should().NotThrow();
    }

    [Test]
    public void Server_that_does_not_accept_lets_clients_connect_and_says_nothing()
    {
        using var server = new ScriptedServer(_ => { }, new ScriptedServerOptions { Accepts = false, Backlog = 5 });
        using var client = new PlainClient(server.Uri);

        client.Socket.Poll(50_000, SelectMode.SelectRead).Should().BeFalse();
        server.Connections.Should().Be(0);
    }

    [Test]
    public void Small_buffers_hold_a_writing_client_back()
    {
        using var signal = new ManualResetEventSlim();
        using var server = new ScriptedServer(
            connection => connection.WaitForTest(signal), new ScriptedServerOptions { ReceiveBufferSize = 4096, SendBufferSize = 4096 });
        using var client = new PlainClient(server.Uri);
        client.Socket.SendBufferSize = 4096;
        client.Socket.SendTimeout = 200;

        Action send = () => client.SendRaw(new byte[200_000]);

        send.Should().Throw<IOException>();
        signal.Set();
    }

    [Test]
    public void Refused_certificate_is_no_script_error()
    {
        using var server = ScriptedServer.Tls(Echo, TestCertificates.Expired);

        Action connect = () => new PlainClient(server.Uri).Dispose();

        connect.Should().Throw<Exception>().Where(e => e is AuthenticationException || e.GetBaseException() is AuthenticationException);
        Wait.Until(() => server.TlsError is not null, "the server has seen the refusal");
    }

    [Test]
    public void Client_certificate_reaches_the_script()
    {
        string? subject = null;
        var options = new ScriptedServerOptions { Certificate = TestCertificates.Localhost, WantsClientCertificate = true };
        using var server = new ScriptedServer(
            connection =>
            {
                connection.Upgrade();
                subject = ((SslStream)connection.Stream).RemoteCertificate?.Subject;
            },
            options);
        using (var client = new PlainClient(server.Uri, TestCertificates.Client))
            client.Upgrade();

        server.Join();

        subject.Should().Contain(TestCertificates.Client.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
    }

    private static string Describe(ServerFrame? frame) =>
        frame is null ? "end" : $"{frame.Opcode} {(frame.Fin ? "fin" : "more")} {BitConverter.ToString(frame.Payload)}";
}
