using System;
using System.IO;
using System.Linq;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
[NonParallelizable]
[Category("T5")]
public sealed class BrokenProxyTests
{
    private const string Established = "HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy.example\r\n\r\n";

    private static readonly Uri Target = new("ws://echo.example/");

    // Far under ConnectTimeout; a body that does not end is read for a second.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    [TestCase("SSH-2.0-OpenSSH_9.2\r\n", "*not HTTP*")]
    [TestCase("220 mail.example ESMTP\r\n", "*not HTTP*")]
    [TestCase("HTTP/2 200 OK\r\n\r\n", "*not HTTP*")]
    [TestCase("HTTP/1.1 2x0 OK\r\n\r\n", "*not HTTP*")]
    [TestCase("HTTP/1.1 200 OK\n\n", "*line feed alone*")]
    [TestCase("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "*white space*")]
    [TestCase("HTTP/1.1 200 OK\r\nX: y\r\n folded\r\n\r\n", "*folded*")]
    [TestCase("", "*proxy closed the connection*")]
    public void Garbage_is_told(string answer, string message)
    {
        using ScriptedServer proxy = Answering(connection => connection.SendAscii(answer));

        WebSocketConnectException failure = FailureOf(proxy);

        failure.Message.Should().Match(message);
        failure.Response.Should().BeNull();
    }

    [TestCase("SSH-2.0-OpenSSH_9.2\r\n", "*not HTTP*")]
    [TestCase(Established + "early", "*bytes of its own*")]
    public void Proxy_that_speaks_before_it_is_asked_is_told(string words, string message)
    {
        using var proxy = new ScriptedServer(connection =>
        {
            connection.SendAscii(words);
            connection.WaitForDisconnect();
        });

        FailureOf(proxy).Message.Should().Match(message);
    }

    [Test]
    public void Proxy_that_hangs_up_at_once_is_told()
    {
        using var proxy = new ScriptedServer(_ => { });

        FailureOf(proxy).Message.Should().Contain("proxy closed the connection");
    }

    [TestCase("ws://echo.example/", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n")]
    [TestCase("ws://echo.example/", "\r\n")]
    [TestCase("wss://echo.example/", "x")]
    public void Bytes_behind_the_answer_are_refused_before_a_byte_is_sent_through_the_tunnel(string uri, string early)
    {
        bool heard = true;
        using ScriptedServer proxy = Answering(connection =>
        {
            connection.SendAscii(Established + early);
            heard = HearsAnything(connection);
        });

        WebSocketConnectException failure = ThroughProxy.FailureOf(new Uri(uri), AsProxy(proxy));

        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        failure.Message.Should().Contain("bytes of its own");
        failure.Response!.StatusCode.Should().Be(200);
        proxy.Join();
        heard.Should().BeFalse();
    }

    [Test]
    public void Answer_that_is_cut_off_at_any_octet_is_told()
    {
        int length = 0;
        using ScriptedServer proxy = Answering(connection => connection.SendAscii(Established.Substring(0, length)));

        for (; length < Established.Length; length++)
        {
            FailureOf(proxy).Message.Should().Contain("proxy closed the connection before its answer was whole", "cut at {0}", length);
            proxy.Join();
        }
    }

    [Test]
    public void Answer_that_comes_octet_by_octet_opens_the_tunnel()
    {
        using var both = new ScriptedServer(connection =>
        {
            connection.ReadRequest();
            foreach (char letter in Established)
                connection.SendAscii(letter.ToString());
            connection.Upgrade();
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = ThroughProxy.Connect(Target, AsProxy(both));

        client.Ping(TimeSpan.FromSeconds(10)).Should().BePositive();
    }

    [TestCase(101, "", "*instead of 200*")]
    [TestCase(302, "see other", "*instead of 200*")]
    [TestCase(400, "see other", "*instead of 200*")]
    [TestCase(401, "see other", "*instead of 200*")]
    [TestCase(403, "see other", "*does not let this host or port through*")]
    [TestCase(405, "see other", "*does not let this host or port through*")]
    [TestCase(500, "see other", "*could not reach the server*")]
    [TestCase(502, "see other", "*could not reach the server*")]
    [TestCase(503, "see other", "*could not reach the server*")]
    [TestCase(504, "see other", "*could not reach the server*")]
    public void Refusal_is_told_with_the_whole_answer_and_nothing_is_tried_again(int status, string body, string message)
    {
        using ScriptedServer proxy = Answering(connection => connection.SendAscii(
            $"HTTP/1.1 {status} No Way\r\nX-Why: because\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 9\r\n\r\nsee other"));

        WebSocketConnectException failure = ThroughProxy.FailureOf(Target, AsProxy(proxy), o => o.MaxRedirects = 5);

        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        failure.Message.Should().Match(message).And.Contain("proxy answered " + status);
        failure.Response!.StatusCode.Should().Be(status);
        failure.Response.Headers["X-Why"].Should().Be("because");
        Encoding.ASCII.GetString(failure.Body).Should().Be(body);
        proxy.Connections.Should().Be(1);
    }

    [TestCase("HTTP/1.1 200 OK\r\nX: ", "y", 9000, "*8 KiB*")]
    [TestCase("HTTP/1.1 200 OK\r\n", "X: y\r\n", 200, "*128 headers*")]
    [TestCase("HTTP/1.1 200 ", "y", 9000, "*8 KiB*")]
    public void Oversized_answer_is_refused(string start, string piece, int times, string message)
    {
        using ScriptedServer proxy = Answering(connection => connection.SendAscii(start + Repeat(piece, times) + "\r\n\r\n"));

        FailureOf(proxy).Message.Should().Match(message);
    }

    [Test]
    public void Headers_of_more_than_64_KiB_are_refused()
    {
        using ScriptedServer proxy = Answering(connection =>
            connection.SendAscii("HTTP/1.1 200 OK\r\n" + Repeat("X: " + new string('y', 1000) + "\r\n", 100) + "\r\n"));

        FailureOf(proxy).Message.Should().Contain("64 KiB");
    }

    [TestCase("HTTP/1.1 200 OK\r\n", "X: y\r\n", "*128 headers*")]
    [TestCase("HTTP/1.1 200 OK\r\nX: ", "y", "*8 KiB*")]
    [TestCase("", "HTTP/1.1 103 Early Hints\r\n\r\n", "*interim*")]
    [TestCase("HTTP/1.1 403 No\r\n\r\n", "sorry ", "*403*")]
    [TestCase("HTTP/1.1 502 No\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\ny\r\n", "*502*")]
    [TestCase("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 999999999\r\n\r\n", "sorry ", "*407*")]
    public void Endless_answer_ends_the_attempt_long_before_its_deadline(string start, string piece, string message)
    {
        string pieces = Repeat(piece, 100);
        using ScriptedServer proxy = Answering(connection =>
        {
            connection.SendAscii(start);
            while (true)
                connection.SendAscii(pieces);
        });

        WebSocketConnectException? failure = null;
        Elapsed.Of(() => failure = FailureOf(proxy)).Should().BeBelow(Soon);

        failure!.Message.Should().Match(message);
        failure.Body.Length.Should().BeLessThanOrEqualTo(64 * 1024);
    }

    [Test]
    public void Refusal_whose_body_never_ends_is_told_with_what_has_come()
    {
        using ScriptedServer proxy = Answering(connection =>
        {
            connection.SendAscii("HTTP/1.1 403 No\r\n\r\nsee other");
            connection.WaitForDisconnect();
        });

        WebSocketConnectException? failure = null;
        Elapsed.Of(() => failure = FailureOf(proxy)).Should().BeBelow(Soon);

        Encoding.ASCII.GetString(failure!.Body).Should().Be("see other");
    }

    [Test]
    public void Reset_is_told_with_its_cause()
    {
        using ScriptedServer proxy = Answering(connection => connection.Reset());

        WebSocketConnectException failure = FailureOf(proxy);

        failure.InnerException.Should().BeAssignableTo<IOException>();
        failure.Message.Should().Contain("proxy");
    }

    // What the script sends may be more than the client cares to read.
    private static ScriptedServer Answering(Action<ServerConnection> answer) => new(connection =>
    {
        try
        {
            connection.ReadRequest().RequestLine.Should().StartWith("CONNECT echo.example:");
            answer(connection);
        }
        catch (Exception e) when (ServerStream.IsLoss(e))
        {
            // The client has had enough.
        }
    });

    private static WebSocketConnectException FailureOf(ScriptedServer proxy)
    {
        WebSocketConnectException failure = ThroughProxy.FailureOf(Target, AsProxy(proxy));
        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        (failure.InnerException is TimeoutException).Should().BeFalse();
        return failure;
    }

    private static TestWebProxy AsProxy(ScriptedServer server) => new(new Uri("http://127.0.0.1:" + server.Port));

    private static bool HearsAnything(ServerConnection connection)
    {
        try
        {
            return connection.Stream.Read(new byte[1], 0, 1) > 0;
        }
        catch (Exception e) when (ServerStream.IsLoss(e) && !ServerStream.IsTimeout(e))
        {
            return false;
        }
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
