using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Handshake;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Protocol.Authentication;

[TestFixture]
public sealed class AuthenticationChallengeTests
{
    [TestCase("", "")]
    [TestCase(" \t", "")]
    [TestCase(",", "")]
    [TestCase("Negotiate", "Negotiate")]
    [TestCase(" ,Negotiate,, ,\tBasic ,", "Negotiate|Basic")]
    [TestCase("Basic realm=x", "Basic[realm=x]")]
    [TestCase("Basic realm=\"\"", "Basic[realm=]")]
    [TestCase("Basic\t realm \t=\t \"x\" \t, charset = UTF-8", "Basic[realm=x][charset=UTF-8]")]
    [TestCase("Digest realm=a,nonce=b,Basic realm=c", "Digest[realm=a][nonce=b]|Basic[realm=c]")]
    [TestCase("Digest realm=\"a\", nonce=\"b\", Basic realm=\"c\"", "Digest[realm=a][nonce=b]|Basic[realm=c]")]
    [TestCase("Digest , realm=a,, nonce=b", "Digest[realm=a][nonce=b]")]
    [TestCase("Digest domain=/a/b, realm=c", "Digest[domain=/a/b][realm=c]")]
    [TestCase("Basic realm=\"\u00FC\"", "Basic[realm=\u00FC]")]
    [TestCase("Basic realm=\" a = b \"", "Basic[realm= a = b ]")]
    [TestCase("Basic realm=a, Basic realm=a", "Basic[realm=a]|Basic[realm=a]")]
    public void A_list_is_read(string header, string read) => Read(header).Should().Be(read);

    [Test]
    public void The_example_of_the_RFC_is_read()
    {
        // RFC 9110, 11.6.1.
        Read("Basic realm=\"simple\", Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\"")
            .Should().Be("Basic[realm=simple]|Newauth[realm=apps][type=1][title=Login to \"apps\"]");
    }

    [TestCase("\"a, b\"", "a, b")]
    [TestCase("\", Basic realm=\"", ", Basic realm=")]
    [TestCase("\"\\\\\"", "\\")]
    [TestCase("\"\\\"\"", "\"")]
    [TestCase("\"\\\\\\\"\\,\\a\"", "\\\",a")]
    public void Quoted_comma_does_not_end_a_parameter(string quoted, string value) =>
        Read("Digest realm=" + quoted + ", nonce=n, Negotiate").Should().Be("Digest[realm=" + value + "][nonce=n]|Negotiate");

    [TestCase("NTLM TlRM")]
    [TestCase("NTLM TlRM=")]
    [TestCase("NTLM \t TlRMTVNTUAAB/+-._~== ")]
    [TestCase("NTLM ///")]
    public void A_token68_is_passed_over(string challenge) =>
        Read("Basic realm=x, " + challenge + ", Basic realm=y").Should().Be("Basic[realm=x]|NTLM|Basic[realm=y]");

    [TestCase("(", "")]
    [TestCase("\"Basic\"", "")]
    [TestCase("\\", "")]
    [TestCase("=x", "")]
    [TestCase("==", "")]
    [TestCase("Basic ==", "")]
    [TestCase("Basic \"x\"", "|Basic")]
    [TestCase("Basic (", "|Basic")]
    [TestCase("Basic\0", "|Basic")]
    [TestCase("Basic realm \"x\"", "|Basic")]
    [TestCase("Basic realm=My Proxy", "|Basic")]
    [TestCase("Basic realm==x", "|Basic")]
    [TestCase("Basic realm==\"x\"", "|Basic")]
    [TestCase("Basic realm=(", "|Basic")]
    [TestCase("Basic realm=\"x\"y", "|Basic")]
    [TestCase("Basic realm=\"x\" y", "|Basic")]
    [TestCase("Basic realm=x=y", "|Basic")]
    [TestCase("Basic realm=x, (", "|Basic[realm=x]")]
    [TestCase("Basic realm=x, =y", "|Basic[realm=x]")]
    [TestCase("Basic realm=x, y=", "|Basic[realm=x]")]
    [TestCase("Basic realm=x, y==z", "|Basic[realm=x]")]
    [TestCase("Basic realm=x, y=\u00FC", "|Basic[realm=x]")]
    [TestCase("Basic realm=x; y=z", "|Basic")]
    public void What_cannot_be_read_costs_the_rest_of_its_line_only(string malformed, string read) =>
        Read("Digest realm=a, " + malformed + ", Negotiate", "orphan=x, Bearer").Should().Be("Digest[realm=a]" + read + "|Bearer");

    [TestCase("\"")]
    [TestCase("\"x")]
    [TestCase("\"x\\")]
    [TestCase("\"x\\\"")]
    [TestCase("\", nonce=x, Negotiate")]
    public void A_quote_that_does_not_end_swallows_no_other_line(string value) =>
        Read("Negotiate, Digest realm=" + value, "nonce=n, Basic realm=x").Should().Be("Negotiate|Digest|Basic[realm=x]");

    [TestCase("Digest realm=a, realm=a, nonce=n", "")]
    [TestCase("Digest realm=a, REALM=b, Basic realm=x", "Basic[realm=x]")]
    [TestCase("Negotiate, Digest nonce=n, realm=a, nonce=n, nonce=m, opaque=o, Basic", "Negotiate|Basic")]
    [SetCulture("tr-TR")]
    public void A_parameter_that_is_there_twice_takes_its_challenge_away(string header, string read) => Read(header).Should().Be(read);

    [Test]
    public void Parameters_before_any_challenge_belong_to_none() => Read("realm=x, nonce=\"y\", Basic").Should().Be("Basic");

    [Test]
    public void Every_way_to_spread_a_list_over_lines_gives_the_same_challenges()
    {
        string[] elements = ["Digest realm=\"a, b\"", "nonce=x", "qop=\"auth, auth-int\"", "Negotiate", "NTLM TlRM==", "Basic realm=\"y\""];

        for (int cuts = 0; cuts < 1 << (elements.Length - 1); cuts++)
        {
            List<string> lines = [elements[0]];
            for (int i = 1; i < elements.Length; i++)
            {
                if ((cuts & (1 << (i - 1))) == 0)
                    lines[lines.Count - 1] += ", " + elements[i];
                else
                    lines.Add(elements[i]);
            }
            Read([.. lines]).Should().Be("Digest[realm=a, b][nonce=x][qop=auth, auth-int]|Negotiate|NTLM|Basic[realm=y]");
        }
    }

    [Test]
    public void No_line_is_no_challenge() => Read().Should().BeEmpty();

    [Test]
    [SetCulture("tr-TR")]
    public void Names_are_compared_without_case()
    {
        AuthenticationChallenge challenge = One("DIGEST REALM=a, Nonce=b, QOP=AUTH, algorithm=md5-SESS, STALE=TRUE, UserHash=True");

        challenge["realm"].Should().Be("a");
        challenge["NONCE"].Should().Be("b");
        challenge["absent"].Should().BeNull();
        challenge.Kind.Should().Be(ChallengeKind.DigestMd5Session);
        challenge.HasQop.Should().BeTrue();
        challenge.IsStale.Should().BeTrue();
        challenge.HashesUserName.Should().BeTrue();
    }

    [TestCase("Digest realm=a")]
    [TestCase("Digest stale=false, userhash=false")]
    [TestCase("Digest stale=\"\", userhash=1")]
    [TestCase("Digest stale=\" true\", userhash=\"true \"")]
    public void What_is_not_true_is_false(string header)
    {
        One(header).IsStale.Should().BeFalse();
        One(header).HashesUserName.Should().BeFalse();
        One(header).HasQop.Should().BeFalse();
    }

    [TestCase("Basic", nameof(ChallengeKind.Basic))]
    [TestCase("bASIC realm=r, charset=\"UTF-8\"", nameof(ChallengeKind.Basic))]
    [TestCase("Digest realm=r, nonce=n", nameof(ChallengeKind.DigestMd5))]
    [TestCase("digest realm=\"\", nonce=\"\"", nameof(ChallengeKind.DigestMd5))]
    [TestCase("Digest realm=r, nonce=n, algorithm=MD5", nameof(ChallengeKind.DigestMd5))]
    [TestCase("Digest realm=r, nonce=n, algorithm=\"md5\", qop=auth", nameof(ChallengeKind.DigestMd5))]
    [TestCase("Digest realm=r, nonce=n, algorithm=MD5-sess, qop=\"auth-int, Auth\"", nameof(ChallengeKind.DigestMd5Session))]
    [TestCase("Digest realm=r, nonce=n, algorithm=SHA-256", nameof(ChallengeKind.DigestSha256))]
    [TestCase("Digest realm=r, nonce=n, algorithm=sha-256, qop=\"auth,auth-int\"", nameof(ChallengeKind.DigestSha256))]
    [TestCase("Digest realm=r, nonce=n, algorithm=SHA-256-sess, qop=\"\tauth\"", nameof(ChallengeKind.DigestSha256Session))]
    [SetCulture("tr-TR")]
    public void What_we_can_answer_has_a_kind(string header, string kind) => One(header).Kind.ToString().Should().Be(kind);

    [TestCase("Negotiate")]
    [TestCase("NTLM TlRM")]
    [TestCase("Bearer realm=r, nonce=n")]
    [TestCase("Digest")]
    [TestCase("Digest realm=r")]
    [TestCase("Digest nonce=n")]
    [TestCase("Digest realm=r, nonce=n, qop=auth-int")]
    [TestCase("Digest realm=r, nonce=n, qop=\"\"")]
    [TestCase("Digest realm=r, nonce=n, qop=\"auth auth-int\"")]
    [TestCase("Digest realm=r, nonce=n, qop=auth, algorithm=SHA-512-256")]
    [TestCase("Digest realm=r, nonce=n, qop=auth, algorithm=SHA-256-session")]
    [TestCase("Digest realm=r, nonce=n, qop=auth, algorithm=\"\"")]
    [TestCase("Digest realm=r, nonce=n, algorithm=MD5-sess")]
    [TestCase("Digest realm=r, nonce=n, algorithm=SHA-256-sess")]
    public void What_we_cannot_answer_has_none(string header) => One(header).Kind.Should().BeNull();

    [Test]
    public void The_strongest_comes_first_and_what_has_no_answer_is_left_out()
    {
        List<AuthenticationChallenge> challenges = AuthenticationChallenge.ReadAll(
        [
            "Basic realm=8, Negotiate, Digest realm=6, nonce=n, algorithm=MD5-sess, qop=auth",
            "Digest realm=4, nonce=n, NTLM TlRM==, Digest realm=x, nonce=n, algorithm=SHA-512-256",
            "Digest realm=3, nonce=n, algorithm=SHA-256-sess, qop=auth, Digest realm=5, nonce=n, algorithm=MD5, Basic realm=9",
            "Digest realm=1, nonce=n, algorithm=SHA-256, qop=auth, Digest realm=x, Digest realm=2, nonce=n, algorithm=SHA-256",
            "Digest realm=7, nonce=m, algorithm=MD5-sess, qop=auth",
        ]);

        AuthenticationChallenge.InOrderOfStrength(challenges).Select(challenge => challenge["realm"])
            .Should().Equal("1", "2", "3", "4", "5", "6", "7", "8", "9");
    }

    [TestCase(",")]
    [TestCase(" ")]
    [TestCase("=")]
    [TestCase("/")]
    [TestCase("\"")]
    [TestCase("\\")]
    [TestCase("a,")]
    [TestCase("a b,")]
    [TestCase("a=\"\\\\\",")]
    [Category("A3")]
    [Bulky]
    public void Work_grows_with_the_list_and_no_faster(string element)
    {
        foreach (string start in new[] { "", "Digest ", "Digest realm=\"" })
        {
            Growth.Of(size => AuthenticationChallenge.ReadAll([start + string.Concat(Enumerable.Repeat(element, size))]), 1000)
                .Should().BeLessThan(Growth.Bound);
        }
    }

    [Test]
    [Category("A3")]
    [Bulky]
    public void Work_grows_with_the_parameters_and_no_faster()
    {
        static void ReadParameters(int count)
        {
            IEnumerable<string> parameters = Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture) + "=x");
            One("Digest " + string.Join(",", parameters)).Parameters.Count.Should().Be(count);
        }

        Growth.Of(ReadParameters, 500).Should().BeLessThan(Growth.Bound);
    }

    private static AuthenticationChallenge One(string header) => AuthenticationChallenge.ReadAll([header]).Single();

    private static string Read(params string[] lines) => string.Join("|", AuthenticationChallenge.ReadAll(lines).Select(Describe));

    private static string Describe(AuthenticationChallenge challenge) =>
        challenge.Scheme + string.Concat(challenge.Parameters.Select(parameter => "[" + parameter.Key + "=" + parameter.Value + "]"));
}
