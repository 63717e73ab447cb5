using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

/// <summary>What the program says to one of the two, the proxy and the server, the other one must not hear.</summary>
[TestFixture]
[NonParallelizable]
[Category("T4")]
internal sealed class ProxySecretsTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly NetworkCredential ForProxy = new("proxy-user", "proxy-pass");
    private static readonly NetworkCredential ForServer = new("server-user", "server-pass");
    private static readonly string[] ProxySecrets = FormsOf(ForProxy);

    private static readonly string[] ServerSecrets =
    [
        .. FormsOf(ForServer),
        "header-secret", "cookie-secret", "jar-secret", "origin-secret", "protocol-secret", "path-secret", "query-secret",
    ];

    [Test]
    public void What_is_the_servers_is_not_told_to_the_proxy([Values] TestProxyKind kind, [Values] bool tls)
    {
        ServerRequest? request = null;
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            request = connection.Upgrade();
            connection.EchoUntilClosed();
        });
        using var proxy = new TestProxy(kind, new TestProxyOptions { Credentials = ForProxy });
        var uri = new Uri(ThroughProxy.UriOf(server), "/path-secret?query-secret");
        using WebSocketClient client = ThroughProxy.Connect(uri, proxy.AsWebProxy(ForProxy), AddServerSecrets);

        client.Ping(Soon).Should().BePositive();

        request!.Text.Should().ContainAll(
            "header-secret", "cookie-secret", "jar-secret", "origin-secret", "protocol-secret", "path-secret", "query-secret", "Authorization: Basic ");
        proxy.Text.Should().NotContainAny(ServerSecrets);
    }

    [Test]
    public void CONNECT_holds_nothing_but_what_the_proxy_needs()
    {
        using ScriptedServer server = TestServer.Echo();
        using var proxy = new TestProxy(TestProxyKind.Http, new TestProxyOptions { Credentials = ForProxy });
        string connect = $"CONNECT echo.example:{server.Port} HTTP/1.1\r\nHost: echo.example:{server.Port}\r\nUser-Agent: Sync.WebSockets\r\n";

        ThroughProxy.Connect(server, proxy.AsWebProxy(ForProxy), AddServerSecrets).Dispose();

        proxy.Visits.Select(visit => visit.Text).Should().Equal(
            connect + "\r\n",
            connect + "Proxy-Authorization: Basic " + Base64("proxy-user:proxy-pass") + "\r\n\r\n");
    }

    [TestCase(TestProxyKind.Http, "property")]
    [TestCase(TestProxyKind.Http, "address")]
    [TestCase(TestProxyKind.Http, "variable")]
    [TestCase(TestProxyKind.Http, "header")]
    [TestCase(TestProxyKind.Https, "property")]
    [TestCase(TestProxyKind.Socks5, "property")]
    [TestCase(TestProxyKind.Socks5, "address")]
    [TestCase(TestProxyKind.Socks5, "variable")]
    public void What_is_the_proxys_is_not_told_to_the_server(TestProxyKind kind, string source)
    {
        ServerRequest? request = null;
        using var server = new ScriptedServer(connection =>
        {
            request = connection.Upgrade();
            connection.EchoUntilClosed();
        });
        using var proxy = new TestProxy(kind, new TestProxyOptions { Credentials = ForProxy });
        string address = $"{proxy.Uri.Scheme}://proxy-user:proxy-pass@{proxy.Uri.Host}:{proxy.Uri.Port}";
        IWebProxy? own = source switch
        {
            "property" => proxy.AsWebProxy(ForProxy),
            "address" => new TestWebProxy(new Uri(address)),
            "header" => proxy.AsWebProxy(),
            _ => null,
        };

        using WebSocketClient client = ThroughProxy.Connect(
            server, own, o => AddProxyHeader(o, source == "header"), name => name == "all_proxy" && source == "variable" ? address : null);

        client.Ping(Soon).Should().BePositive();
        proxy.Tunnels.Should().Be(1);
        request!.Text.Should().NotContainAny(ProxySecrets).And.NotContainEquivalentOf("Proxy-");
        client.Uri.ToString().Should().NotContainAny(ProxySecrets);
    }

    [Test]
    public void Proxy_Authorization_header_goes_nowhere_without_a_proxy()
    {
        ServerRequest? request = null;
        using var server = new ScriptedServer(connection =>
        {
            request = connection.Upgrade();
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server, o => AddProxyHeader(o, yes: true));

        client.Ping(Soon).Should().BePositive();
        request!.Text.Should().NotContainAny(ProxySecrets).And.NotContainEquivalentOf("Proxy-");
    }

    [Test]
    public void Each_gets_its_own_password_when_both_ask([Values] TestProxyChallenge challenge)
    {
        var requests = new List<string>();
        using var server = new ScriptedServer(connection =>
        {
            ServerRequest request = connection.ReadRequest();
            requests.Add(request.Text);
            if (request["Authorization"] is null)
            {
                connection.Refuse("401", "WWW-Authenticate: Basic realm=x");
                return;
            }
            connection.Accept(request);
            connection.EchoUntilClosed();
        });
        using var proxy = new TestProxy(TestProxyKind.Http, new TestProxyOptions { Credentials = ForProxy, Challenge = challenge });
        using WebSocketClient client = ThroughProxy.Connect(server, proxy.AsWebProxy(ForProxy), o => o.Credentials = ForServer);

        client.Ping(Soon).Should().BePositive();

        proxy.Tunnels.Should().Be(2, "each attempt has a connection of its own");
        proxy.Text.Should().NotContainAny(FormsOf(ForServer));
        requests.Should().HaveCount(2);
        requests[1].Should().Contain("Authorization: Basic " + Base64("server-user:server-pass"));
        string.Concat(requests).Should().NotContainAny(ProxySecrets).And.NotContainEquivalentOf("Proxy-");
    }

    private static void AddServerSecrets(WebSocketClientOptions options)
    {
        options.Credentials = ForServer;
        options.PreAuthenticate = true;
        options.Origin = "https://origin-secret.example";
        options.Headers.Add("X-Token", "header-secret");
        options.Headers.Add("Cookie", "a=cookie-secret");
        options.SubProtocols.Add("protocol-secret");
        options.Cookies = new CookieContainer();
        options.Cookies.Add(new Uri("http://echo.example/"), new Cookie("b", "jar-secret"));
    }

    private static void AddProxyHeader(WebSocketClientOptions options, bool yes)
    {
        if (yes)
            options.Headers.Add("Proxy-Authorization", "Basic " + Base64("proxy-user:proxy-pass"));
    }

    private static string[] FormsOf(NetworkCredential credential) =>
    [
        credential.UserName,
        credential.Password,
        Base64(credential.UserName),
        Base64(credential.Password),
        Base64(credential.UserName + ":" + credential.Password),
    ];

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
