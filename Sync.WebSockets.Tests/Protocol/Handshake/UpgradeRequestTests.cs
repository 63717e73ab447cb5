using System;
using System.Text;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Handshake;

[TestFixture]
public sealed class UpgradeRequestTests
{
    private static readonly byte[] Sample = Encoding.ASCII.GetBytes("the sample nonce");

    [Test]
    public void The_least_request_has_five_headers()
    {
        Text(Create("ws://example.com/chat?x=1")).Should().Be(
            "GET /chat?x=1 HTTP/1.1\r\n"
            + "Host: example.com\r\n"
            + "Upgrade: websocket\r\n"
            + "Connection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Version: 13\r\n"
            + "\r\n");
    }

    [Test]
    public void The_order_is_fixed_and_the_callers_headers_come_last()
    {
        var headers = new WebSocketHeaders { { "X-B", "2" }, { "Cookie", "a=b" }, { "X-B", "\u00FC" } };

        UpgradeRequest request = Create("wss://example.com:8443", headers, ["chat", "mqtt"], "https://o", "agent/1", "permessage-deflate");

        Text(request).Should().Be(
            "GET / HTTP/1.1\r\n"
            + "Host: example.com:8443\r\n"
            + "Upgrade: websocket\r\n"
            + "Connection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Protocol: chat, mqtt\r\n"
            + "Sec-WebSocket-Extensions: permessage-deflate\r\n"
            + "Origin: https://o\r\n"
            + "User-Agent: agent/1\r\n"
            + "X-B: 2\r\n"
            + "Cookie: a=b\r\n"
            + "X-B: \u00FC\r\n"
            + "\r\n");
        request.SubProtocols.Should().Equal("chat", "mqtt");
        request.Extensions.Should().Be("permessage-deflate");
    }

    [Test]
    [SetCulture("tr-TR")]
    public void The_callers_Host_Origin_and_User_Agent_take_the_place_of_ours()
    {
        var headers = new WebSocketHeaders { { "USER-AGENT", "mine" }, { "ORIGIN", "https://mine" }, { "X", "y" }, { "host", "virtual" } };

        string text = Text(Create("ws://example.com/", headers, [], "https://o", "agent/1", null));

        text.Should().StartWith("GET / HTTP/1.1\r\nHost: virtual\r\nUpgrade:");
        text.Should().EndWith("13\r\nOrigin: https://mine\r\nUser-Agent: mine\r\nX: y\r\n\r\n");
    }

    [Test]
    public void Key_and_expected_accept_belong_together()
    {
        UpgradeRequest request = Create("ws://example.com/");

        request.Key.Should().Be("dGhlIHNhbXBsZSBub25jZQ==");
        request.ExpectedAccept.Should().Be("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    [TestCase("ws://[::1]:8080/", "Host: [::1]:8080\r\n")]
    [TestCase("wss://bücher.example/", "Host: xn--bcher-kva.example\r\n")]
    [Category("H4")]
    public void The_host_is_written_in_ASCII(string uri, string line)
    {
        Text(Create(uri)).Should().Contain(line);
    }

    private static UpgradeRequest Create(string uri) => Create(uri, new WebSocketHeaders(), [], null, null, null);

    private static UpgradeRequest Create(
        string uri, WebSocketHeaders headers, string[] subProtocols, string? origin, string? userAgent, string? extensions) =>
        UpgradeRequest.Create(new Uri(uri), Sample, headers, subProtocols, origin, userAgent, extensions);

    private static string Text(UpgradeRequest request) => Encoding.GetEncoding(28591).GetString(request.ToBytes());
}
