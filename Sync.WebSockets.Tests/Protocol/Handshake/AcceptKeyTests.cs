using System;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Handshake;

[TestFixture]
public sealed class AcceptKeyTests
{
    [Test]
    public void The_sample_of_the_RFC_comes_out()
    {
        // RFC 6455, 1.3 and 4.1.
        AcceptKey.Compute("dGhlIHNhbXBsZSBub25jZQ==").Should().Be("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        AcceptKey.CreateKey([.. Enumerable.Range(1, 16).Select(i => (byte)i)]).Should().Be("AQIDBAUGBwgJCgsMDQ4PEA==");
    }

    [TestCase(0)]
    [TestCase(15)]
    [TestCase(17)]
    [Category("H15")]
    public void A_key_is_made_of_sixteen_bytes(int length)
    {
        Action create = () => AcceptKey.CreateKey(new byte[length]);

        create.Should().Throw<ArgumentException>();
    }
}
