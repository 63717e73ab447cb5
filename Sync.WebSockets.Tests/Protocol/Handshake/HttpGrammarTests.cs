using System.Linq;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Handshake;

[TestFixture]
public sealed class HttpGrammarTests
{
    [Test]
    public void Token_is_made_of_letters_digits_and_fifteen_signs()
    {
        // RFC 9110, 5.6.2.
        const string tchar = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

        Enumerable.Range(0, 0x300).Where(HttpGrammar.IsTokenChar).Select(c => (char)c).Should().BeEquivalentTo(tchar);
    }

    [Test]
    public void Value_is_made_of_what_is_visible_and_blanks_and_of_octets_that_mean_nothing()
    {
        // RFC 9110, 5.5: VCHAR, SP, HTAB and obs-text.
        int[] chars = [.. Enumerable.Range(0, 0x300).Where(HttpGrammar.IsValueChar)];

        chars.Should().Equal([9, .. Enumerable.Range(0x20, 0x5F), .. Enumerable.Range(0x80, 0x80)]);
    }

    [TestCase("", "''")]
    [TestCase(" ~", "' ~'")]
    [TestCase("a\u001Fb\u007Fc\u00FCd\r\n", "'a?b?c?d??'")]
    public void Quoted_text_is_one_line_of_ASCII(string text, string quoted) => HttpGrammar.Quote(text).Should().Be(quoted);

    [TestCase(80, "'")]
    [TestCase(81, "...'")]
    public void Quoted_text_has_eighty_characters_at_most_and_says_when_it_is_cut(int length, string end) =>
        HttpGrammar.Quote(new string('x', length)).Should().Be("'" + new string('x', 80) + end);
}
