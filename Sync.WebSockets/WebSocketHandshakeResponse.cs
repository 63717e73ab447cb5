using System;
using System.Globalization;

namespace Sync.WebSockets;

/// <summary>The server's HTTP answer to the opening handshake (RFC 6455, 4.2.2): 101 when it accepted.</summary>
/// <remarks>You can make one yourself, for mocks.</remarks>
public sealed class WebSocketHandshakeResponse
{
    /// <summary>Makes an answer from its parts.</summary>
    /// <param name="statusCode">The HTTP status, 100 to 999.</param>
    /// <param name="reasonPhrase">The text after the status; may be empty.</param>
    /// <param name="headers">The headers; kept, not copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">The status has not three digits.</exception>
    /// <exception cref="ArgumentNullException">The reason or the headers are null.</exception>
    public WebSocketHandshakeResponse(int statusCode, string reasonPhrase, WebSocketHeaders headers)
    {
        if (statusCode is < 100 or > 999)
            throw new ArgumentOutOfRangeException(nameof(statusCode), statusCode, "An HTTP status has three digits, 100 to 999.");
        StatusCode = statusCode;
        ReasonPhrase = reasonPhrase ?? throw new ArgumentNullException(nameof(reasonPhrase));
        Headers = headers ?? throw new ArgumentNullException(nameof(headers));
    }

    /// <summary>The HTTP status (RFC 9110, 15), such as 101 for an accepted handshake or 401 for missing credentials.</summary>
    public int StatusCode { get; }

    /// <summary>The text that the server sent after the status, such as "Switching Protocols". Often empty; never rely on it.</summary>
    public string ReasonPhrase { get; }

    /// <summary>The headers in the order in which they came, cookies included.</summary>
    public WebSocketHeaders Headers { get; }

    /// <summary>Status and reason, for logs; no headers, since cookies are secrets.</summary>
    /// <returns>For example "101 Switching Protocols".</returns>
    public override string ToString() => (StatusCode.ToString(CultureInfo.InvariantCulture) + " " + ReasonPhrase).TrimEnd();
}
