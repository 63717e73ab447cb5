using System;
using System.Net;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Interop;

/// <summary>Redirects and passwords, as nginx asks for them, and through haproxy.</summary>
[TestFixture]
[Parallelizable(Waiting.Scope)]
public sealed class RealServerReachTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private Peer? _upstream;
    private Peer? _elsewhere;
    private Peer? _plain;
    private Peer? _secure;

    [OneTimeSetUp]
    public void StartServers()
    {
        _upstream = KestrelPeer.Start();
        _elsewhere = NginxPeer.Start(_upstream.Port, Soon, tls: true);
        _plain = NginxPeer.Start(_upstream.Port, Soon, elsewhere: _elsewhere.Uri);
        _secure = NginxPeer.Start(_upstream.Port, Soon, tls: true, elsewhere: _elsewhere.Uri);
    }

    [OneTimeTearDown]
    public void EndServers()
    {
        _secure?.Dispose();
        _plain?.Dispose();
        _elsewhere?.Dispose();
        _upstream?.Dispose();
    }

    [Test]
    public void Redirect_to_the_same_origin_is_followed([Values(301, 302, 303, 307, 308)] int status, [Values] bool tls)
    {
        Uri server = Server(tls).Uri;

        using WebSocketClient client = Connect(server, FormattableString.Invariant($"/here/{status}"), options => options.MaxRedirects = 1);

        client.Uri.Should().Be(server);
        Echoes(client);
    }

    [Test]
    public void Redirect_to_another_origin_is_followed([Values(301, 302, 303, 307, 308)] int status, [Values] bool tls)
    {
        Uri server = Server(tls).Uri;

        using WebSocketClient client = Connect(server, FormattableString.Invariant($"/away/{status}"), options => options.MaxRedirects = 1);

        client.Uri.Should().Be(_elsewhere!.Uri);
        Echoes(client);
    }

    [Test]
    public void Redirect_is_not_followed_unless_told_to()
    {
        WebSocketConnectException e = RefusalOf(_plain!.Uri, "/here/302", 302);

        e.Message.Should().Contain("set MaxRedirects");
        e.Response!.Headers["Location"].Should().Be(new UriBuilder(_plain.Uri) { Scheme = "http" }.Uri.AbsoluteUri);
    }

    [Test]
    public void Redirects_end_at_MaxRedirects()
    {
        WebSocketConnectException e = RefusalOf(_plain!.Uri, "/loop", 302, options => options.MaxRedirects = 3);

        e.Message.Should().Contain("more than MaxRedirects allows (3)");
    }

    [Test]
    public void Redirect_from_wss_to_ws_is_not_followed()
    {
        using Peer secure = NginxPeer.Start(_upstream!.Port, tls: true, elsewhere: _plain!.Uri);

        WebSocketConnectException e = RefusalOf(secure.Uri, "/away/301", 301, options => options.MaxRedirects = 1);

        e.Message.Should().Contain("from wss to ws");
    }

    [Test]
    public void Password_is_accepted([Values] bool preAuthenticate, [Values] bool tls)
    {
        using WebSocketClient client = Connect(Server(tls).Uri, "/members", options =>
        {
            options.Credentials = NginxPeer.Member;
            options.PreAuthenticate = preAuthenticate;
        });

        Echoes(client);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Password_goes_with_the_first_request_only_if_told_to(bool preAuthenticate)
    {
        using Peer server = NginxPeer.Start(_upstream!.Port);

        Connect(server.Uri, "/members", options =>
        {
            options.Credentials = NginxPeer.Member;
            options.PreAuthenticate = preAuthenticate;
        }).Dispose();

        Wait.Until(() => HasPrinted(server, "/members 101"), "the WebSocket is at its end and in nginx's log");
        HasPrinted(server, "/members 401").Should().Be(!preAuthenticate);
    }

    [Test]
    public void Wrong_password_is_refused([Values] bool preAuthenticate)
    {
        WebSocketConnectException e = RefusalOf(_plain!.Uri, "/members", 401, options =>
        {
            options.Credentials = new NetworkCredential(NginxPeer.Member.UserName, "wrong");
            options.PreAuthenticate = preAuthenticate;
        });

        e.Message.Should().Contain("refuses the credentials").And.NotContain("wrong");
        e.Response!.Headers["WWW-Authenticate"].Should().StartWith("Basic ");
    }

    [Test]
    public void Missing_password_is_refused() =>
        RefusalOf(_plain!.Uri, "/members", 401).Message.Should().Contain("set Credentials");

    [Test]
    public void Password_does_not_go_to_another_origin([Values] bool preAuthenticate)
    {
        WebSocketConnectException e = RefusalOf(_plain!.Uri, "/away/members", 401, options =>
        {
            options.Credentials = NginxPeer.Member;
            options.PreAuthenticate = preAuthenticate;
            options.MaxRedirects = 1;
        });

        e.Message.Should().Contain("set Credentials");
    }

    [Test]
    public void Password_goes_to_the_origin_that_it_is_for()
    {
        var credentials = new CredentialCache { { _elsewhere!.Uri, "Basic", NginxPeer.Member } };

        using WebSocketClient client = Connect(_plain!.Uri, "/away/members", options =>
        {
            options.Credentials = credentials;
            options.MaxRedirects = 1;
        });

        client.Uri.Should().Be(new Uri(_elsewhere.Uri, "/members"));
        Echoes(client);
    }

    [Test]
    public void Password_passes_haproxy()
    {
        using Peer front = HaproxyPeer.Start(_plain!.Port, Soon);

        using WebSocketClient client = Connect(front.Uri, "/members", options => options.Credentials = NginxPeer.Member);

        Echoes(client);
    }

    [Test]
    public void Redirect_that_names_no_server_leads_through_haproxy_again()
    {
        using Peer front = HaproxyPeer.Start(_plain!.Port, Soon);

        using WebSocketClient client = Connect(front.Uri, "/relative", options => options.MaxRedirects = 1);

        client.Uri.Should().Be(front.Uri);
        Echoes(client);
    }

    private Peer Server(bool tls) => tls ? _secure! : _plain!;

    private static WebSocketClient Connect(Uri server, string path, Action<WebSocketClientOptions>? configure = null) =>
        TestClient.Connect(new Uri(server, path), configure);

    private static WebSocketConnectException RefusalOf(
        Uri server, string path, int status, Action<WebSocketClientOptions>? configure = null)
    {
        WebSocketConnectException e = TestClient.FailureOf(() => Connect(server, path, configure).Dispose());

        e.Stage.Should().Be(WebSocketConnectStage.Handshake);
        e.Response!.StatusCode.Should().Be(status);
        e.Body.Should().NotBeEmpty();
        return e;
    }

    private static void Echoes(WebSocketClient client)
    {
        client.Send("grüß dich");
        client.Receive(Soon).Text.Should().Be("grüß dich");
    }

    private static bool HasPrinted(Peer peer, string line) => peer.Output.IndexOf(line, StringComparison.Ordinal) >= 0;
}
