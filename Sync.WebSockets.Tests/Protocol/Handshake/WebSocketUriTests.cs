using System;
using System.Collections.Generic;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Protocol.Handshake;

[TestFixture]
public sealed class WebSocketUriTests
{
    [TestCase("ws://example.com")]
    [TestCase("WSS://example.com/feed?x=1")]
    [TestCase("ws://127.0.0.1:8080/")]
    [TestCase("wss://[2001:db8::1]:1/")]
    [TestCase("ws://localhost:65535/%23")]
    [TestCase("ws://a-z.0_9/~!")]
    [SetCulture("tr-TR")]
    public void A_websocket_address_passes(string text)
    {
        var uri = new Uri(text);

        WebSocketUri.Check(uri).Should().BeSameAs(uri);
    }

    [TestCase("http://example.com/", "scheme is 'http'")]
    [TestCase("https://example.com/", "scheme is 'https'")]
    [TestCase("file:///etc/hosts", "scheme is 'file'")]
    [TestCase("wsx://example.com/", "scheme is 'wsx'")]
    [TestCase("ws://example.com/#part", "fragment")]
    [TestCase("ws://example.com/#", "fragment")]
    [TestCase("ws://example.com/?q#part", "fragment")]
    [TestCase("ws://example.com:0/", "port is 0, expected 1 to 65535")]
    [Category("H2")]
    public void Another_address_is_refused_with_its_reason(string text, string told)
    {
        Action check = () => WebSocketUri.Check(new Uri(text));

        check.Should().Throw<ArgumentException>().WithMessage("*" + told + "*").WithParameterName("uri");
    }

    [TestCase("/feed")]
    [TestCase("feed?x")]
    [Category("H2")]
    public void A_relative_address_is_refused(string text)
    {
        Action check = () => WebSocketUri.Check(new Uri(text, UriKind.Relative));

        check.Should().Throw<ArgumentException>().WithMessage("*relative*");
    }

    // Some of these are no Uri to begin with; none may get past both.
    [TestCase("ws://")]
    [TestCase("ws:///feed")]
    [TestCase("ws:feed")]
    [TestCase("ws://:80/")]
    [TestCase("ws://example.com:65536/")]
    [TestCase("ws://example.com:-1/")]
    [TestCase("ws://example.com:x/")]
    [TestCase("ws://exa mple.com/")]
    [TestCase("ws://example.com\r\nX: y/")]
    [TestCase("ws://exa\0mple.com/")]
    [Category("H1")]
    [Category("H2")]
    public void No_empty_host_bad_port_or_control_character_in_the_host_gets_through(string text)
    {
        bool passed = Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && Passes(uri);

        passed.Should().BeFalse();
    }

    // Whether it passes is the platform's affair: .NET leaves such a name to DNS, Mono cannot read it.
    [TestCase("ws://xn--0/")]
    [TestCase("ws://a.xn--127.example/")]
    [Category("H4")]
    public void A_host_in_broken_Punycode_is_at_worst_a_bad_argument(string text)
    {
        Action check = () => Passes(new Uri(text));

        check.Should().NotThrow();
    }

    [TestCase("wss://user:secret@example.com/")]
    [TestCase("wss://secret@example.com/")]
    [TestCase("http://user:secret@example.com/#secret")]
    [Category("H3")]
    public void Userinfo_is_refused_and_never_shown(string text)
    {
        Action check = () => WebSocketUri.Check(new Uri(text));

        check.Should().Throw<ArgumentException>().Which.ToString().Should().NotContain("secret");
    }

    [TestCase("wss://user:secret@example.com/")]
    [TestCase("ws://user@example.com/")]
    [Category("H3")]
    public void Userinfo_passes_where_it_is_asked_for(string text)
    {
        var uri = new Uri(text);

        WebSocketUri.Check(uri, mayHoldUserInfo: true).Should().BeSameAs(uri);
    }

    [Test]
    [Category("H3")]
    public void Refusal_of_userinfo_says_what_to_set_instead() =>
        WebSocketUri.Problem(new Uri("ws://user@example.com/")).Should().Contain("Credentials").And.Contain("UseUserInfo");

    [Test]
    public void Problem_of_an_address_without_one_is_null() => WebSocketUri.Problem(new Uri("ws://example.com/")).Should().BeNull();

    [TestCase("ws://user@example.com/", "user", "")]
    [TestCase("ws://user:@example.com/", "user", "")]
    [TestCase("ws://user:password@example.com/", "user", "password")]
    [TestCase("ws://user:pass:word@example.com/", "user", "pass:word")]
    [TestCase("ws://:password@example.com/", "", "password")]
    [TestCase("ws://us%65r:p%40ss%2Fw%C3%B6rd@example.com/", "user", "p@ss/w\u00F6rd")]
#if NET // Mono has decoded the colon before anybody can see it.
    [TestCase("ws://user%3A:password@example.com/", "user:", "password")]
#endif
    [Category("H3")]
    public void Userinfo_is_decoded(string text, string user, string password) =>
        WebSocketUri.UserInfo(new Uri(text)).Should().Be((user, password));

    [Test]
    public void Address_without_userinfo_has_none() => WebSocketUri.UserInfo(new Uri("ws://example.com/@")).Should().BeNull();

    [TestCase("ws://user@example.com/", "ws://example.com/")]
    [TestCase("wss://user:password@example.com:8443/a%20b?x=%2F", "wss://example.com:8443/a%20b?x=%2F")]
    [TestCase("ws://user:password@[::1]:8080/", "ws://[::1]:8080/")]
    [Category("H3")]
    public void Userinfo_is_taken_out(string text, string shown) =>
        WebSocketUri.WithoutUserInfo(new Uri(text)).AbsoluteUri.Should().Be(shown);

    [Test]
    public void Address_without_userinfo_stays_the_same_one()
    {
        var uri = new Uri("ws://example.com/");

        WebSocketUri.WithoutUserInfo(uri).Should().BeSameAs(uri);
    }

    [TestCase("ws+unix:///run/app.sock", "/run/app.sock", "ws://localhost/")]
    [TestCase("ws+unix:///run/app.sock:/", "/run/app.sock", "ws://localhost/")]
    [TestCase("ws+unix:///run/app.sock:/feed?x=1&y=%2F", "/run/app.sock", "ws://localhost/feed?x=1&y=%2F")]
    [TestCase("ws+unix:///run/app.sock?x=1", "/run/app.sock", "ws://localhost/?x=1")]
    [TestCase("WS+UNIX:///run/app.sock:/a:b", "/run/app.sock", "ws://localhost/a:b")]
    [TestCase("ws+unix:///run/my%20app%3A1.sock:/a%20b", "/run/my app:1.sock", "ws://localhost/a%20b")]
    public void Unix_address_is_taken_apart(string text, string path, string request)
    {
        Uri uri = WebSocketUri.FromUnix(new Uri(text), out string socketPath);

        socketPath.Should().Be(path);
        WebSocketUri.Check(uri).AbsoluteUri.Should().Be(request);
    }

    [TestCase("ws+unix://host/run/app.sock:/")]
    [TestCase("ws+unix:///")]
    [TestCase("ws+unix:///:/feed")]
    [TestCase("ws+unix:///run/app.sock:feed")]
    [TestCase("ws+unix:///run/app.sock:")]
    [TestCase("ws+unix:///run/app.sock:/feed#part")]
    [TestCase("ws+unix:///run/app%0A.sock:/feed")]
    [Category("H2")]
    public void Unix_address_without_a_socket_or_a_whole_path_is_refused(string text)
    {
        Action take = () => WebSocketUri.FromUnix(new Uri(text), out _);

        take.Should().Throw<ArgumentException>().WithMessage("*ws+unix:///path*").WithParameterName("uri");
    }

    [TestCase("ws://example.com/feed?x=1", "http://example.com/feed?x=1")]
    [TestCase("WSS://example.com:8443/%20", "https://example.com:8443/%20")]
    public void Same_place_in_http(string text, string http) =>
        WebSocketUri.ToHttp(new Uri(text)).AbsoluteUri.Should().Be(http);

    [Test]
    public void Null_is_refused()
    {
        Action check = () => WebSocketUri.Check(null!);

        check.Should().Throw<ArgumentNullException>();
    }

    [TestCase("ws://example.com/", "example.com")]
    [TestCase("ws://example.com:80/", "example.com")]
    [TestCase("wss://example.com:443/", "example.com")]
    [TestCase("ws://example.com:443/", "example.com:443")]
    [TestCase("wss://example.com:80/", "example.com:80")]
    [TestCase("ws://EXAMPLE.com:8080/", "example.com:8080")]
    [TestCase("ws://127.0.0.1:9/", "127.0.0.1:9")]
    [TestCase("ws://[::1]/", "[::1]")]
    [TestCase("ws://[2001:db8::1]:8080/", "[2001:db8::1]:8080")]
    [TestCase("ws://[fe80::1%255]:8080/", "[fe80::1]:8080")]
    public void The_Host_header_has_brackets_and_a_port_where_they_belong(string text, string host)
    {
        WebSocketUri.HostHeader(new Uri(text)).Should().Be(host);
    }

    [TestCase("wss://bücher.example/", "xn--bcher-kva.example")]
    [TestCase("ws://例え.テスト:8080/", "xn--r8jz45g.xn--zckzah:8080")]
    [Category("H4")]
    public void A_host_outside_ASCII_is_written_in_punycode(string text, string host)
    {
        var uri = new Uri(text);

        WebSocketUri.Check(uri);
        WebSocketUri.HostHeader(uri).Should().Be(host);
    }

    // The mapping to ASCII turns some letters into delimiters, and Uri finds some hosts bad only when asked for it.
    [TestCase("ws://a\u2100b.example/")]
    [TestCase("ws://a\u203Cb.example/")]
    [TestCase("ws://a\u037Eb.example/")]
    [TestCase("ws://a!b.example/")]
    [Category("H1")]
    [Category("H4")]
    public void A_host_that_is_no_name_is_refused(string text)
    {
        bool passed = Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && Passes(uri);

        passed.Should().BeFalse();
    }

    [Test]
    [Category("H1")]
    [Category("H4")]
    [Bulky]
    public void Whatever_stands_in_a_host_only_a_name_gets_into_the_Host_header()
    {
        var escaped = new List<string>();
        for (int c = 0; c <= char.MaxValue; c++)
        {
            if (Uri.TryCreate("ws://a" + (char)c + "b.example/", UriKind.Absolute, out Uri? uri)
                && Passes(uri)
                && !WebSocketUri.HostHeader(uri).All(IsOfAName))
            {
                escaped.Add(((char)c).ToString());
            }
        }

        escaped.Should().BeEmpty();
    }

    [TestCase("ws://example.com", "/")]
    [TestCase("ws://example.com?x=1", "/?x=1")]
    [TestCase("ws://example.com/a/b?x=1&y=%2F", "/a/b?x=1&y=%2F")]
    [TestCase("ws://example.com/a b?c d", "/a%20b?c%20d")]
    [TestCase("ws://example.com/ü?ü", "/%C3%BC?%C3%BC")]
    public void The_request_target_is_path_and_query_escaped(string text, string target)
    {
        WebSocketUri.RequestTarget(new Uri(text)).Should().Be(target);
    }

    [TestCase("ws://example.com/a\r\nX: y")]
    [TestCase("ws://example.com/?a\r\nX: y")]
    [TestCase("ws://example.com/a\0b")]
    [Category("H1")]
    [Category("A7")]
    public void Control_characters_in_the_path_are_escaped_or_refused(string text)
    {
        var uri = new Uri(text);

        WebSocketUri.RequestTarget(WebSocketUri.Check(uri)).Should().NotContainAny("\r", "\n", "\0", " ");
    }

#if NET
    [TestCase("ws://example.com/a\r\nX:y")]
    [TestCase("ws://example.com/a b")]
    [TestCase("ws://example.com/?ü")]
    [Category("H1")]
    [Category("A7")]
    public void A_path_that_its_maker_left_raw_is_refused(string text)
    {
        var uri = new Uri(text, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        Action check = () => WebSocketUri.Check(uri);

        check.Should().Throw<ArgumentException>().WithMessage("*escape*");
    }
#endif

    private static bool IsOfAName(char c) => c is '-' or '.' or '_' || (c < 0x80 && char.IsLetterOrDigit(c));

    private static bool Passes(Uri uri)
    {
        try
        {
            WebSocketUri.Check(uri);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

#if NET
    [Test]
    public void Target_begins_with_a_slash_even_if_the_URI_says_to_leave_it_alone() =>
        WebSocketUri.RequestTarget(new Uri("ws://localhost?q", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })).Should().Be("/?q");
#endif
}
