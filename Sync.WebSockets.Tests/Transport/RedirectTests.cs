using System;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

/// <summary>Whether and where a redirect is followed; what goes along is told in RedirectOriginTests.</summary>
[TestFixture]
[NonParallelizable]
public sealed class RedirectTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [TestCase("301")]
    [TestCase("302")]
    [TestCase("303")]
    [TestCase("307")]
    [TestCase("308")]
    [Category("H6")]
    public void Redirect_is_not_followed_by_default(string status)
    {
        using AnsweringServer server = new(_ => [status, "Location: /next?token=secret"]);

        WebSocketConnectException failure = Refused(server.Uri);

        failure.Stage.Should().Be(WebSocketConnectStage.Handshake);
        failure.Response!.StatusCode.Should().Be(int.Parse(status, CultureInfo.InvariantCulture));
        failure.Response.Headers["Location"].Should().Be("/next?token=secret");
        failure.Message.Should().Contain("Location").And.Contain("MaxRedirects").And.NotContain("secret");
        server.Join();
        server.Requests.Should().HaveCount(1);
    }

    [TestCase("301")]
    [TestCase("302")]
    [TestCase("303")]
    [TestCase("307")]
    [TestCase("308")]
    [Category("H6")]
    public void Redirect_is_followed_where_it_is_allowed(string status)
    {
        using AnsweringServer server = new(request => request.Target == "/" ? [status, "Location: /next"] : ["101"]);
        using (WebSocketClient client = Connect(server.Uri))
        {
            ShouldWork(client);
            client.Uri.Should().Be(new Uri(server.Uri, "/next"));
            client.Response.StatusCode.Should().Be(101);
        }

        server.Join();
        server.Requests.Select(request => request.RequestLine).Should().Equal("GET / HTTP/1.1", "GET /next HTTP/1.1");
    }

    // The $ is the server's port.
    [TestCase("/next", "/next")]
    [TestCase("next?x=1", "/a/next?x=1")]
    [TestCase("../next", "/next")]
    [TestCase("//127.0.0.1:$/next", "/next")]
    [TestCase("ws://127.0.0.1:$/next", "/next")]
    [TestCase("http://127.0.0.1:$/next?x=%2F", "/next?x=%2F")]
    [TestCase("HTTP://127.0.0.1:$/next#part", "/next")]
    [Category("H6")]
    public void Location_may_be_relative_or_absolute_and_of_ws_or_http(string location, string target)
    {
        using AnsweringServer server = new(request => request.Target == "/a/b"
            ? ["302", "Location: " + WithPort(location, request)]
            : ["101"]);
        using (WebSocketClient client = Connect(new Uri(server.Uri, "/a/b")))
        {
            ShouldWork(client);
            client.Uri.Should().Be(new Uri(server.Uri, target));
        }

        server.Join();
        server.Requests[1].Target.Should().Be(target);
    }

    [TestCase("wss")]
    [TestCase("https")]
    [Category("H6")]
    public void From_ws_to_wss_and_on_a_redirect_is_followed(string scheme)
    {
        using AnsweringServer secure = new(request => request.Target == "/" ? ["302", "Location: /next"] : ["101"], tls: true);
        using AnsweringServer plain = new(_ => ["302", FormattableString.Invariant($"Location: {scheme}://localhost:{secure.Port}/")]);
        using (WebSocketClient client = Connect(plain.Uri))
        {
            ShouldWork(client);
            client.Uri.Should().Be(new Uri(secure.Uri, "/next"));
        }

        plain.Join();
        secure.Join();
        secure.Requests.Select(request => request.Target).Should().Equal("/", "/next");
    }

    [TestCase("ws")]
    [TestCase("http")]
    [Category("H6")]
    public void From_wss_to_ws_no_redirect_is_followed(string scheme)
    {
        using AnsweringServer plain = new(_ => ["101"]);
        using AnsweringServer secure = new(_ => ["302", FormattableString.Invariant($"Location: {scheme}://127.0.0.1:{plain.Port}/?secret")], tls: true);

        WebSocketConnectException failure = Refused(secure.Uri, o => o.MaxRedirects = 10);

        failure.Stage.Should().Be(WebSocketConnectStage.Handshake);
        failure.Response!.StatusCode.Should().Be(302);
        failure.Message.Should().Contain("from wss to ws").And.NotContain("secret");
        secure.Join();
        plain.Requests.Should().BeEmpty();
    }

    [Test]
    [Category("H6")]
    [Category("H15")]
    public void Every_hop_has_a_key_of_its_own()
    {
        using AnsweringServer server = Chain(hops: 3);
        using (WebSocketClient client = Connect(server.Uri, o => o.MaxRedirects = 3))
            ShouldWork(client);

        server.Join();
        server.Requests.Select(request => request["Sec-WebSocket-Key"]).Should().HaveCount(4).And.OnlyHaveUniqueItems();
    }

    [Test]
    [Category("H6")]
    public void Last_redirect_allowed_is_followed_and_the_next_one_is_told()
    {
        using AnsweringServer server = Chain(hops: 3);

        WebSocketConnectException failure = Refused(server.Uri, o => o.MaxRedirects = 2);

        failure.Response!.StatusCode.Should().Be(302);
        failure.Response.Headers["Location"].Should().Be("/3");
        failure.Message.Should().Contain("MaxRedirects").And.NotContain("/3");
        server.Join();
        server.Requests.Select(request => request.Target).Should().Equal("/", "/1", "/2");
    }

    [Test]
    [Category("H6")]
    public void Loop_ends_at_MaxRedirects()
    {
        using AnsweringServer server = new(_ => ["308", "Location: /"]);

        Refused(server.Uri, o => o.MaxRedirects = 10).Response!.StatusCode.Should().Be(308);

        server.Join();
        server.Requests.Should().HaveCount(11);
    }

    [Test]
    [Category("H6")]
    [Category("H9")]
    public void Time_for_all_hops_is_ConnectTimeout()
    {
        using ScriptedServer server = new(RedirectSlowly);

        WebSocketConnectException? failure = null;
        TimeSpan elapsed = Elapsed.Of(() => failure = Refused(server.Uri, options =>
        {
            options.MaxRedirects = 10;
            options.ConnectTimeout = TimeSpan.FromSeconds(1);
        }));

        elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(0.75)).And.BeBelow(TimeSpan.FromSeconds(1.25));
        failure!.InnerException.Should().BeOfType<TimeoutException>();
        server.Join();
    }

    // Header lines are parted by |.
    [TestCase("", "0 Location headers")]
    [TestCase("Location: /?secret|Location: /?secret", "2 Location headers")]
    [TestCase("Location: http://127.0.0.1:99999/?secret", "no URI")]
    [TestCase("Location: ftp://127.0.0.1/?secret", "no URI")]
    [TestCase("Location: mailto:secret@127.0.0.1", "no URI")]
    [TestCase("Location: https://user:secret@127.0.0.1/?secret", "user name")]
    [TestCase("Location: ws://127.0.0.1:0/?secret", "port is 0")]
    [Category("H3")]
    [Category("H6")]
    [Category("A7")]
    public void Location_that_leads_nowhere_is_told_and_not_shown(string lines, string told)
    {
        using AnsweringServer server = new(_ => ["302", .. lines.Split(['|'], StringSplitOptions.RemoveEmptyEntries)]);

        WebSocketConnectException failure = Refused(server.Uri, o => o.MaxRedirects = 10);

        failure.Stage.Should().Be(WebSocketConnectStage.Handshake);
        failure.Response!.StatusCode.Should().Be(302);
        failure.Message.Should().Contain(told);
        failure.ToString().Should().NotContain("secret");
        server.Join();
        server.Requests.Should().HaveCount(1);
    }

    [Test]
    public void Place_that_cannot_be_reached_is_told()
    {
        int nobody = FreePort.Next();
        using AnsweringServer server = new(_ => ["302", FormattableString.Invariant($"Location: ws://127.0.0.1:{nobody}/")]);

        WebSocketConnectException failure = Refused(server.Uri, o => o.MaxRedirects = 1);

        failure.Stage.Should().Be(WebSocketConnectStage.Tcp);
        failure.Message.Should().Contain(nobody.ToString(CultureInfo.InvariantCulture));
        failure.InnerException.Should().BeOfType<SocketException>();
        failure.Response.Should().BeNull("nobody answered there");
        server.Join();
    }

    private static void RedirectSlowly(ServerConnection connection)
    {
        try
        {
            connection.ReadRequest();
            connection.Pause(TimeSpan.FromMilliseconds(300));
            connection.Refuse("302", "Location: /");
            connection.WaitForDisconnect();
        }
        catch (Exception e) when (ServerStream.IsLoss(e))
        {
            // The client has given up, as it should.
        }
    }

    // "/" leads to "/1", that to "/2", and so on.
    private static AnsweringServer Chain(int hops) => new(request =>
    {
        int hop = request.Target.Length == 1 ? 0 : int.Parse(request.Target.Substring(1), CultureInfo.InvariantCulture);
        return hop == hops ? ["101"] : ["302", FormattableString.Invariant($"Location: /{hop + 1}")];
    });

    private static string WithPort(string location, ServerRequest request) =>
        string.Join(request["Host"]!.Split(':')[1], location.Split('$'));

    private static WebSocketClient Connect(Uri uri, Action<WebSocketClientOptions>? configure = null) => TestClient.Connect(uri, options =>
    {
        options.MaxRedirects = 2;
        configure?.Invoke(options);
    });

    private static WebSocketConnectException Refused(Uri uri, Action<WebSocketClientOptions>? configure = null) =>
        TestClient.FailureOf(() => TestClient.Connect(uri, configure).Dispose());

    private static void ShouldWork(WebSocketClient client)
    {
        client.Send("hello");
        client.Receive(Soon).Text.Should().Be("hello");
    }
}
