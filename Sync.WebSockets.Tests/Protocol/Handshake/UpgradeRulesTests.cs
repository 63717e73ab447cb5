using System;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Handshake;

[TestFixture]
public sealed class UpgradeRulesTests
{
    [TestCase("Upgrade")]
    [TestCase("CONNECTION")]
    [TestCase("content-length")]
    [TestCase("Transfer-Encoding")]
    [TestCase("TRANSFER-ENCODING")]
    [TestCase("TE")]
    [TestCase("Trailer")]
    [TestCase("Expect")]
    [TestCase("Keep-Alive")]
    [TestCase("Proxy-Connection")]
    [TestCase("Sec-WebSocket-Key")]
    [TestCase("sec-websocket-protocol")]
    [TestCase("SEC-WEBSOCKET-VERSION")]
    [TestCase("Sec-WebSocket-Anything")]
    [Category("H1")]
    [SetCulture("tr-TR")]
    public void A_header_of_the_handshake_or_of_a_body_is_refused(string name)
    {
        Action check = () => UpgradeRules.CheckHeaders(new WebSocketHeaders { { "X", "y" }, { name, "secret" } });

        check.Should().Throw<ArgumentException>().Which.Message.Should().Contain(name).And.NotContain("secret");
    }

    [TestCase("Host")]
    [TestCase("Origin")]
    [TestCase("user-agent")]
    [Category("H1")]
    public void A_header_that_takes_the_place_of_ours_is_there_at_most_once(string name)
    {
        Action once = () => UpgradeRules.CheckHeaders(new WebSocketHeaders { { name, "a" } });
        Action twice = () => UpgradeRules.CheckHeaders(new WebSocketHeaders { { name, "a" }, { name.ToUpperInvariant(), "b" } });

        once.Should().NotThrow();
        twice.Should().Throw<ArgumentException>().WithMessage("*more than once*");
    }

    [Test]
    public void Other_headers_pass_even_twice()
    {
        var headers = new WebSocketHeaders { { "Authorization", "a" }, { "X", "1" }, { "X", "2" }, { "Sec-Fetch-Mode", "websocket" } };
        Action check = () => UpgradeRules.CheckHeaders(headers);

        check.Should().NotThrow();
    }

    [TestCase("")]
    [TestCase(null)]
    [TestCase("a b")]
    [TestCase("a,b")]
    [TestCase("a\r\nX: y")]
    [TestCase("a\0")]
    [TestCase("\"a\"")]
    [TestCase("ü")]
    [Category("H1")]
    [Category("A7")]
    public void A_subprotocol_that_is_no_token_is_refused(string? subProtocol)
    {
        Action check = () => UpgradeRules.CheckSubProtocols(["ok", subProtocol!]);

        check.Should().Throw<ArgumentException>().WithMessage("Subprotocol 2 *");
    }

    [Test]
    [Category("H1")]
    public void A_subprotocol_offered_twice_is_refused_and_case_counts()
    {
        Action same = () => UpgradeRules.CheckSubProtocols(["chat", "mqtt", "chat"]);
        Action otherCase = () => UpgradeRules.CheckSubProtocols(["chat", "Chat"]);

        same.Should().Throw<ArgumentException>().WithMessage("Subprotocol 3 is there twice*");
        otherCase.Should().NotThrow();
    }

    [Test]
    public void A_bearer_token_among_the_subprotocols_is_not_shown()
    {
        Action check = () => UpgradeRules.CheckSubProtocols(["bearer.secret="]);

        check.Should().Throw<ArgumentException>().Which.Message.Should().NotContain("secret");
    }

    [TestCase(null, true)]
    [TestCase("", true)]
    [TestCase("https://example.com", true)]
    [TestCase("a\r\nX: y", false)]
    [TestCase("a\n", false)]
    [TestCase("a\0", false)]
    [TestCase("\u0100", false)]
    [Category("H1")]
    [Category("A7")]
    public void Origin_and_user_agent_are_values_of_a_header(string? value, bool passes)
    {
        Action check = () => UpgradeRules.CheckHeaderValue("Origin", value);

        if (passes)
            check.Should().NotThrow();
        else
            check.Should().Throw<ArgumentException>().WithMessage("*'Origin'*U+00FF (RFC 9110, 5.5). Encode them first.*");
    }
}
