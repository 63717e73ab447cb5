using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Authentication;

[TestFixture]
public sealed class DigestAnswerTests
{
    // RFC 7616, 3.9.2, apart from the algorithm, which we do not have.
    private const string Jason = "J\u00E4s\u00F8n Doe";
    private const string Secret = "Secret, or not?";
    private const string Nonce = "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK";
    private const string ClientNonce = "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v";
    private const string Challenge =
        "Digest realm=\"api@example.org\", qop=auth, algorithm=SHA-256, charset=UTF-8, nonce=\"" + Nonce + "\"";

    // The sessions, of which the RFC has no example, were computed with Python's hashlib.
    [TestCase("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    [TestCase("MD5", "8ca523f5e9506fed4657c9700eebdbec")]
    [TestCase("SHA-256-sess", "2fd51b3a77ad75bad6afad6003e818d767133c46d9e2749e7f5232ae1ea3efd7")]
    [TestCase("MD5-sess", "e783283f46242139c486a698fec7211d")]
    public void The_example_of_the_RFC_comes_out(string algorithm, string response)
    {
        // RFC 7616, 3.9.1.
        string header = "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=" + algorithm
            + ", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
        const string Own = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

        DigestAnswer.Create(One(header), "Mufasa", "Circle of Life", "GET", "/dir/index.html", Own).Should().Be(
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", algorithm=" + algorithm
            + ", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, cnonce=\"" + Own + "\", qop=auth, "
            + "response=\"" + response + "\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
    }

    [Test]
    public void Without_qop_the_answer_is_that_of_RFC_2069()
    {
        // RFC 2069, 2.4, with the response of its erratum 749.
        const string Header = "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"";

        DigestAnswer.Create(One(Header), "Mufasa", "CircleOfLife", "GET", "/dir/index.html", ClientNonce).Should().Be(
            "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", uri=\"/dir/index.html\", "
            + "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", response=\"1949323746fe6a43ef61f9606e7febea\"");
    }

    [Test]
    public void A_hash_takes_the_place_of_the_name_where_the_server_knows_it()
    {
        Answer(Challenge + ", userhash=true", Jason).Should().Be(
            "Digest username=\"" + Sha256(Jason + ":api@example.org") + "\", realm=\"api@example.org\", uri=\"/doe.json\", "
            + "algorithm=SHA-256, nonce=\"" + Nonce + "\", nc=00000001, cnonce=\"" + ClientNonce + "\", qop=auth, "
            + "response=\"" + Response(Jason, "api@example.org") + "\", userhash=true");
    }

    [TestCase(Jason, "%4A%C3%A4%73%C3%B8%6E%20%44%6F%65")]
    [TestCase("\U0001F642", "%F0%9F%99%82")]
    [TestCase("\u00FF", "%C3%BF")]
    public void A_name_outside_ASCII_goes_as_escaped_UTF8(string user, string escaped)
    {
        string answer = Answer(Challenge, user);

        answer.Should().StartWith("Digest username*=UTF-8''" + escaped + ", realm=");
        answer.Should().EndWith(", response=\"" + Response(user, "api@example.org") + "\"");
    }

    [TestCase("")]
    [TestCase(" ~'%*")]
    [TestCase("a:b")]
    public void A_name_in_ASCII_goes_as_it_is(string user)
    {
        string answer = Answer(Challenge, user);

        answer.Should().StartWith("Digest username=\"" + user + "\", realm=");
        answer.Should().EndWith(", response=\"" + Response(user, "api@example.org") + "\"");
    }

    [Test]
    public void Quotes_and_backslashes_are_escaped_where_they_are_sent_and_not_where_they_are_hashed()
    {
        const string Header = "Digest realm=\"\\\"r\\\\\", nonce=\"" + Nonce + "\", qop=auth, algorithm=SHA-256, opaque=\"\\\\\\\"\"";

        string answer = Answer(Header, "a\"b\\");

        answer.Should().StartWith("Digest username=\"a\\\"b\\\\\", realm=\"\\\"r\\\\\", ").And.EndWith(", opaque=\"\\\\\\\"\"");
        answer.Should().Contain("response=\"" + Response("a\"b\\", "\"r\\") + "\"");
    }

    [Test]
    public void What_came_as_UTF8_is_hashed_and_sent_back_as_the_same_octets()
    {
        const string Wire = "Z\u00C3\u00BCrich";

        string answer = Answer("Digest realm=\"" + Wire + "\", nonce=\"" + Nonce + "\", qop=auth, algorithm=SHA-256", "Mufasa");

        answer.Should().Contain("realm=\"" + Wire + "\"").And.Contain("response=\"" + Response("Mufasa", "Z\u00FCrich") + "\"");
    }

    private static AuthenticationChallenge One(string header) => AuthenticationChallenge.ReadAll([header]).Single();

    private static string Answer(string header, string user) =>
        DigestAnswer.Create(One(header), user, Secret, "GET", "/doe.json", ClientNonce);

    // RFC 7616, 3.4.1 to 3.4.3, once more, in text instead of octets.
    private static string Response(string user, string realm) => Sha256(
        Sha256(user + ":" + realm + ":" + Secret) + ":" + Nonce + ":00000001:" + ClientNonce + ":auth:" + Sha256("GET:/doe.json"));

    private static string Sha256(string text)
    {
        using SHA256 sha256 = SHA256.Create();
        return string.Concat(sha256.ComputeHash(Encoding.UTF8.GetBytes(text)).Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
    }
}
