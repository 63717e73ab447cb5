using System;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>The status line and headers of an HTTP/1.x answer.</summary>
internal sealed class HttpHead(string httpVersion, int statusCode, string reasonPhrase, WebSocketHeaders headers)
{
    /// <summary>As it stood in the status line: HTTP/1.0 or HTTP/1.1.</summary>
    public string HttpVersion { get; } = httpVersion;

    // RFC 9110, 7.8 and RFC 9112, 6.1: it knows neither Upgrade nor Transfer-Encoding.
    public bool IsHttp10 => string.Equals(HttpVersion, "HTTP/1.0", StringComparison.Ordinal);

    public int StatusCode { get; } = statusCode;

    public string ReasonPhrase { get; } = reasonPhrase;

    public WebSocketHeaders Headers { get; } = headers;
}
