using System;
using System.IO;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
[NonParallelizable]
public sealed class RefusedHandshakeTests
{
    // Well under the second that an unframed body gets.
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(500);

    [TestCase("Content-Length: 9\r\n\r\nsee other", 403)]
    [TestCase("Transfer-Encoding: chunked\r\n\r\n4\r\nsee \r\n5;x=y\r\nother\r\n0\r\n\r\n", 401)]
    public void Refusal_with_a_framed_body_is_reported_at_once_though_the_server_keeps_the_connection_open(string rest, int status)
    {
        using var server = new ScriptedServer(connection =>
        {
            connection.ReadRequest();
            connection.SendAscii($"HTTP/1.1 {status} No Way\r\nX-Why: because\r\n{rest}");
            connection.WaitForDisconnect();
        });

        WebSocketConnectException? failure = null;
        Elapsed.Of(() => failure = Refused(server)).Should().BeBelow(AtOnce);

        ShouldBeRefusal(failure!, status, "see other");
        server.Join();
    }

    [Test]
    public void Refusal_whose_body_ends_with_the_connection_is_reported_whole()
    {
        using var server = new ScriptedServer(connection =>
        {
            connection.ReadRequest();
            connection.SendAscii("HTTP/1.1 503 No Way\r\nX-Why: because\r\n\r\nsee ");
            connection.SendAscii("other");
        });

        ShouldBeRefusal(Refused(server), 503, "see other");
    }

    [TestCase("X-Why: because\r\n\r\nsee other")]
    [TestCase("X-Why: because\r\nContent-Length: 100\r\n\r\nsee other")]
    [TestCase("X-Why: because\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nsee other\r\n")]
    public void Refusal_whose_body_does_not_end_is_reported_with_what_has_come_after_a_second(string rest)
    {
        using var server = new ScriptedServer(connection =>
        {
            connection.ReadRequest();
            connection.SendAscii("HTTP/1.1 404 No Way\r\n" + rest);
            connection.WaitForDisconnect();
        });

        WebSocketConnectException? failure = null;
        Elapsed.Of(() => failure = Refused(server)).Should().BeBelow(TimeSpan.FromSeconds(1.2));

        ShouldBeRefusal(failure!, 404, "see other");
        server.Join();
    }

    [Test]
    public void Refusal_whose_body_does_not_end_is_a_refusal_also_when_ConnectTimeout_is_shorter()
    {
        using var server = new ScriptedServer(connection =>
        {
            connection.ReadRequest();
            connection.SendAscii("HTTP/1.1 404 No Way\r\nX-Why: because\r\n\r\nsee other");
            connection.WaitForDisconnect();
        });

        WebSocketConnectException? failure = null;
        Elapsed.Of(() => failure = Refused(server, o => o.ConnectTimeout = TimeSpan.FromMilliseconds(800)))
            .Should().BeBelow(TimeSpan.FromMilliseconds(1050));

        ShouldBeRefusal(failure!, 404, "see other");
    }

    [TestCase(200)]
    [TestCase(204)]
    [TestCase(301)]
    [TestCase(426)]
    [TestCase(429)]
    [TestCase(500)]
    [Category("H5")]
    public void Every_status_but_101_is_a_refusal(int status)
    {
        using var server = new ScriptedServer(connection =>
        {
            connection.ReadRequest();
            connection.SendAscii($"HTTP/1.1 {status} No Way\r\nX-Why: because\r\nContent-Length: 0\r\n\r\n");
        });

        ShouldBeRefusal(Refused(server), status, "");
    }

    [Test]
    [Category("H5")]
    public void Interim_answers_are_passed_over()
    {
        using var server = new ScriptedServer(connection =>
        {
            ServerRequest request = connection.ReadRequest();
            connection.SendAscii("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
            connection.SendAscii(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + ServerConnection.AcceptFor(request["Sec-WebSocket-Key"]!) + "\r\n\r\n");
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server);

        client.Response.StatusCode.Should().Be(101);
        client.Ping(TimeSpan.FromSeconds(10)).Should().BePositive();
    }

    [TestCase("Sec-WebSocket-Protocol: chat", "*subprotocol*")]
    [TestCase("Sec-WebSocket-Extensions: permessage-deflate", "*permessage-deflate*")]
    [Category("H11")]
    [Category("H12")]
    public void Answer_that_takes_what_was_not_offered_is_refused(string header, string message)
    {
        using var server = new ScriptedServer(connection => connection.Upgrade(header));

        WebSocketConnectException failure = Refused(server);

        failure.Stage.Should().Be(WebSocketConnectStage.Handshake);
        failure.Message.Should().Match(message);
        failure.Response!.StatusCode.Should().Be(101);
    }

    [Test]
    [Category("H10")]
    [Category("A13")]
    public void Wrong_accept_key_is_refused()
    {
        using var server = new ScriptedServer(connection =>
        {
            connection.ReadRequest();
            connection.SendAscii(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
        });

        WebSocketConnectException failure = Refused(server);

        failure.Stage.Should().Be(WebSocketConnectStage.Handshake);
        failure.Message.Should().Contain("Sec-WebSocket-Accept");
    }

    [Test]
    public void Refused_answer_closes_TCP_without_a_frame()
    {
        byte[]? rest = null;
        using var server = new ScriptedServer(connection =>
        {
            connection.Upgrade("Sec-WebSocket-Protocol: chat");
            rest = connection.ReadToEnd();
        });

        Refused(server);

        server.Join();
        rest.Should().BeEmpty();
    }

    [TestCase("SSH-2.0-OpenSSH_9.2\r\n", "*not HTTP*")]
    [TestCase("HTTP/1.1 101 Switching", "*closed the connection*")]
    [TestCase("", "*closed the connection*")]
    public void Garbage_and_an_early_end_are_refused(string answer, string message)
    {
        using var server = new ScriptedServer(connection =>
        {
            connection.ReadRequest();
            connection.SendAscii(answer);
        });

        WebSocketConnectException failure = Refused(server);

        failure.Stage.Should().Be(WebSocketConnectStage.Handshake);
        failure.Message.Should().Match(message);
        failure.Response.Should().BeNull();
        failure.Body.Should().BeEmpty();
    }

    [Test]
    public void Reset_during_the_handshake_is_reported_with_its_cause()
    {
        using var server = new ScriptedServer(connection =>
        {
            connection.ReadRequest();
            connection.Reset();
        });

        WebSocketConnectException failure = Refused(server);

        failure.Stage.Should().Be(WebSocketConnectStage.Handshake);
        failure.InnerException.Should().BeAssignableTo<IOException>();
    }

    [Test]
    public void Connection_refused_is_reported_with_the_stage_Tcp()
    {
        var uri = new Uri("ws://127.0.0.1:" + FreePort.Next() + "/");

        WebSocketConnectException failure = TestClient.FailureOf(() => WebSocketClient.Connect(uri));

        failure.Stage.Should().Be(WebSocketConnectStage.Tcp);
        failure.InnerException.Should().BeOfType<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
    }

    [Test]
    public void Unknown_host_is_reported_with_the_stage_Dns()
    {
        WebSocketConnectException failure = TestClient.FailureOf(() => WebSocketClient.Connect("ws://no-such-host.invalid/"));

        failure.Stage.Should().Be(WebSocketConnectStage.Dns);
        failure.Message.Should().Contain("no-such-host.invalid");
    }

    [Test]
    [Category("H12")]
    public void Required_subprotocol_that_the_server_does_not_pick_is_refused()
    {
        using var server = new ScriptedServer(connection => connection.Upgrade());

        WebSocketConnectException failure = Refused(server, options =>
        {
            options.SubProtocols.Add("chat");
            options.RequireSubProtocol = true;
        });

        failure.Stage.Should().Be(WebSocketConnectStage.Handshake);
        failure.Message.Should().Contain("RequireSubProtocol").And.NotContain("chat", "tokens are often put there");
    }

    [Test]
    public void Subprotocol_that_the_server_picks_is_told()
    {
        using var server = new ScriptedServer(connection => connection.Upgrade("Sec-WebSocket-Protocol: b"));
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.SubProtocols.Add("a");
            options.SubProtocols.Add("b");
            options.RequireSubProtocol = true;
        });

        client.SubProtocol.Should().Be("b");
    }

    private static WebSocketConnectException Refused(ScriptedServer server, Action<WebSocketClientOptions>? configure = null) =>
        TestClient.FailureOf(() => TestClient.Connect(server, configure).Dispose());

    private static void ShouldBeRefusal(WebSocketConnectException failure, int status, string body)
    {
        failure.Stage.Should().Be(WebSocketConnectStage.Handshake);
        failure.Response!.StatusCode.Should().Be(status);
        failure.Response.ReasonPhrase.Should().Be("No Way");
        failure.Response.Headers["X-Why"].Should().Be("because");
        Encoding.ASCII.GetString(failure.Body).Should().Be(body);
    }
}
