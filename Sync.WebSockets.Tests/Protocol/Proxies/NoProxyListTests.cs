using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Proxies;

[TestFixture]
public sealed class NoProxyListTests
{
    [TestCase("example.com", "example.com")]
    [TestCase("example.com", "www.example.com")]
    [TestCase("example.com", "a.b.example.com")]
    [TestCase(".example.com", "example.com")]
    [TestCase(".example.com", "www.example.com")]
    [TestCase("*.example.com", "example.com")]
    [TestCase("*.example.com", "www.example.com")]
    [TestCase("INTRANET.example", "www.intranet.example")]
    [TestCase("intranet.example", "WWW.INTRANET.EXAMPLE")]
    [TestCase("example.com.", "example.com")]
    [TestCase("example.com", "www.example.com.")]
    [TestCase("*.example.com.", "example.com.")]
    [TestCase("localhost", "localhost")]
    [SetCulture("tr-TR")]
    public void A_name_covers_itself_and_all_below_it(string list, string host) => Covers(list, host, 80).Should().BeTrue();

    [TestCase("example.com", "example.org")]
    [TestCase("example.com", "badexample.com")]
    [TestCase("example.com", "com")]
    [TestCase("www.example.com", "example.com")]
    [TestCase("example.com", "example.com.example.org")]
    [TestCase("example.com", "10.0.0.1")]
    [TestCase("0.0.1", "10.0.0.1")]
    public void A_name_covers_no_other(string list, string host) => Covers(list, host, 80).Should().BeFalse();

    [TestCase("*", "example.com")]
    [TestCase("*", "10.0.0.1")]
    [TestCase("*", "[::1]")]
    [TestCase("a, *", "example.com")]
    public void A_star_covers_all(string list, string host) => Covers(list, host, 80).Should().BeTrue();

    [TestCase("a,b,c")]
    [TestCase("a b c")]
    [TestCase(" a ,\tb,, \r\n c ")]
    public void Entries_are_split_by_commas_and_white_space(string list)
    {
        Covers(list, "a", 80).Should().BeTrue();
        Covers(list, "b", 80).Should().BeTrue();
        Covers(list, "c", 80).Should().BeTrue();
        Covers(list, "d", 80).Should().BeFalse();
    }

    [TestCase("example.com:8080", "www.example.com")]
    [TestCase("example.com.:8080", "example.com")]
    [TestCase("*:8080", "example.com")]
    [TestCase("10.0.0.1:8080", "10.0.0.1")]
    [TestCase("[::1]:8080", "::1")]
    [TestCase("10.0.0.0/8:8080", "10.1.1.1")]
    public void An_entry_with_a_port_covers_that_port(string list, string host) => Covers(list, host, 8080).Should().BeTrue();

    [TestCase("example.com:8080", "example.com")]
    [TestCase("*:8080", "example.com")]
    [TestCase("10.0.0.1:8080", "10.0.0.1")]
    [TestCase("[::1]:8080", "::1")]
    [TestCase("10.0.0.0/8:8080", "10.1.1.1")]
    public void An_entry_with_a_port_covers_no_other_port(string list, string host) => Covers(list, host, 80).Should().BeFalse();

    [Test]
    public void The_end_of_an_IPv6_address_is_no_port()
    {
        Covers("fe80::1:80", "fe80::1:80", 80).Should().BeTrue();
        Covers("fe80::1:80", "fe80::1", 80).Should().BeFalse();
        Covers("::1:80", "::1", 80).Should().BeFalse();
    }

    [TestCase("10.0.0.1", "10.0.0.1")]
    [TestCase("10.0.0.1.", "10.0.0.1")]
    [TestCase("10.0.0.1", "10.0.0.1.")]
    [TestCase("::1", "[::1]")]
    [TestCase("[::1]", "::1")]
    [TestCase("2001:DB8:0:0:0:0:0:1", "2001:db8::1")]
    [TestCase("fe80::1", "[fe80::1%5]")]
    [TestCase("::ffff:10.0.0.1", "10.0.0.1")]
    [TestCase("10.0.0.1", "[::ffff:a00:1]")]
    public void An_address_covers_itself_however_it_is_spelled(string list, string host) => Covers(list, host, 80).Should().BeTrue();

    [TestCase("10.0.0.1", "10.0.0.10")]
    [TestCase("10.0.0.1", "110.0.0.1")]
    [TestCase("10.0.0.1", "example.com")]
    [TestCase("::1", "::2")]
    [TestCase("::a00:1", "10.0.0.1")]
    public void An_address_covers_no_other(string list, string host) => Covers(list, host, 80).Should().BeFalse();

    [TestCase("10.0.0.0/8", "10.255.255.255")]
    [TestCase("10.1.2.3/8", "10.0.0.0")]
    [TestCase("192.168.4.0/22", "192.168.7.255")]
    [TestCase("10.0.0.1/32", "10.0.0.1")]
    [TestCase("0.0.0.0/0", "255.255.255.255")]
    [TestCase("10.0.0.0/8", "::ffff:10.1.1.1")]
    [TestCase("fd00::/8", "fdff::1")]
    [TestCase("[fd00::]/8", "[fd12::1]")]
    [TestCase("fe80::/10", "febf::1")]
    [TestCase("::1/128", "::1")]
    [TestCase("::/0", "ffff::")]
    public void A_block_covers_its_addresses(string list, string host) => Covers(list, host, 80).Should().BeTrue();

    [TestCase("10.0.0.0/8", "11.0.0.0")]
    [TestCase("192.168.4.0/22", "192.168.8.0")]
    [TestCase("10.0.0.2/31", "10.0.0.1")]
    [TestCase("fe80::/10", "fec0::")]
    [TestCase("0.0.0.0/0", "::1")]
    [TestCase("::/0", "10.0.0.1")]
    [TestCase("10.0.0.0/8", "example.com")]
    public void A_block_covers_no_other(string list, string host) => Covers(list, host, 80).Should().BeFalse();

    [TestCase("", "example.com")]
    [TestCase(" , ,", "example.com")]
    [TestCase(".", "example.com")]
    [TestCase(":80", "example.com")]
    [TestCase("*example.com", "example.com")]
    [TestCase("ex*.com", "example.com")]
    [TestCase("http://example.com", "example.com")]
    [TestCase("example.com:", "example.com")]
    [TestCase("example.com:x", "example.com")]
    [TestCase("example.com:080", "example.com")]
    [TestCase("example.com/8", "example.com")]
    [TestCase("[::1", "::1")]
    [TestCase("::1]", "::1")]
    [TestCase("[10.0.0.1]", "10.0.0.1")]
    [TestCase("10/8", "10.0.0.0")]
    [TestCase("/8", "10.0.0.0")]
    [TestCase("10.0.0.0/", "10.0.0.0")]
    [TestCase("10.0.0.0/x", "10.0.0.0")]
    [TestCase("10.0.0.0/-1", "10.0.0.0")]
    [TestCase("10.0.0.0/+8", "10.0.0.0")]
    [TestCase("10.0.0.0/33", "10.0.0.0")]
    [TestCase("10.0.0.0/99999999999", "10.0.0.0")]
    [TestCase("10.0.0.0/8/8", "10.0.0.0")]
    [TestCase("fd00::/129", "fd00::")]
    public void A_malformed_entry_covers_nothing(string list, string host) => Covers(list, host, 80).Should().BeFalse();

    private static bool Covers(string list, string host, int port) => new NoProxyList(list).Covers(host, port);
}
