using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Proxies;

[TestFixture]
public sealed class IPLiteralTests
{
    [TestCase("127.0.0.1", "7F000001")]
    [TestCase("255.255.255.255", "FFFFFFFF")]
    [TestCase("::1", "0000 0000 0000 0000 0000 0000 0000 0001")]
    [TestCase("[::1]", "0000 0000 0000 0000 0000 0000 0000 0001")]
    [TestCase("2001:DB8:0:0:0:0:0:1", "2001 0DB8 0000 0000 0000 0000 0000 0001")]
    [TestCase("2001:db8::1", "2001 0DB8 0000 0000 0000 0000 0000 0001")]
    [TestCase("fe80::1%5", "FE80 0000 0000 0000 0000 0000 0000 0001")]
    [TestCase("[fe80::1%eth0]", "FE80 0000 0000 0000 0000 0000 0000 0001")]
    [TestCase("::ffff:10.0.0.1", "0A000001")]
    [TestCase("[::FFFF:a00:1]", "0A000001")]
    public void An_address_has_the_same_octets_however_it_is_spelled(string host, string octets) =>
        IPLiteral.Octets(host).Should().Equal(Wire.Hex(octets));

    [TestCase("")]
    [TestCase("example.com")]
    [TestCase("10.0.0.256")]
    [TestCase("10.0.0.1.example")]
    [TestCase("10.0.0.1:80")]
    [TestCase("[10.0.0.1]")]
    [TestCase("10.0.0.1%5")]
    [TestCase("::1::")]
    [TestCase("[::1")]
    [TestCase("x::1]")]
    [TestCase("::1]")]
    [TestCase("[[::1]]")]
    [TestCase("[::1]:80")]
    [TestCase("[]")]
    [TestCase("%5")]
    public void What_is_no_address_has_none(string host) => IPLiteral.Octets(host).Should().BeNull();

    [TestCase("1")]
    [TestCase("127.1")]
    [TestCase("010.0.0.1")]
    [TestCase("0x7f.0.0.1")]
    [TestCase("2130706433")]
    public void What_programs_read_differently_is_no_address(string host) => IPLiteral.Octets(host).Should().BeNull();
}
