using System;
using System.Collections.Generic;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Authentication;

[TestFixture]
public sealed class AuthenticationAnswerTests
{
    private const string Basic = "Basic realm=r";
    private const string Digest = "Digest realm=r, nonce=n";

    // RFC 7617, 2 and 2.1.
    [TestCase("Basic realm=\"WallyWorld\"", "Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")]
    [TestCase("Basic realm=\"foo\", charset=\"UTF-8\"", "test", "123\u00A3", "Basic dGVzdDoxMjPCow==")]
    [TestCase("BASIC realm=\"foo\"", "test", "123\u00A3", "Basic dGVzdDoxMjPCow==")]
    [TestCase(Basic, "u", "a:b", "Basic dTphOmI=")]
    [TestCase(Basic, "", "", "Basic Og==")]
    [SetCulture("tr-TR")]
    public void Basic_is_answered_in_UTF8(string header, string user, string password, string answer) =>
        Answer(header, user, password).Should().Be(answer);

    [Test]
    public void Digest_is_answered_with_the_random_bytes_in_hex()
    {
        // RFC 2617, 3.5.
        const string Header = "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", "
            + "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";

        Answer(Header, "Mufasa", "Circle Of Life").Should().Be(
            "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", uri=\"/dir/index.html\", "
            + "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", nc=00000001, cnonce=\"0a4f113b\", qop=auth, "
            + "response=\"6629fae49393a05397450978507c4ef1\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"");
    }

    [TestCase("Negotiate")]
    [TestCase("Digest realm=r, nonce=n, algorithm=SHA-512-256")]
    public void A_challenge_that_we_do_not_know_has_no_answer(string header) => Answer(header, "u", "p").Should().BeNull();

    [Test]
    [Category("H3")]
    public void A_colon_in_the_name_is_refused_only_where_it_would_end_it()
    {
        Action basic = () => Answer(Basic, "Mu:fasa", "secret");

        basic.Should().Throw<FormatException>().WithMessage("The user name holds a colon*")
            .Which.Message.Should().NotContainAny("Mu", "fasa", "secret");
        Answer(Digest, "Mu:fasa", "secret").Should().StartWith("Digest username=\"Mu:fasa\", ");
    }

    [TestCase("\0")]
    [TestCase("\t")]
    [TestCase("\r\nX: y")]
    [TestCase("\u001F")]
    [TestCase("\u007F")]
    [Category("H3")]
    [Category("A7")]
    public void Control_characters_are_refused_and_nothing_is_shown(string control)
    {
        foreach (string header in new[] { Basic, Digest, "Negotiate" })
        {
            Action name = () => Answer(header, "Mu" + control + "fasa", "secret");
            Action password = () => Answer(header, "Mufasa", "sec" + control + "ret");

            name.Should().Throw<FormatException>().WithMessage("The user name holds a control character*")
                .Which.Message.Should().NotContainAny("Mu", "fasa", "secret");
            password.Should().Throw<FormatException>().WithMessage("The password holds a control character*")
                .Which.Message.Should().NotContainAny("Mufasa", "sec", "ret");
        }
    }

    [TestCase("r\r\nX: y")]
    [TestCase("r\0")]
    [TestCase("r\u0100")]
    [Category("A7")]
    public void What_cannot_stand_in_a_header_is_not_sent_back(string realm)
    {
        var challenge = new AuthenticationChallenge("Digest", new Dictionary<string, string> { ["realm"] = realm, ["nonce"] = "n" });

        AuthenticationAnswer.Create(challenge, "u", "p", "GET", "/", [1]).Should().BeNull();
    }

    [TestCase(0, true)]
    [TestCase(1, false)]
    [Category("H8")]
    public void An_answer_has_at_most_8_KiB(int over, bool passes)
    {
        int room = AuthenticationAnswer.MaxLength - Answer(Digest + ", opaque=\"\"", "u", "p")!.Length;

        (Answer(Digest + ", opaque=" + new string('o', room + over), "u", "p") is not null).Should().Be(passes);
        // "Basic " and four characters for three octets: 8190 and 8194.
        (Answer(Basic, "u", new string('p', 6136 + over)) is not null).Should().Be(passes);
    }

    private static string? Answer(string header, string user, string password) => AuthenticationAnswer.Create(
        AuthenticationChallenge.ReadAll([header]).Single(), user, password, "GET", "/dir/index.html", [0x0A, 0x4F, 0x11, 0x3B]);
}
