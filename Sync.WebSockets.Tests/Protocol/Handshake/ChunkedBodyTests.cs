using System.Linq;
using System.Text;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Handshake;

[TestFixture]
public sealed class ChunkedBodyTests
{
    [TestCase("5\r\nHello\r\n0\r\n\r\n", "Hello")]
    [TestCase("0\r\n\r\n", "")]
    [TestCase("3\r\nHel\r\n2\r\nlo\r\n0\r\n\r\n", "Hello")]
    [TestCase("A\r\n0123456789\r\n0000b\r\nabcdefghijk\r\n000\r\n\r\n", "0123456789abcdefghijk")]
    [TestCase("9\r\n012345678\r\na\r\n0123456789\r\nf\r\n0123456789abcde\r\n0\r\n\r\n", "01234567801234567890123456789abcde")]
    [TestCase("5;a=\"b\"\r\nHello\r\n0 ;c\r\n\r\n", "Hello")]
    [TestCase("2\r\n\r\n\r\n0\r\n\r\n", "\r\n")]
    [TestCase("5\r\nHello\r\n0\r\nTrailer: x\r\nB: y\r\n\r\n", "Hello")]
    public void Chunks_are_joined_at_every_cut(string body, string content)
    {
        byte[] octets = Encoding.ASCII.GetBytes(body + "next");
        for (int cut = 0; cut <= octets.Length; cut++)
        {
            var chunked = new ChunkedBody();

            int used = chunked.Append(octets, 0, cut);
            used += chunked.Append(octets, used, octets.Length - used);

            chunked.Failure.Should().BeNull();
            chunked.IsComplete.Should().BeTrue();
            used.Should().Be(body.Length);
            Encoding.ASCII.GetString(chunked.ToArray()).Should().Be(content);
        }
    }

    [TestCase("x", "")]
    [TestCase("\r\n", "")]
    [TestCase(";a\r\n", "")]
    [TestCase("-5\r\n", "")]
    [TestCase("5\nHello", "")]
    [TestCase("5\rx", "")]
    [TestCase("5x\r\n", "")]
    [TestCase("5;a\n", "")]
    [TestCase("5;\0", "")]
    [TestCase("3\r\nHello\r\n", "Hel")]
    [TestCase("3\r\nHelx\n0\r\n", "Hel")]
    [TestCase("3\r\nHel\rx", "Hel")]
    [TestCase("3\r\nHel\r\n\r\n", "Hel")]
    [TestCase("3\r\nHel\r\n0\r\n\n", "Hel")]
    [TestCase("3\r\nHel\r\n0\r\n\rx", "Hel")]
    [TestCase("3\r\nHel\r\n0\r\nA: b\n", "Hel")]
    [TestCase("3\r\nHel\r\n0\r\nA: b\rx", "Hel")]
    public void A_malformed_body_fails_and_keeps_what_came_before(string body, string content)
    {
        byte[] octets = Encoding.ASCII.GetBytes(body);
        var chunked = new ChunkedBody();

        foreach (byte octet in octets)
            chunked.Append([octet], 0, 1);

        chunked.Failure.Should().EndWith(".");
        chunked.IsComplete.Should().BeFalse();
        Encoding.ASCII.GetString(chunked.ToArray()).Should().Be(content);
        chunked.Append(octets, 0, octets.Length).Should().Be(0);
    }

    [TestCase("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF\r\n")]
    [TestCase("80000000\r\n")]
    [TestCase("100000000\r\n")]
    [TestCase("10000\r\n")]
    [Category("H5")]
    public void Content_stops_at_64_KiB_whatever_size_is_declared(string size)
    {
        byte[] octets = [.. Encoding.ASCII.GetBytes(size), .. new byte[100_000]];
        var chunked = new ChunkedBody();

        chunked.Append(octets, 0, octets.Length).Should().Be(size.Length + ChunkedBody.MaxContent);

        chunked.IsComplete.Should().BeTrue();
        chunked.Failure.Should().BeNull();
        chunked.ToArray().Should().HaveCount(64 * 1024);
    }

    [TestCase("1;padding\r\nx\r\n")]
    [TestCase("0")]
    public void Framing_without_end_stops_at_128_KiB(string repeated)
    {
        byte[] octets = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(repeated, 200_000)));
        var chunked = new ChunkedBody();

        chunked.Append(octets, 0, octets.Length).Should().Be(ChunkedBody.MaxLength);

        chunked.IsComplete.Should().BeTrue();
    }
}
