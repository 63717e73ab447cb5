using System;
using System.Globalization;
using System.Net;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Interop;

[TestFixture]
[Parallelizable(Waiting.Scope)]
public sealed class RealProxyTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private Peer? _plain;
    private Peer? _secure;

    [OneTimeSetUp]
    public void StartServers()
    {
        _plain = KestrelPeer.Start();
        _secure = KestrelPeer.Start(tls: true);
    }

    [OneTimeTearDown]
    public void EndServers()
    {
        _plain?.Dispose();
        _secure?.Dispose();
    }

    [Test]
    public void Messages_and_pings_pass([ValueSource(typeof(RealProxy), nameof(RealProxy.All))] RealProxy proxy, [Values] bool tls)
    {
        Peer server = tls ? _secure! : _plain!;
        using Peer peer = proxy.Start(server.Port);
        byte[] payload = Traffic.Bytes(1_000_000, seed: 1);

        using WebSocketClient client = Connect(server.Uri, proxy.At(peer, proxy.User));
        client.Send("grüß dich");
        client.Send(payload);

        client.Receive(Soon).Text.Should().Be("grüß dich");
        client.Receive(Soon).Data.AsSpan().SequenceEqual(payload).Should().BeTrue();
        client.Ping(Soon).Should().BePositive();
        ((IPEndPoint)client.RemoteEndPoint!).Port.Should().Be(peer.Port);
        client.Uri.Should().Be(server.Uri);
    }

    [Test]
    public void Wrong_password_is_refused([ValueSource(typeof(RealProxy), nameof(RealProxy.WithPassword))] RealProxy proxy)
    {
        using Peer peer = proxy.Start(_plain!.Port);

        FailsWith(proxy.AnswerToWrongPassword, proxy, peer, _plain.Uri, new NetworkCredential("alice", "wrong"));
    }

    [Test]
    public void Missing_password_is_refused([ValueSource(typeof(RealProxy), nameof(RealProxy.WithPassword))] RealProxy proxy)
    {
        using Peer peer = proxy.Start(_plain!.Port);

        FailsWith(proxy.AnswerToNoPassword, proxy, peer, _plain.Uri);
    }

    [Test]
    public void Port_that_the_proxy_does_not_lead_to_is_refused([ValueSource(typeof(RealProxy), nameof(RealProxy.WithRules))] RealProxy proxy)
    {
        using Peer peer = proxy.Start(FreePort.Next());

        FailsWith(proxy.AnswerToForbiddenPort, proxy, peer, _plain!.Uri);
    }

    [Test]
    public void Server_that_is_gone_is_reported_as_the_proxys_answer([ValueSource(typeof(RealProxy), nameof(RealProxy.Open))] RealProxy proxy)
    {
        int port = FreePort.Next();
        using Peer peer = proxy.Start(port);

        FailsWith(proxy.AnswerToClosedPort, proxy, peer, new UriBuilder(_plain!.Uri) { Port = port }.Uri);
    }

    [Test]
    public void Untrusted_certificate_of_the_proxy_is_refused()
    {
        using Peer peer = SquidPeer.Start(_plain!.Port, tls: true);
        var options = new WebSocketClientOptions
        {
            Proxy = new TestWebProxy(new Uri(FormattableString.Invariant($"https://localhost:{peer.Port}"))),
        };

        WebSocketConnectException e = TestClient.FailureOf(() => WebSocketClient.Connect(_plain.Uri, options).Dispose());

        e.Stage.Should().Be(WebSocketConnectStage.Proxy);
        e.Message.Should().Contain("The proxy's certificate (CN=localhost");
    }

    private static WebSocketClient Connect(Uri uri, IWebProxy proxy) => TestClient.Connect(uri, options => options.Proxy = proxy);

    private static void FailsWith(string answer, RealProxy proxy, Peer peer, Uri uri, NetworkCredential? credential = null)
    {
        WebSocketConnectException e = TestClient.FailureOf(() => Connect(uri, proxy.At(peer, credential)).Dispose());

        e.Stage.Should().Be(WebSocketConnectStage.Proxy);
        e.Message.Should().Contain(answer);
        (e.Response is not null).Should().Be(proxy.IsHttp);
        if (!proxy.IsHttp)
            return;
        e.Response!.StatusCode.ToString(CultureInfo.InvariantCulture).Should().Be(answer);
        e.Body.Should().NotBeEmpty();
    }
}
