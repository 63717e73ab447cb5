using System.Linq;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Handshake;

[TestFixture]
internal sealed class StatusLineTests
{
    [TestCase(0, "H")]
    [TestCase(6, ".")]
    [TestCase(7, "01")]
    [TestCase(8, " ")]
    [TestCase(9, "123456789")]
    [TestCase(10, "0123456789")]
    [TestCase(11, "0123456789")]
    [TestCase(12, " \r")]
    [Category("H7")]
    public void Each_place_has_its_octets(int index, string octets) =>
        Enumerable.Range(0, 256).Where(octet => StatusLine.Fits(index, (byte)octet)).Select(octet => (char)octet).Should().BeEquivalentTo(octets);

    [TestCase("HTTP/1.1 404", "")]
    [TestCase("HTTP/1.1 404 ", "")]
    [TestCase("HTTP/1.1 404 x", "x")]
    public void Reason_may_be_left_out(string line, string reason)
    {
        HttpHead head = StatusLine.Parse(line);

        (head.HttpVersion, head.StatusCode, head.ReasonPhrase).Should().Be(("HTTP/1.1", 404, reason));
    }
}
