using System;
using System.Collections.Generic;
using System.Text;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>
/// The client's side of the opening handshake (RFC 6455, 4.1), and what the answer is judged by. Its parts have been checked where they
/// came in:
/// <see cref="WebSocketUri"/>, <see cref="UpgradeRules"/>, <see cref="WebSocketHeaders"/>.
/// </summary>
internal sealed class UpgradeRequest
{
    // Where the caller's header takes the place of ours instead of being sent beside it.
    private static readonly string[] Replaceable = ["Host", "Origin", "User-Agent"];

    private readonly string _text;

    private UpgradeRequest(string key, IReadOnlyList<string> subProtocols, string? extensions, string text)
    {
        Key = key;
        ExpectedAccept = AcceptKey.Compute(key);
        SubProtocols = subProtocols;
        Extensions = extensions;
        _text = text;
    }

    public string Key { get; }

    public string ExpectedAccept { get; }

    public IReadOnlyList<string> SubProtocols { get; }

    /// <summary>The value of Sec-WebSocket-Extensions; null when none is offered.</summary>
    public string? Extensions { get; }

    public static UpgradeRequest Create(
        Uri uri,
        byte[] random16,
        WebSocketHeaders headers,
        IReadOnlyList<string> subProtocols,
        string? origin,
        string? userAgent,
        string? extensions)
    {
        string key = AcceptKey.CreateKey(random16);
        var text = new StringBuilder("GET ").Append(WebSocketUri.RequestTarget(uri)).Append(" HTTP/1.1\r\n");

        void Write(string name, string? value)
        {
            if (value is not null)
                text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        // The order is fixed: the same request is the same octets, and Host comes first (RFC 9110, 7.2).
        Write("Host", headers["Host"] ?? WebSocketUri.HostHeader(uri));
        Write("Upgrade", "websocket");
        Write("Connection", "Upgrade");
        Write("Sec-WebSocket-Key", key);
        Write("Sec-WebSocket-Version", "13");
        Write("Sec-WebSocket-Protocol", subProtocols.Count == 0 ? null : string.Join(", ", subProtocols));
        Write("Sec-WebSocket-Extensions", extensions);
        Write("Origin", headers["Origin"] ?? origin);
        Write("User-Agent", headers["User-Agent"] ?? userAgent);
        foreach (KeyValuePair<string, string> header in headers)
        {
            if (!IsReplaceable(header.Key))
                Write(header.Key, header.Value);
        }
        return new UpgradeRequest(key, subProtocols, extensions, text.Append("\r\n").ToString());
    }

    public byte[] ToBytes() => HttpGrammar.Latin1.GetBytes(_text);

    private static bool IsReplaceable(string name) =>
        Array.Exists(Replaceable, own => HttpGrammar.IsSame(own, name));
}
