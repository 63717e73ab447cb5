using System;
using System.Collections.Generic;
using System.Globalization;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>
/// What a caller may put into the request: checked while it is an argument, before any octet is sent. A CR or LF in any of it would let
/// whoever controls the text write headers, or a second request, of their own.
/// The messages give places, not values: header values and even subprotocols carry credentials.
/// </summary>
internal static class UpgradeRules
{
    private const string HandshakePrefix = "Sec-WebSocket-";

    // Why each: the handshake writes it itself (Upgrade, Connection); it announces a body, and what the server took for that body would be
    // our first frames (Content-Length, Transfer-Encoding, Trailer, Expect); or it only counts when Connection lists it, and that line is
    // fixed (TE, Keep-Alive, Proxy-Connection; RFC 9110, 7.6.1).
    private static readonly HashSet<string> Forbidden = new(StringComparer.OrdinalIgnoreCase)
    {
        "Upgrade", "Connection",
        "Content-Length", "Transfer-Encoding", "Trailer", "Expect",
        "TE", "Keep-Alive", "Proxy-Connection",
    };

    // The caller's own header takes the place of ours, and a request has room for one: two Host lines are a bad request (RFC 9112, 3.2).
    private static readonly string[] AtMostOnce = ["Host", "Origin", "User-Agent"];

    public static void CheckHeaders(WebSocketHeaders headers)
    {
        foreach (KeyValuePair<string, string> header in headers)
        {
            if (Forbidden.Contains(header.Key) || header.Key.StartsWith(HandshakePrefix, StringComparison.OrdinalIgnoreCase))
            {
                throw new ArgumentException(
                    $"The header '{header.Key}' belongs to the opening handshake or to the connection and cannot be set; remove it. "
                    + "Subprotocols and compression have options of their own.", nameof(headers));
            }
        }
        foreach (string name in AtMostOnce)
        {
            if (headers.GetValues(name).Count > 1)
                throw new ArgumentException($"The header '{name}' is there more than once; a request may carry one.", nameof(headers));
        }
    }

    // RFC 6455, 4.1, item 10: tokens, all unique. Only what is called case-insensitive there is compared so (2.1): "chat" and "Chat" are
    // two.
    public static void CheckSubProtocols(IReadOnlyList<string> subProtocols)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < subProtocols.Count; i++)
        {
            string subProtocol = subProtocols[i];
            string which = "Subprotocol " + (i + 1).ToString(CultureInfo.InvariantCulture);
            if (string.IsNullOrEmpty(subProtocol))
                throw new ArgumentException($"{which} is empty; to ask for none, leave it out.", nameof(subProtocols));
            int bad = HttpGrammar.IndexOfNonToken(subProtocol);
            if (bad >= 0)
            {
                throw new ArgumentException(
                    $"{which} is no token (RFC 6455, 4.1): it holds {Place(subProtocol, bad)}.", nameof(subProtocols));
            }
            if (!seen.Add(subProtocol))
                throw new ArgumentException($"{which} is there twice; each may be offered once (RFC 6455, 4.1).", nameof(subProtocols));
        }
    }

    public static void CheckHeaderName(string name)
    {
        if (name is null)
            throw new ArgumentNullException(nameof(name));
        if (name.Length == 0)
            throw new ArgumentException("A header name is empty.", nameof(name));
        int bad = HttpGrammar.IndexOfNonToken(name);
        if (bad >= 0)
        {
            // Only what stands before the bad character: in "Authorization: Bearer x" the rest is the secret.
            throw new ArgumentException(
                $"The header name that begins with '{name.Substring(0, bad)}' holds {Place(name, bad)}; "
                + "a name has only letters, digits and !#$%&'*+-.^_`|~ (RFC 9110, 5.1).", nameof(name));
        }
    }

    /// <summary>Null is no value and passes.</summary>
    public static void CheckHeaderValue(string what, string? value)
    {
        int bad = value is null ? -1 : HttpGrammar.IndexOfNonValue(value);
        if (bad >= 0)
        {
            throw new ArgumentException(
                $"The value of '{what}' holds {Place(value!, bad)}; a header carries neither control characters other than tab "
                + "nor characters above U+00FF (RFC 9110, 5.5). Encode them first.", nameof(value));
        }
    }

    private static string Place(string text, int index) =>
        string.Format(CultureInfo.InvariantCulture, "U+{0:X4} at index {1}", (int)text[index], index);
}
