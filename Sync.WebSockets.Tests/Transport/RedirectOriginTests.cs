using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

/// <summary>What goes along with a redirect: everything to the same origin, nothing that was meant for the first one to another.</summary>
[TestFixture]
[NonParallelizable]
public sealed class RedirectOriginTests
{
    private static readonly string[] Challenge = ["401", "WWW-Authenticate: Basic realm=\"x\""];

    [Test]
    [Category("H6")]
    public void Same_origin_gets_the_same_headers()
    {
        using AnsweringServer server = new(request => request.Target == "/" ? ["302", "Location: /next"] : ["101"]);

        Connect(server.Uri, AddSecrets);

        server.Join();
        server.Requests.Should().HaveCount(2);
        foreach (ServerRequest request in server.Requests)
        {
            request["Authorization"].Should().Be("Bearer secret");
            request["Cookie"].Should().Be("id=secret");
            request["X-Token"].Should().Be("secret");
            request["Host"].Should().Be("secret.example");
        }
    }

    [Test]
    [Category("H6")]
    [Category("A11")]
    public void Another_origin_gets_no_header_of_the_callers()
    {
        using AnsweringServer other = new(_ => ["101"]);
        using AnsweringServer server = new(_ => ["302", "Location: " + other.Uri]);

        Connect(server.Uri, options =>
        {
            AddSecrets(options);
            options.Origin = "https://app.example";
            options.SubProtocols.Add("chat");
        });

        other.Join();
        ServerRequest request = other.Requests.Single();
        request.Text.Should().NotContainEquivalentOf("secret").And.NotContain("Authorization").And.NotContain("Cookie");
        request["Host"].Should().Be(other.Uri.Authority);
        request["Origin"].Should().Be("https://app.example", "it says who asks, not to whom");
        request["Sec-WebSocket-Protocol"].Should().Be("chat");
        server.Requests.Single().Text.Should().NotContain("Proxy-Authorization", "no server gets that");
    }

    // Back at the first origin nobody knows any more what was meant for it.
    [Test]
    [Category("A11")]
    public void Headers_that_were_left_behind_stay_behind()
    {
        Uri? back = null;
        using AnsweringServer other = new(_ => ["302", "Location: " + back]);
        using AnsweringServer server = new(request => request.Target == "/" ? ["302", "Location: " + other.Uri] : ["101"]);
        back = new Uri(server.Uri, "/back");

        Connect(server.Uri, AddSecrets);

        server.Join();
        server.Requests[1].Target.Should().Be("/back");
        server.Requests[1].Text.Should().NotContainEquivalentOf("secret");
    }

    [Test]
    [Category("H6")]
    public void Same_origin_gets_the_credentials_that_it_asks_for()
    {
        using AnsweringServer server = new(request => request.Target == "/" ? ["302", "Location: /next"] : Ask(request));

        Connect(server.Uri, o => o.Credentials = new NetworkCredential("user", "password"));

        server.Join();
        server.Requests.Select(request => request.Target).Should().Equal("/", "/next", "/next");
    }

    [TestCase(false)]
    [TestCase(true)]
    [Category("H6")]
    [Category("A11")]
    public void Another_origin_gets_no_credentials_though_it_asks_for_them(bool preAuthenticate)
    {
        using AnsweringServer other = new(Ask);
        using AnsweringServer server = new(_ => ["302", "Location: " + other.Uri]);

        WebSocketConnectException failure = TestClient.FailureOf(() => Connect(server.Uri, options =>
        {
            options.Credentials = new NetworkCredential("user", "password");
            options.PreAuthenticate = preAuthenticate;
        }));

        failure.Response!.StatusCode.Should().Be(401);
        other.Join();
        other.Requests.Should().ContainSingle().Which["Authorization"].Should().BeNull();
    }

    [Test]
    [Category("H3")]
    [Category("A11")]
    public void Another_origin_gets_nothing_of_the_userinfo()
    {
        using AnsweringServer other = new(Ask);
        using AnsweringServer server = new(_ => ["302", "Location: " + other.Uri]);
        Uri uri = new UriBuilder(server.Uri) { UserName = "user", Password = "password" }.Uri;

        TestClient.FailureOf(() => Connect(uri, o => o.UseUserInfo = true)).Response!.StatusCode.Should().Be(401);

        other.Join();
        other.Requests.Should().ContainSingle().Which["Authorization"].Should().BeNull();
    }

    [Test]
    [Category("H6")]
    public void Cache_of_credentials_knows_itself_which_origins_it_is_for()
    {
        using AnsweringServer unknown = new(Ask);
        using AnsweringServer known = new(request => request["Authorization"] is null ? Challenge : ["302", "Location: " + unknown.Uri]);
        using AnsweringServer server = new(_ => ["302", "Location: " + known.Uri]);
        CredentialCache cache = new() { { known.Uri, "Basic", new NetworkCredential("user", "password") } };

        TestClient.FailureOf(() => Connect(server.Uri, o => o.Credentials = cache)).Response!.StatusCode.Should().Be(401);

        unknown.Join();
        known.Requests.Select(request => request["Authorization"]).Should().Equal(null, Basic("user:password"));
        unknown.Requests.Should().ContainSingle().Which["Authorization"].Should().BeNull();
    }

    [Test]
    [Category("H6")]
    public void Address_to_dial_holds_for_its_origin_alone()
    {
        using AnsweringServer other = new(_ => ["101"]);
        using AnsweringServer server = new(request => request.Target == "/" ? ["302", "Location: /next"] : ["302", "Location: " + other.Uri]);

        using (WebSocketClient client = TestClient.Connect(new Uri("ws://elsewhere.example/"), options =>
        {
            options.MaxRedirects = 2;
            options.RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, server.Port);
        }))
        {
            client.Uri.Should().Be(other.Uri);
        }

        server.Requests.Select(request => request.Target).Should().Equal("/", "/next");
        server.Requests[1]["Host"].Should().Be("elsewhere.example");
        other.Requests.Should().ContainSingle();
    }

    // Mono does not look at the name of a certificate that nobody trusts.
    [Test]
    [Category("H6")]
    [Category("T1")]
    public void Name_for_TLS_holds_for_its_origin_alone()
    {
        using AnsweringServer other = new(_ => ["101"], tls: true);
        using AnsweringServer server = new(request => request.Target == "/" ? ["302", "Location: /next"] : ["302", "Location: " + other.Uri], tls: true);
        List<bool> mismatches = [];

        Connect(server.Uri, options =>
        {
            options.TargetHost = "other.example";
            options.RemoteCertificateValidationCallback = (_, _, _, errors) =>
            {
                mismatches.Add((errors & SslPolicyErrors.RemoteCertificateNameMismatch) != SslPolicyErrors.None);
                return true;
            };
        });

        mismatches.Should().HaveCount(3);
        mismatches[2].Should().BeFalse();
        if (!Machine.IsMono)
            mismatches.Should().Equal(true, true, false);
    }

    private static void AddSecrets(WebSocketClientOptions options)
    {
        options.Headers["Authorization"] = "Bearer secret";
        options.Headers["Proxy-Authorization"] = "Bearer secret";
        options.Headers["Cookie"] = "id=secret";
        options.Headers["X-Token"] = "secret";
        options.Headers["User-Agent"] = "secret";
        options.Headers["Host"] = "secret.example";
    }

    private static string[] Ask(ServerRequest request) => request["Authorization"] is null ? Challenge : ["101"];

    private static string Basic(string text) => "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    private static void Connect(Uri uri, Action<WebSocketClientOptions> configure)
    {
        using WebSocketClient client = TestClient.Connect(uri, options =>
        {
            options.MaxRedirects = 2;
            configure(options);
        });
        client.Send("hello");
        client.Receive(TimeSpan.FromSeconds(10)).Text.Should().Be("hello");
    }
}
