using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Proxies;

[TestFixture]
public sealed class AuthorityTests
{
    [TestCase("example.com", 443, "example.com:443")]
    [TestCase("10.0.0.1", 80, "10.0.0.1:80")]
    [TestCase("::1", 65535, "[::1]:65535")]
    [TestCase("[::1]", 1, "[::1]:1")]
    [TestCase("fe80::1%5", 80, "[fe80::1]:80")]
    [TestCase("[fe80::1%eth0]", 80, "[fe80::1]:80")]
    public void Host_and_port_are_always_there_and_an_IPv6_address_is_in_brackets(string host, int port, string authority) =>
        Authority.Of(host, port).Should().Be(authority);
}
