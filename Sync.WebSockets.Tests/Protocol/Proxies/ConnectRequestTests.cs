using System.Text;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Proxies;

[TestFixture]
public sealed class ConnectRequestTests
{
    [Test]
    public void The_least_request_says_where_to_go_twice() => Text("example.com", 443, null, null).Should().Be(
        "CONNECT example.com:443 HTTP/1.1\r\n"
        + "Host: example.com:443\r\n"
        + "\r\n");

    [Test]
    public void The_order_is_fixed() => Text("::1", 80, "agent/1", "Basic dTpw").Should().Be(
        "CONNECT [::1]:80 HTTP/1.1\r\n"
        + "Host: [::1]:80\r\n"
        + "User-Agent: agent/1\r\n"
        + "Proxy-Authorization: Basic dTpw\r\n"
        + "\r\n");

    [Test]
    public void A_header_is_written_octet_by_octet() =>
        Text("example.com", 443, "\u00FC\u00FF", null).Should().Contain("User-Agent: \u00FC\u00FF\r\n");

    private static string Text(string host, int port, string? userAgent, string? authorization) =>
        Encoding.GetEncoding(28591).GetString(ConnectRequest.Create(host, port, userAgent, authorization));
}
