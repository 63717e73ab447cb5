using System;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Proxies;

[TestFixture]
internal sealed class ProxyAddressTests
{
    [TestCase("proxy", ProxyScheme.Http, "proxy", 80)]
    [TestCase("proxy:3128", ProxyScheme.Http, "proxy", 3128)]
    [TestCase("proxy:3128/", ProxyScheme.Http, "proxy", 3128)]
    [TestCase("[::1]:3128", ProxyScheme.Http, "::1", 3128)]
    [TestCase("http://proxy", ProxyScheme.Http, "proxy", 80)]
    [TestCase("http://10.0.0.1:65535/", ProxyScheme.Http, "10.0.0.1", 65535)]
    [TestCase("http://b\u00FCcher.example:1", ProxyScheme.Http, "xn--bcher-kva.example", 1)]
    [TestCase("HTTPS://my_proxy.example", ProxyScheme.Https, "my_proxy.example", 443)]
    [TestCase("socks5://proxy", ProxyScheme.Socks5, "proxy", 1080)]
    [TestCase("SOCKS5H://proxy/", ProxyScheme.Socks5, "proxy", 1080)]
    [TestCase("socks://proxy:9", ProxyScheme.Socks5, "proxy", 9)]
    [TestCase("socks5://[2001:db8::1]:9", ProxyScheme.Socks5, "2001:db8::1", 9)]
    [SetCulture("tr-TR")]
    public void Scheme_host_and_port_are_read(string text, ProxyScheme scheme, string host, int port)
    {
        ProxyAddress proxy = Read(text);

        proxy.Scheme.Should().Be(scheme);
        proxy.Host.Should().Be(host);
        proxy.Port.Should().Be(port);
        proxy.User.Should().BeNull();
        proxy.Password.Should().BeNull();
    }

    [TestCase("user:pass@proxy:3128", "user", "pass")]
    [TestCase("http://user@proxy", "user", "")]
    [TestCase("http://user:@proxy", "user", "")]
    [TestCase("http://:pass@proxy", "", "pass")]
    [TestCase("http://@proxy", null, null)]
    [TestCase("https://user:a:b@proxy", "user", "a:b")]
    [TestCase("socks5://us%C3%BCr:p%40s%3As%2F%25@proxy", "us\u00FCr", "p@s:s/%")]
    public void User_name_and_password_are_decoded(string text, string? user, string? password)
    {
        ProxyAddress proxy = Read(text);

        proxy.Host.Should().Be("proxy");
        proxy.User.Should().Be(user);
        proxy.Password.Should().Be(password);
    }

    [TestCase("proxy:3128", "http://proxy:3128")]
    [TestCase("https://user:secret@proxy/", "https://proxy:443")]
    [TestCase("SOCKS5H://secret@[::1]", "socks5h://[::1]:1080")]
    [TestCase("http://[fe80::1%251]:8080", "http://[fe80::1]:8080")]
    public void As_text_it_keeps_its_secrets(string text, string shown) => Read(text).ToString().Should().Be(shown);

    [TestCase("", "cannot be read")]
    [TestCase("http://", "cannot be read")]
    [TestCase("proxy:65536", "cannot be read")]
    [TestCase("proxy:x", "cannot be read")]
    [TestCase("::1", "cannot be read")]
    [TestCase("socks5:proxy", "cannot be read")]
    [TestCase("socks4://proxy", "scheme is 'socks4'")]
    [TestCase("ftp://proxy", "scheme is 'ftp'")]
    [TestCase("proxy:0", "port is 0")]
#if NET // Mono takes it for no port.
    [TestCase("socks5://proxy:0", "port is 0")]
#endif
    [TestCase("proxy/path", "path")]
    [TestCase("http://proxy/?query", "query")]
    [TestCase("socks5://proxy?query", "query")]
    [TestCase("http://proxy/#fragment", "fragment")]
    [TestCase("proxy\n", "control character")]
    [TestCase(" proxy", "white space")]
    [TestCase("http://proxy\r\nX: y", "control character")]
    [TestCase("http://pro\0xy", "control character")]
    [TestCase("http://proxy\u007F", "control character")]
    public void Another_address_is_refused_with_its_reason(string text, string told) => Problem(text).Should().Contain(told);

    // Some of these are no Uri to begin with; none may get past both.
    [TestCase("socks5://")]
    [TestCase("socks5:///")]
    [TestCase("socks5://:1080")]
    [TestCase("http://a!b.example")]
    [TestCase("socks5://a!b.example")]
    [TestCase("http://a\u2100b.example")]
    [TestCase("socks5://a\u2100b.example")]
    public void A_host_that_is_no_name_is_refused(string text) => Problem(text).Should().NotBeNull();

    // 59 letters fit into a label of 63, and what they are in Punycode does not.
    [Test]
    public void A_host_that_has_no_form_in_ASCII_is_refused() => Problem("http://" + new string('\u00FC', 59)).Should().NotBeNull();

    [TestCase("socks4://alice:secret@proxy")]
    [TestCase("http://alice:secret@proxy:0")]
    [TestCase("http://alice:secret@proxy/path")]
    [TestCase("http://alice:secret@a!b")]
    [TestCase("http://alice:secret@")]
    [TestCase("http://alice:secret#1@proxy:3128")]
    [TestCase("http://alice:secret/1@proxy:3128")]
    [TestCase("alice:secret?1@proxy:3128")]
    [TestCase("alice:secret 1@proxy:3128")]
    [TestCase("alice:secret://1@proxy:3128")]
    [TestCase("alice:secret@proxy:99999")]
    public void No_problem_shows_user_name_or_password(string text) => Problem(text).Should().NotContainAny("alice", "secret");

    [Test]
    public void A_Uri_is_read_like_its_text()
    {
        ProxyAddress? proxy = ProxyAddress.Of(new Uri("socks5://user:pass@proxy"), out string? problem);

        problem.Should().BeNull();
        proxy!.ToString().Should().Be("socks5://proxy:1080");
        proxy.User.Should().Be("user");
        proxy.Password.Should().Be("pass");
    }

    [Test]
    public void A_relative_Uri_is_refused()
    {
        ProxyAddress.Of(new Uri("proxy", UriKind.Relative), out string? problem).Should().BeNull();

        problem.Should().Contain("cannot be read");
    }

    private static ProxyAddress Read(string text)
    {
        ProxyAddress? proxy = ProxyAddress.Parse(text, out string? problem);
        problem.Should().BeNull();
        return proxy!;
    }

    private static string? Problem(string text)
    {
        ProxyAddress.Parse(text, out string? problem).Should().BeNull();
        return problem;
    }
}
