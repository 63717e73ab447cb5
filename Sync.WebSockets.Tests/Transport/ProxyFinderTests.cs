using System;
using System.Collections.Generic;
using System.Net;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
internal sealed class ProxyFinderTests
{
    private const string Plain = "ws://example.com/feed";
    private const string Secure = "wss://example.com/feed";

    private static readonly IWebProxy NeverAsked = new TestWebProxy(_ => throw new InvalidOperationException("The system's proxy was asked."));
    private static readonly IWebProxy Own = new TestWebProxy(new Uri("http://own:1"));

    [TestCase(Plain, "ws_proxy=http://a:1 http_proxy=http://b:2 all_proxy=http://c:3", "http://a:1")]
    [TestCase(Plain, "http_proxy=http://b:2 all_proxy=http://c:3", "http://b:2")]
    [TestCase(Plain, "all_proxy=http://c:3", "http://c:3")]
    [TestCase(Plain, "HTTP_PROXY=http://x:1 https_proxy=http://x:1 wss_proxy=http://x:1", null)]
    [TestCase(Secure, "wss_proxy=http://a:1 https_proxy=http://b:2 all_proxy=http://c:3", "http://a:1")]
    [TestCase(Secure, "HTTPS_PROXY=http://b:2 all_proxy=http://c:3", "http://b:2")]
    [TestCase(Secure, "ALL_PROXY=socks5://c", "socks5://c:1080")]
    [TestCase(Secure, "http_proxy=http://x:1 ws_proxy=http://x:1", null)]
    [TestCase(Secure, "wss_proxy=a:3128", "http://a:3128")]
    [TestCase(Secure, "wss_proxy=https://a", "https://a:443")]
    [TestCase(Plain, "", null)]
    public void First_variable_that_is_set_names_the_proxy(string uri, string variables, string? proxy) =>
        AddressOf(Find(uri, variables)).Should().Be(proxy);

    [TestCase(Plain, "ws_proxy= http_proxy=http://b:2 all_proxy=http://c:3")]
    [TestCase(Secure, "wss_proxy= https_proxy=http://b:2")]
    [TestCase(Secure, "https_proxy= all_proxy=http://c:3")]
    public void Empty_variable_means_no_proxy_and_not_the_next_one(string uri, string variables) =>
        Find(uri, variables, system: NeverAsked).Should().BeNull();

    [TestCase("example.com", false)]
    [TestCase(".example.com", false)]
    [TestCase("*", false)]
    [TestCase("example.com:80", false)]
    [TestCase("other.example,example.com", false)]
    [TestCase("example.com:443", true)]
    [TestCase("example.org", true)]
    [TestCase("", true)]
    public void No_proxy_spares_what_it_names(string noProxy, bool proxied)
    {
        (Find(Plain, "http_proxy=http://a:1 no_proxy=" + noProxy) is not null).Should().Be(proxied);
        (Find(Plain, "all_proxy=http://a:1 NO_PROXY=" + noProxy) is not null).Should().Be(proxied);
    }

    [TestCase("10.1.2.3", "10.0.0.0/8")]
    [TestCase("[fd00::1]", "fd00::/8")]
    [TestCase("b\u00FCcher.example", "xn--bcher-kva.example")]
    public void No_proxy_knows_a_host_in_each_of_its_forms(string host, string noProxy) =>
        Find("ws://" + host + "/", "http_proxy=http://a:1 no_proxy=" + noProxy).Should().BeNull();

    [Test]
    public void Nobody_is_asked_when_UseProxy_is_off([Values] bool own) =>
        Find(Plain, null, o =>
        {
            o.UseProxy = false;
            o.Proxy = own ? NeverAsked : null;
        }, NeverAsked).Should().BeNull();

    [TestCase("ws://localhost/")]
    [TestCase("ws://LOCALHOST:8080/")]
    [TestCase("wss://127.0.0.1/")]
    [TestCase("ws://127.8.8.8/")]
    [TestCase("ws://[::1]/")]
    public void Nobody_is_asked_about_loopback(string uri) => Find(uri, null, system: NeverAsked).Should().BeNull();

    [TestCase("ws://localhost/")]
    [TestCase("ws://127.0.0.1/")]
    [TestCase("ws://[::1]/")]
    public void Proxy_of_the_programs_own_counts_for_loopback_too(string uri) =>
        AddressOf(Find(uri, null, o => o.Proxy = Own)).Should().Be("http://own:1");

    [TestCase(false, "http://own:1")]
    [TestCase(true, null)]
    public void WebProxy_leaves_loopback_out_only_when_it_is_told_to(bool bypassOnLocal, string? address) =>
        AddressOf(Find("ws://127.0.0.1/", null, o => o.Proxy = new WebProxy("http://own:1", bypassOnLocal))).Should().Be(address);

    [Test]
    public void Nobody_is_asked_when_the_program_says_itself_where_to_go([Values("RemoteEndPoint", "SocketDialer", "StreamDialer")] string way) =>
        Find(Plain, null, o => SetOut(o, way), NeverAsked).Should().BeNull();

    [Test]
    public void Proxy_of_the_programs_own_counts_also_when_it_says_where_to_go(
        [Values("RemoteEndPoint", "SocketDialer", "StreamDialer")] string way)
    {
        Proxy? proxy = Find(Plain, null, o =>
        {
            SetOut(o, way);
            o.Proxy = Own;
        });

        AddressOf(proxy).Should().Be("http://own:1");
    }

    [Test]
    public void Proxy_of_the_programs_own_is_asked_for_the_URI_and_nobody_else([Values(Plain, Secure)] string uri)
    {
        Uri? asked = null;
        var own = new TestWebProxy(destination =>
        {
            asked = destination;
            return new Uri("socks5://own:1");
        });

        AddressOf(Find(uri, null, o => o.Proxy = own, NeverAsked)).Should().Be("socks5://own:1");

        asked.Should().Be(new Uri(uri));
    }

    [Test]
    public void Proxy_of_the_programs_own_says_in_three_ways_that_there_is_none([Values("null", "the URI", "bypassed")] string way)
    {
        TestWebProxy own = way switch
        {
            "null" => new TestWebProxy(_ => null),
            "the URI" => new TestWebProxy(destination => destination),
            _ => new TestWebProxy(new Uri("http://own:1")) { IsPassedBy = true },
        };

        Find(Plain, null, o => o.Proxy = own, NeverAsked).Should().BeNull("the environment is not asked in its place");
    }

    [Test]
    public void Proxy_of_the_programs_own_that_throws_fails_Connect_at_the_stage_Proxy()
    {
        var fault = new InvalidOperationException("boom");

        WebSocketConnectException failure = ThroughProxy.FailureOf(new Uri("ws://echo.example/"), new TestWebProxy(_ => throw fault));

        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        failure.InnerException.Should().BeSameAs(fault);
    }

    [TestCase("ftp://alice:hunter2@proxy.example", "*'ftp', expected http, https or socks5*")]
    [TestCase("socks4://alice:hunter2@proxy.example", "*'socks4', expected http, https or socks5*")]
    [TestCase("http://alice:hunter2@proxy.example/path", "*path*")]
    [TestCase("http://alice:hunter2@proxy.example:0", "*port is 0*")]
    [TestCase("http://alice:hunter2@proxy.example:99999", "*cannot be read*")]
    [TestCase("http://alice:hunter2@", "*cannot be read*")]
    public void Variable_that_names_no_proxy_is_told_by_its_name_alone(string value, string message)
    {
        Action find = () => Find(Secure, "https_proxy=" + value);

        WebSocketConnectException failure = TestClient.FailureOf(find);
        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        failure.Message.Should().Contain("environment variable https_proxy").And.Match(message);
        failure.ToString().Should().NotContainAny("alice", "hunter2", "proxy.example");
    }

    [TestCase("ftp://alice:hunter2@proxy.example", "*'ftp', expected http, https or socks5*")]
    [TestCase("http://alice:hunter2@proxy.example/path", "*path*")]
    public void Address_from_a_proxy_object_that_cannot_be_used_is_told_without_it(string address, string message)
    {
        var proxy = new TestWebProxy(new Uri(address));
        Action[] ways = [() => Find(Plain, null, o => o.Proxy = proxy), () => Find(Plain, "", system: proxy)];

        foreach (Action find in ways)
        {
            WebSocketConnectException failure = TestClient.FailureOf(find);
            failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
            failure.Message.Should().Match(message);
            failure.ToString().Should().NotContainAny("alice", "hunter2", "proxy.example");
        }
    }

    // What the system has are proxies for http and https.
    [TestCase(Plain, "http://example.com/feed")]
    [TestCase(Secure, "https://example.com/feed")]
    public void System_is_asked_last_in_terms_of_HTTP(string uri, string expected)
    {
        Uri? asked = null;
        var system = new TestWebProxy(destination =>
        {
            asked = destination;
            return new Uri("http://system:1");
        });

        AddressOf(Find(uri, "", system: system)).Should().Be("http://system:1");
        AddressOf(Find(uri, "all_proxy=http://a:1", system: NeverAsked)).Should().Be("http://a:1");

        asked.Should().Be(new Uri(expected));
    }

    [Test]
    public void System_says_in_three_ways_that_there_is_none([Values("no proxy", "null", "the URI")] string way)
    {
        IWebProxy? system = way switch
        {
            "null" => new TestWebProxy(_ => null),
            "the URI" => new TestWebProxy(destination => destination),
            _ => null,
        };

        Find(Plain, "", system: system).Should().BeNull();
    }

    [Test]
    public void Credentials_come_with_the_proxy_and_those_in_its_address_come_first()
    {
        var given = new NetworkCredential("bob", "given");
        var plain = new TestWebProxy(new Uri("http://own:1")) { Credentials = given };
        var telling = new TestWebProxy(new Uri("http://alice:p%40ss@own:1")) { Credentials = given };

        Find(Plain, null, o => o.Proxy = plain)!.Credentials.Should().BeSameAs(given);
        NameOf(Find(Plain, null, o => o.Proxy = telling)).Should().Be("alice:p@ss");
        NameOf(Find(Plain, "http_proxy=http://alice:p%40ss@own:1")).Should().Be("alice:p@ss");
        NameOf(Find(Plain, "http_proxy=http://alice@own:1")).Should().Be("alice:");
        Find(Plain, "http_proxy=http://own:1")!.Credentials.Should().BeNull();
    }

    [Test]
    public void Proxy_is_shown_without_credentials() =>
        AddressOf(Find(Plain, "http_proxy=http://alice:hunter2@own:1")).Should().Be("http://own:1");

    // Variables as "name=value name=value"; null: none may be read.
    private static Proxy? Find(string uri, string? variables, Action<WebSocketClientOptions>? configure = null, IWebProxy? system = null)
    {
        var values = new Dictionary<string, string>();
        foreach (string variable in (variables ?? "").Split(default(char[]), StringSplitOptions.RemoveEmptyEntries))
            values.Add(variable.Split('=')[0], variable.Split('=')[1]);
        var environment = new ClientEnvironment
        {
            Variable = name => variables is null ? throw new InvalidOperationException(name + " was read.")
                : values.TryGetValue(name, out string? value) ? value : null,
            SystemProxy = () => system,
        };
        var options = new WebSocketClientOptions();
        configure?.Invoke(options);
        var server = new Uri(uri);
        return ProxyFinder.Find(server, options.RemoteEndPoint ?? new DnsEndPoint(server.IdnHost, server.Port), options, environment);
    }

    private static string? AddressOf(Proxy? proxy) => proxy?.Address.ToString();

    private static string NameOf(Proxy? proxy)
    {
        var credential = (NetworkCredential)proxy!.Credentials!;
        return credential.UserName + ":" + credential.Password;
    }

    private static void SetOut(WebSocketClientOptions options, string way)
    {
        switch (way)
        {
            case "RemoteEndPoint":
                options.RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 1);
                break;
            case "SocketDialer":
                options.SocketDialer = _ => throw new InvalidOperationException("Nobody dials here.");
                break;
            default:
                options.StreamDialer = _ => throw new InvalidOperationException("Nobody dials here.");
                break;
        }
    }
}
