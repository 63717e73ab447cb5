using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
[NonParallelizable]
internal sealed class HttpProxyTests
{
    private const string Password = "open: s\u00E9same";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly NetworkCredential Alice = new("alice", Password);
    private static readonly NetworkCredential Mallory = new("mallory", "guessed");

    [Test]
    public void Text_comes_back_through_a_tunnel_to_a_name_that_only_the_proxy_can_resolve(
        [Values(TestProxyKind.Http, TestProxyKind.Https)] TestProxyKind kind, [Values] bool tls)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        using var proxy = new TestProxy(kind);
        using WebSocketClient client = ThroughProxy.Connect(server, proxy.AsWebProxy());

        client.Send("h\u00E4llo");

        client.Receive(Soon).Text.Should().Be("h\u00E4llo");
        proxy.Tunnels.Should().Be(1);
        proxy.Text.Should().StartWith($"CONNECT echo.example:{server.Port} HTTP/1.1\r\n");
        client.Uri.Should().Be(ThroughProxy.UriOf(server));
        client.RemoteEndPoint.Should().Be(new IPEndPoint(IPAddress.Loopback, proxy.Uri.Port));
    }

    [Test]
    public void Long_messages_pass_through_the_tunnel_in_both_directions_at_once([Values] bool tls)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        using var proxy = new TestProxy(TestProxyKind.Http);
        using WebSocketClient client = ThroughProxy.Connect(server, proxy.AsWebProxy());
        byte[] payload = Traffic.Bytes(300_000, seed: 3);

        BackgroundRun sender = Run.InBackground(() =>
        {
            for (int i = 0; i < 5; i++)
                client.Send(payload);
        });

        for (int i = 0; i < 5; i++)
            Traffic.Checksum(client.Receive(Soon).Data).Should().Be(Traffic.Checksum(payload));
        sender.Join();
    }

    // RFC 9110, 9.3.6: any 2xx, and what it says of a body counts for nothing. 15.2: interim answers may come before.
    [TestCase("HTTP/1.1 200 Connection established")]
    [TestCase("HTTP/1.1 200")]
    [TestCase("HTTP/1.0 200 OK")]
    [TestCase("HTTP/1.1 204 No Content")]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 5")]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked")]
    [TestCase("HTTP/1.1 200 OK\r\nConnection: close")]
    [TestCase("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")]
    public void Answer_of_2xx_opens_the_tunnel(string answer)
    {
        using var both = new ScriptedServer(connection =>
        {
            connection.ReadRequest();
            connection.SendAscii(answer + "\r\n\r\n");
            connection.Upgrade();
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = ThroughProxy.Connect(new Uri("ws://echo.example/"), AsProxy(both));

        client.Ping(Soon).Should().BePositive();
    }

    [Test]
    public void Proxy_of_HTTP_10_will_do()
    {
        using ScriptedServer server = TestServer.Echo();
        var options = new TestProxyOptions { IsHttp10 = true, Credentials = Alice, ClosesAfterChallenge = true };
        using var proxy = new TestProxy(TestProxyKind.Http, options);
        using WebSocketClient client = ThroughProxy.Connect(server, proxy.AsWebProxy(Alice));

        client.Ping(Soon).Should().BePositive();
    }

    [TestCase("ws://echo.example/", "echo.example:80")]
    [TestCase("wss://echo.example/", "echo.example:443")]
    [TestCase("ws://[::1]:81/", "[::1]:81")]
    [TestCase("ws://b\u00FCcher.example/", "xn--bcher-kva.example:80")]
    public void CONNECT_names_host_and_port(string uri, string authority)
    {
        ServerRequest? request = null;
        using var proxy = new ScriptedServer(connection =>
        {
            request = connection.ReadRequest();
            connection.Refuse("403");
        });

        ThroughProxy.FailureOf(new Uri(uri), AsProxy(proxy));

        request!.RequestLine.Should().Be("CONNECT " + authority + " HTTP/1.1");
        request["Host"].Should().Be(authority);
    }

    [Test]
    public void Proxy_connects_to_RemoteEndPoint_where_that_is_set()
    {
        using ScriptedServer server = TestServer.Echo();
        using var proxy = new TestProxy(TestProxyKind.Http);
        using WebSocketClient client = ThroughProxy.Connect(
            new Uri("ws://other.example/"), proxy.AsWebProxy(), o => o.RemoteEndPoint = new DnsEndPoint("echo.example", server.Port));

        client.Ping(Soon).Should().BePositive();
        proxy.Text.Should().StartWith($"CONNECT echo.example:{server.Port} HTTP/1.1\r\n").And.NotContain("other.example");
    }

    [Test]
    [Category("H1")]
    public void Line_break_in_the_name_to_connect_to_writes_no_header()
    {
        string heard = "";
        using var proxy = new ScriptedServer(connection => heard = Encoding.ASCII.GetString(connection.ReadToEnd()));

        Action connect = () => ThroughProxy.Connect(new Uri("ws://echo.example/"), AsProxy(proxy), o =>
        {
            o.RemoteEndPoint = new DnsEndPoint("a.example\r\nX-Smuggled: 1", 80);
            o.ConnectTimeout = TimeSpan.FromSeconds(1);
        }).Dispose();

        connect.Should().Throw<Exception>();
        proxy.Join();
        heard.Should().NotContain("X-Smuggled");
    }

    [Test]
    [Category("T3")]
    public void Proxy_that_asks_for_a_password_gets_it_in_one_second_attempt(
        [Values(TestProxyKind.Http, TestProxyKind.Https)] TestProxyKind kind, [Values] TestProxyChallenge challenge, [Values] bool closes)
    {
        using ScriptedServer server = TestServer.Echo();
        using TestProxy proxy = Guarded(challenge, closes: closes, kind: kind);
        using WebSocketClient client = ThroughProxy.Connect(server, proxy.AsWebProxy(Alice));

        client.Ping(Soon).Should().BePositive();

        proxy.Visits.Should().HaveCount(2);
        proxy.Visits[0].Credentials.Should().BeNull("nobody had asked for them");
        proxy.Visits[1].Credentials.Should().StartWith(challenge == TestProxyChallenge.Basic ? "Basic " : "Digest ");
        proxy.Tunnels.Should().Be(1);
    }

    [Test]
    [Category("T3")]
    public void Credentials_are_those_that_are_kept_for_the_proxys_address([Values] bool known)
    {
        using ScriptedServer server = TestServer.Echo();
        using TestProxy proxy = Guarded(TestProxyChallenge.Basic);
        var cache = new CredentialCache { { known ? proxy.Uri : new Uri("http://elsewhere.example/"), "Basic", Alice } };

        Action connect = () => ThroughProxy.Connect(server, proxy.AsWebProxy(cache)).Dispose();

        if (known)
            connect.Should().NotThrow();
        else
            connect.Should().Throw<WebSocketConnectException>().Which.Stage.Should().Be(WebSocketConnectStage.Proxy);
        proxy.Visits.Should().HaveCount(known ? 2 : 1);
    }

    [Test]
    [Category("T3")]
    public void User_name_and_password_in_the_environments_variable_are_used()
    {
        using ScriptedServer server = TestServer.Echo();
        using TestProxy proxy = Guarded(TestProxyChallenge.Basic);
        string address = $"http://alice:{Uri.EscapeDataString(Password)}@127.0.0.1:{proxy.Uri.Port}";
        using WebSocketClient client = ThroughProxy.Connect(server, proxy: null, variables: name => name == "http_proxy" ? address : null);

        client.Ping(Soon).Should().BePositive();
        proxy.Visits.Should().HaveCount(2);
    }

    [Test]
    [Category("T3")]
    public void Proxy_Authorization_header_is_sent_at_once_and_as_it_is()
    {
        using ScriptedServer server = TestServer.Echo();
        using TestProxy proxy = Guarded(TestProxyChallenge.Basic);
        string authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("alice:" + Password));
        using WebSocketClient client = ThroughProxy.Connect(server, proxy.AsWebProxy(), o => o.Headers.Add("Proxy-Authorization", authorization));

        client.Ping(Soon).Should().BePositive();
        proxy.Visits.Should().ContainSingle().Which.Credentials.Should().Be(authorization);
    }

    [Test]
    [Category("T3")]
    public void Proxy_Authorization_header_that_is_refused_is_not_followed_by_another_attempt()
    {
        using ScriptedServer server = TestServer.Echo();
        using TestProxy proxy = Guarded(TestProxyChallenge.Basic);

        WebSocketConnectException failure = ThroughProxy.FailureOf(
            server, proxy.AsWebProxy(Alice), o => o.Headers.Add("Proxy-Authorization", "Bearer outdated"));

        ShouldBe407(failure);
        proxy.Visits.Should().ContainSingle();
    }

    [Test]
    [Category("T3")]
    public void Without_credentials_nothing_is_tried_again([Values] TestProxyChallenge challenge, [Values("none", "empty")] string credentials)
    {
        using ScriptedServer server = TestServer.Echo();
        using TestProxy proxy = Guarded(challenge);

        // An empty name is what the system's own credentials have.
        WebSocketConnectException failure = ThroughProxy.FailureOf(
            server, proxy.AsWebProxy(credentials == "none" ? null : new NetworkCredential("", "")));

        ShouldBe407(failure);
        proxy.Visits.Should().ContainSingle();
        server.Connections.Should().Be(0);
    }

    [Test]
    [Category("T3")]
    public void Wrong_credentials_are_sent_once([Values] TestProxyChallenge challenge, [Values] bool closes)
    {
        using ScriptedServer server = TestServer.Echo();
        using TestProxy proxy = Guarded(challenge, closes: closes);

        WebSocketConnectException failure = ThroughProxy.FailureOf(server, proxy.AsWebProxy(Mallory));

        ShouldBe407(failure);
        failure.ToString().Should().NotContainAny(Mallory.UserName, Mallory.Password);
        proxy.Visits.Should().HaveCount(2);
        proxy.Tunnels.Should().Be(0);
    }

    [Test]
    [Category("T3")]
    public void Challenge_that_nobody_here_can_answer_is_told()
    {
        using var proxy = new ScriptedServer(connection =>
        {
            connection.ReadRequest();
            connection.Refuse("407", "Proxy-Authenticate: Negotiate", "Proxy-Authenticate: NTLM");
        });

        WebSocketConnectException failure = ThroughProxy.FailureOf(new Uri("ws://echo.example/"), AsProxy(proxy, Alice));

        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        failure.Response!.Headers.GetValues("Proxy-Authenticate").Should().Equal("Negotiate", "NTLM");
        proxy.Connections.Should().Be(1);
    }

    // RFC 7616, 3.3: the password was right, and only the nonce too old.
    [TestCase(1, 3, true)]
    [TestCase(2, 3, false)]
    [Category("T3")]
    public void Stale_nonce_gets_one_more_attempt(int staleAnswers, int visits, bool opens)
    {
        using ScriptedServer server = TestServer.Echo();
        using TestProxy proxy = Guarded(TestProxyChallenge.DigestSha256, staleAnswers: staleAnswers);

        Action connect = () => ThroughProxy.Connect(server, proxy.AsWebProxy(Alice)).Dispose();

        if (opens)
            connect.Should().NotThrow();
        else
            ShouldBe407(TestClient.FailureOf(connect));
        proxy.Visits.Should().HaveCount(visits);
    }

    [Test]
    public void Proxy_that_is_not_there_is_told_by_its_address()
    {
        string address = "127.0.0.1:" + FreePort.Next();

        WebSocketConnectException failure = ThroughProxy.FailureOf(new Uri("ws://echo.example/"), new TestWebProxy(new Uri("http://" + address)));

        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        failure.Message.Should().Contain(address);
        failure.InnerException.Should().BeOfType<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
    }

    [Test]
    public void Proxy_whose_name_nobody_knows_is_told_by_it()
    {
        WebSocketConnectException failure = ThroughProxy.FailureOf(new Uri("ws://echo.example/"), new TestWebProxy(new Uri("http://nobody.example:3128")));

        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        failure.Message.Should().Contain("nobody.example");
        failure.InnerException.Should().BeOfType<SocketException>();
    }

    [Test]
    public void Server_that_the_proxy_cannot_reach_is_told_with_its_answer()
    {
        using var proxy = new TestProxy(TestProxyKind.Http);

        WebSocketConnectException failure = ThroughProxy.FailureOf(new Uri($"ws://echo.example:{FreePort.Next()}/"), proxy.AsWebProxy());

        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        failure.Response!.StatusCode.Should().Be(502);
        failure.Message.Should().Contain("could not reach the server");
    }

    [TestCase("ws://echo.example/", WebSocketConnectStage.Handshake)]
    [TestCase("wss://echo.example/", WebSocketConnectStage.Tls)]
    public void What_goes_wrong_behind_the_open_tunnel_is_not_the_proxys_doing(string uri, WebSocketConnectStage stage)
    {
        using var proxy = new ScriptedServer(connection =>
        {
            connection.ReadRequest();
            connection.SendAscii("HTTP/1.1 200 OK\r\n\r\n");
            connection.ShutdownSend();
            connection.WaitForDisconnect();
        });

        ThroughProxy.FailureOf(new Uri(uri), AsProxy(proxy)).Stage.Should().Be(stage);
    }

    private static TestProxy Guarded(
        TestProxyChallenge challenge, bool closes = false, int staleAnswers = 0, TestProxyKind kind = TestProxyKind.Http) =>
        new(kind, new TestProxyOptions { Credentials = Alice, Challenge = challenge, ClosesAfterChallenge = closes, StaleAnswers = staleAnswers });

    private static TestWebProxy AsProxy(ScriptedServer server, ICredentials? credentials = null) =>
        new(new Uri($"http://127.0.0.1:{server.Port}")) { Credentials = credentials };

    private static void ShouldBe407(WebSocketConnectException failure)
    {
        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        failure.Response!.StatusCode.Should().Be(407);
        failure.Response.Headers["Proxy-Authenticate"].Should().NotBeNull();
        Encoding.ASCII.GetString(failure.Body).Should().Be("Who are you?");
        failure.Message.Should().Contain("407").And.Contain("authentication");
    }
}
