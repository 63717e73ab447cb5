using System.Collections.Generic;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Protocol.Handshake;

[TestFixture]
public sealed class ExtensionOfferTests
{
    [TestCase("foo", "foo")]
    [TestCase("foo, bar", "foo|bar")]
    [TestCase(" ,foo,, bar ,", "foo|bar")]
    [TestCase("foo;a", "foo[a]")]
    [TestCase("foo ; a ; b = 1 , foo", "foo[a][b=1]|foo")]
    [TestCase("foo;\ta=\"b\"", "foo[a=b]")]
    [TestCase("foo; a=\"\\b\\1\"", "foo[a=b1]")]
    [TestCase("foo; a=1; a=2", "foo[a=1][a=2]")]
    public void A_list_is_read(string header, string read)
    {
        ExtensionOffer.TryParseList(header, out List<ExtensionOffer> offers).Should().BeTrue();

        Describe(offers).Should().Be(read);
    }

    [TestCase("")]
    [TestCase(" \t")]
    [TestCase(",")]
    [TestCase(";")]
    [TestCase("foo;")]
    [TestCase("foo;,bar")]
    [TestCase("foo;;a")]
    [TestCase("foo;=1")]
    [TestCase("foo=1")]
    [TestCase("foo bar")]
    [TestCase("foo; a b")]
    [TestCase("foo; a=")]
    [TestCase("foo; a=,bar")]
    [TestCase("foo; a==1")]
    [TestCase("foo; a=\"\"")]
    [TestCase("foo; a=\"b c\"")]
    [TestCase("foo; a=\"b,c\"")]
    [TestCase("foo; a=\"b")]
    [TestCase("foo; a=\"b\\")]
    [TestCase("foo; a=\"b\\\"\"")]
    [TestCase("foo; a=\"b\"c")]
    [TestCase("foo; a=\" b\"")]
    [TestCase("\"foo\"")]
    [TestCase("foo, bar, (")]
    [TestCase("f\u00F6o")]
    [Category("H11")]
    public void What_breaks_the_grammar_is_refused_whole(string header)
    {
        ExtensionOffer.TryParseList(header, out List<ExtensionOffer> offers).Should().BeFalse();

        offers.Should().BeEmpty();
    }

    [TestCase("a,")]
    [TestCase(",")]
    [TestCase("a;b=\"c\",")]
    [Category("A3")]
    [Bulky]
    public void Work_grows_with_the_list_and_no_faster(string element)
    {
        bool isList = element != ",";

        double growth = Growth.Of(
            size => ExtensionOffer.TryParseList(string.Concat(Enumerable.Repeat(element, size)), out _).Should().Be(isList), 2000);

        growth.Should().BeLessThan(Growth.Bound);
    }

    private static string Describe(List<ExtensionOffer> offers) =>
        string.Join("|", offers.Select(offer => offer.Name + string.Concat(offer.Parameters.Select(Describe))));

    private static string Describe(KeyValuePair<string, string?> parameter) =>
        "[" + parameter.Key + (parameter.Value is null ? "" : "=" + parameter.Value) + "]";
}
