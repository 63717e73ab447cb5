using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Handshake;

[TestFixture]
public sealed class BodyFramingTests
{
    [TestCase("HTTP/1.1 404 x\r\nContent-Length: 5\r\n", nameof(BodyKind.Length), 5)]
    [TestCase("HTTP/1.1 404 x\r\nContent-Length: 0\r\n", nameof(BodyKind.Length), 0)]
    [TestCase("HTTP/1.1 404 x\r\nContent-Length: 5, 5\r\nContent-Length: 5\r\n", nameof(BodyKind.Length), 5)]
    [TestCase("HTTP/1.1 404 x\r\nContent-Length: 9223372036854775807\r\n", nameof(BodyKind.Length), long.MaxValue)]
    [TestCase("HTTP/1.1 404 x\r\n", nameof(BodyKind.UntilClose), 0)]
    [TestCase("HTTP/1.1 200 x\r\n", nameof(BodyKind.UntilClose), 0)]
    [TestCase("HTTP/1.0 404 x\r\n", nameof(BodyKind.UntilClose), 0)]
    [TestCase("HTTP/1.1 404 x\r\nTransfer-Encoding: CHUNKED\r\n", nameof(BodyKind.Chunked), 0)]
    [TestCase("HTTP/1.1 404 x\r\nTransfer-Encoding: gzip, chunked\r\nContent-Length: 5\r\n", nameof(BodyKind.Chunked), 0)]
    [TestCase("HTTP/1.1 404 x\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", nameof(BodyKind.Chunked), 0)]
    [TestCase("HTTP/1.1 404 x\r\nTransfer-Encoding: chunked, gzip\r\nContent-Length: 5\r\n", nameof(BodyKind.UntilClose), 0)]
    [TestCase("HTTP/1.0 404 x\r\nTransfer-Encoding: chunked\r\n", nameof(BodyKind.UntilClose), 0)]
    public void The_body_of_a_refusal_ends_where_its_headers_say(string head, string kind, long length)
    {
        BodyFraming framing = BodyFraming.Of(HeadReading.Head(head + "\r\n"));

        framing.Kind.ToString().Should().Be(kind);
        framing.Length.Should().Be(length);
    }

    [TestCase("-1")]
    [TestCase("+5")]
    [TestCase("0x5")]
    [TestCase("5,6")]
    [TestCase("")]
    [TestCase("5 5")]
    [TestCase("9223372036854775808")]
    public void A_broken_length_is_not_waited_for(string length)
    {
        BodyFraming.Of(HeadReading.Head("HTTP/1.1 404 x\r\nContent-Length: " + length + "\r\n\r\n")).Kind.Should().Be(BodyKind.None);
    }

    [TestCase(100)]
    [TestCase(101)]
    [TestCase(103)]
    [TestCase(204)]
    [TestCase(304)]
    [Category("H13")]
    public void A_status_without_body_has_none_whatever_its_headers_say(int status)
    {
        var headers = new WebSocketHeaders { { "Content-Length", "5" }, { "Transfer-Encoding", "chunked" } };

        BodyFraming.Of(new HttpHead("HTTP/1.1", status, "", headers)).Kind.Should().Be(BodyKind.None);
    }
}
