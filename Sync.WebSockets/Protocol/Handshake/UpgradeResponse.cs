using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>
/// The rules for a 101 (RFC 6455, 4.1, "Once the client's opening handshake has been sent"). Each says what is wrong as a sentence, or
/// null. Names are compared without case only where the RFC says so: Upgrade and Connection. The rest is compared octet by octet.
/// </summary>
internal static class UpgradeResponse
{
    public static string? Check(
        HttpHead head, UpgradeRequest request, out string? subProtocol, out IReadOnlyList<ExtensionOffer> extensions)
    {
        subProtocol = null;
        extensions = [];
        return CheckStatus(head)
            ?? CheckUpgrade(head.Headers)
            ?? CheckConnection(head.Headers)
            ?? CheckAccept(head.Headers, request.ExpectedAccept)
            ?? CheckSubProtocol(head.Headers, request.SubProtocols, out subProtocol)
            ?? CheckExtensions(head.Headers, request.Extensions, out extensions);
    }

    private static string? CheckStatus(HttpHead head)
    {
        if (head.StatusCode != 101)
            return $"The server answered with status {Number(head.StatusCode)}, expected 101: it did not accept the WebSocket.";
        // A 101 in it comes from something in between that does not know what it forwards.
        if (head.IsHttp10)
            return $"The server accepted in {head.HttpVersion}, expected HTTP/1.1: a proxy on the way may be too old for WebSockets.";
        return null;
    }

    private static string? CheckUpgrade(WebSocketHeaders headers)
    {
        if (Single(headers, "Upgrade", out string upgrade) is { } problem)
            return problem;
        return HttpGrammar.IsSame(upgrade, "websocket")
            ? null
            : $"The server's Upgrade is {HttpGrammar.Quote(upgrade)}, expected 'websocket': it switched to another protocol.";
    }

    // RFC 9110, 7.6.1: a list, which may be spread over several lines.
    private static string? CheckConnection(WebSocketHeaders headers)
    {
        if (headers["Connection"] is not { } connection)
            return "The server's answer has no Connection header, expected 'Upgrade': something on the way may have removed it.";
        return connection.Split(',').Any(option => HttpGrammar.IsSame(HttpGrammar.TrimWhitespace(option), "upgrade"))
            ? null
            : $"The server's Connection is {HttpGrammar.Quote(connection)}, expected 'Upgrade' in it: it keeps speaking HTTP.";
    }

    private static string? CheckAccept(WebSocketHeaders headers, string expected)
    {
        if (Single(headers, "Sec-WebSocket-Accept", out string accept) is { } problem)
            return problem;
        return string.Equals(accept, expected, StringComparison.Ordinal)
            ? null
            : $"The server's Sec-WebSocket-Accept is {HttpGrammar.Quote(accept)}, expected '{expected}': "
                + "it does not speak WebSocket for this request, or a cache answered.";
    }

    private static string? CheckSubProtocol(WebSocketHeaders headers, IReadOnlyList<string> offered, out string? subProtocol)
    {
        subProtocol = null;
        // Absent is an answer: the server wants none of them. Empty is not (4.2.2), and is in no list.
        if (!headers.Contains("Sec-WebSocket-Protocol"))
            return null;
        if (Single(headers, "Sec-WebSocket-Protocol", out string chosen) is { } problem)
            return problem;
        if (!offered.Contains(chosen, StringComparer.Ordinal))
        {
            return $"The server chose the subprotocol {HttpGrammar.Quote(chosen)}, expected "
                + (offered.Count == 0 ? "none, since none was offered" : $"one of the {Number(offered.Count)} offered or none")
                + ": offer it if you speak it; case counts.";
        }
        subProtocol = chosen;
        return null;
    }

    private static string? CheckExtensions(WebSocketHeaders headers, string? offered, out IReadOnlyList<ExtensionOffer> extensions)
    {
        extensions = [];
        if (headers["Sec-WebSocket-Extensions"] is not { } header)
            return null;
        if (!ExtensionOffer.TryParseList(header, out List<ExtensionOffer> accepted))
            return $"The server's Sec-WebSocket-Extensions is {HttpGrammar.Quote(header)}, expected a list as in RFC 6455, 9.1.";
        var open = new HashSet<string>(StringComparer.Ordinal);
        if (offered is not null && ExtensionOffer.TryParseList(offered, out List<ExtensionOffer> offers))
            open.UnionWith(offers.Select(offer => offer.Name));
        foreach (ExtensionOffer extension in accepted)
        {
            // Taken out once used, so a second one is refused like one that was never offered.
            if (!open.Remove(extension.Name))
                return $"The server accepted the extension {HttpGrammar.Quote(extension.Name)}, which was not offered or is there twice.";
            var names = new HashSet<string>(StringComparer.Ordinal);
            if (!extension.Parameters.All(parameter => names.Add(parameter.Key)))
                return $"The server's extension {HttpGrammar.Quote(extension.Name)} has a parameter twice, expected each at most once.";
        }
        extensions = accepted;
        return null;
    }

    private static string? Single(WebSocketHeaders headers, string name, out string value)
    {
        IReadOnlyList<string> values = headers.GetValues(name);
        value = values.Count == 1 ? values[0] : "";
        return values.Count switch
        {
            0 => $"The server's answer has no {name} header, expected one: something on the way may have removed it.",
            1 => null,
            _ => $"The server sent {name} {Number(values.Count)} times, expected it once.",
        };
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
