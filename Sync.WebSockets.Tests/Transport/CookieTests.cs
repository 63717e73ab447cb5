using System;
using System.Linq;
using System.Net;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
[NonParallelizable]
public sealed class CookieTests
{
    private static readonly Uri Here = new("http://127.0.0.1/");

    [Test]
    public void Cookies_that_fit_are_sent()
    {
        using AnsweringServer server = new(_ => ["101"]);
        CookieContainer cookies = new();
        cookies.Add(Here, new Cookie("everywhere", "1"));
        cookies.Add(new Uri(Here, "/feed"), new Cookie("feed", "2", "/feed"));
        cookies.Add(new Uri(Here, "/other"), new Cookie("other", "3", "/other"));
        cookies.Add(new Uri("http://example.com/"), new Cookie("example", "4"));
        cookies.Add(new Uri("https://127.0.0.1/"), new Cookie("secure", "5") { Secure = true });

        Connect(new Uri(server.Uri, "/feed?x=1"), o => o.Cookies = cookies);

        server.Join();
        Sent(server.Requests.Single()).Should().BeEquivalentTo("everywhere=1", "feed=2");
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Secure_cookie_is_sent_over_wss_only(bool tls)
    {
        using AnsweringServer server = new(_ => ["101"], tls);
        CookieContainer cookies = new();
        cookies.Add(new Uri("https://localhost/"), new Cookie("secure", "1") { Secure = true });
        cookies.Add(new Uri("https://localhost/"), new Cookie("open", "2"));

        Connect(new UriBuilder(server.Uri) { Host = "localhost" }.Uri, o => o.Cookies = cookies);

        server.Join();
        string[] expected = tls ? ["secure=1", "open=2"] : ["open=2"];
        Sent(server.Requests.Single()).Should().BeEquivalentTo(expected);
    }

    [Test]
    public void Cookies_stand_in_one_line_with_those_of_the_callers_own()
    {
        using AnsweringServer server = new(_ => ["101"]);
        CookieContainer cookies = Container("kept=3");

        Connect(server.Uri, options =>
        {
            options.Cookies = cookies;
            options.Headers.Add("Cookie", "own=1");
            options.Headers.Add("cookie", "own=2");
        });

        server.Join();
        server.Requests.Single().Headers
            .Where(header => string.Equals(header.Key, "Cookie", StringComparison.OrdinalIgnoreCase))
            .Select(header => header.Value)
            .Should().Equal("own=1; own=2; kept=3");
    }

    [Test]
    public void Cookies_of_the_callers_own_are_sent_as_they_are_when_none_is_kept()
    {
        using AnsweringServer server = new(_ => ["101"]);

        Connect(server.Uri, options =>
        {
            options.Cookies = new CookieContainer();
            options.Headers.Add("Cookie", "own=1");
        });

        server.Join();
        server.Requests.Single()["Cookie"].Should().Be("own=1");
    }

    [Test]
    public void Cookie_that_comes_with_the_101_is_kept()
    {
        using AnsweringServer server = new(_ => ["101", "Set-Cookie: a=1; Path=/", "set-cookie: b=2; Path=/; Expires=Wed, 21 Oct 2065 07:28:00 GMT"]);
        CookieContainer cookies = new();

        Connect(server.Uri, o => o.Cookies = cookies);
        Connect(server.Uri, o => o.Cookies = cookies);

        server.Join();
        Sent(server.Requests[0]).Should().BeEmpty();
        Sent(server.Requests[1]).Should().BeEquivalentTo("a=1", "b=2");
    }

    [TestCase("403")]
    [TestCase("503")]
    public void Cookie_that_comes_with_a_refusal_is_kept(string status)
    {
        using AnsweringServer server = new(_ => [status, "Set-Cookie: a=1; Path=/"]);
        CookieContainer cookies = new();

        TestClient.FailureOf(() => Connect(server.Uri, o => o.Cookies = cookies));

        cookies.GetCookieHeader(Here).Should().Be("a=1");
    }

    [Test]
    public void Cookie_that_comes_with_a_redirect_is_sent_on_the_next_hop()
    {
        using AnsweringServer server = new(request => request.Target == "/" ? ["302", "Location: /next", "Set-Cookie: a=1; Path=/"] : ["101"]);

        Connect(server.Uri, options =>
        {
            options.Cookies = new CookieContainer();
            options.MaxRedirects = 1;
        });

        server.Join();
        Sent(server.Requests[1]).Should().Equal("a=1");
    }

    [Test]
    public void Cookie_that_comes_with_a_challenge_is_sent_with_its_answer()
    {
        using AnsweringServer server = new(request => request["Authorization"] is null
            ? ["401", "WWW-Authenticate: Basic realm=\"x\"", "Set-Cookie: a=1; Path=/"]
            : ["101"]);

        Connect(server.Uri, options =>
        {
            options.Cookies = new CookieContainer();
            options.Credentials = new NetworkCredential("user", "password");
        });

        server.Join();
        Sent(server.Requests[1]).Should().Equal("a=1");
    }

    [Test]
    [Category("A11")]
    public void After_a_redirect_cookies_go_where_they_belong()
    {
        using AnsweringServer other = new(_ => ["101"]);
        using AnsweringServer server = new(_ => ["302", FormattableString.Invariant($"Location: ws://localhost:{other.Port}/"), "Set-Cookie: late=3; Path=/"]);
        CookieContainer cookies = Container("here=1");
        cookies.Add(new Uri("http://localhost/"), new Cookie("there", "2"));

        Connect(server.Uri, options =>
        {
            options.Cookies = cookies;
            options.MaxRedirects = 1;
        });

        other.Join();
        Sent(server.Requests.Single()).Should().Equal("here=1");
        Sent(other.Requests.Single()).Should().Equal("there=2");
    }

    [TestCase("Set-Cookie:")]
    [TestCase("Set-Cookie: ;")]
    [TestCase("Set-Cookie: =")]
    [TestCase("Set-Cookie: =1; Path=/")]
    [TestCase("Set-Cookie: foreign=1; Path=/; Domain=example.com")]
    [TestCase("Set-Cookie: $bad=1; Path=/")]
    [TestCase("Set-Cookie: bad=1; Path=/; Port=\"x\"")]
    [TestCase("Set-Cookie: bad=\"1; Path=/")]
    public void Cookie_that_is_none_or_not_theirs_is_dropped_and_the_next_one_kept(string line)
    {
        using AnsweringServer server = new(_ => ["101", line, "Set-Cookie: long=" + new string('x', 5000), "Set-Cookie: good=1; Path=/"]);
        CookieContainer cookies = new();

        Connect(server.Uri, o => o.Cookies = cookies);

        cookies.GetCookieHeader(Here).Split(["; "], StringSplitOptions.None).Should().Contain("good=1");
        cookies.GetCookieHeader(Here).Should().NotContain("foreign").And.NotContain("long");
        cookies.GetCookies(new Uri("http://example.com/")).Count.Should().Be(0);
    }

    [Test]
    public void Without_a_container_no_cookie_is_kept_or_sent()
    {
        using AnsweringServer server = new(request => request.Target == "/" ? ["302", "Location: /next", "Set-Cookie: a=1; Path=/"] : ["101"]);

        Connect(server.Uri, o => o.MaxRedirects = 1);

        server.Join();
        server.Requests.Should().HaveCount(2).And.OnlyContain(request => request["Cookie"] == null);
    }

    private static CookieContainer Container(string cookie)
    {
        CookieContainer cookies = new();
        cookies.SetCookies(Here, cookie);
        return cookies;
    }

    private static string[] Sent(ServerRequest request) => request["Cookie"]?.Split(["; "], StringSplitOptions.None) ?? [];

    private static void Connect(Uri uri, Action<WebSocketClientOptions> configure)
    {
        using WebSocketClient client = TestClient.Connect(uri, configure);
        client.Send("hello");
        client.Receive(TimeSpan.FromSeconds(10)).Text.Should().Be("hello");
    }
}
