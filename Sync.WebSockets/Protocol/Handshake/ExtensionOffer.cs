using System.Collections.Generic;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>One element of Sec-WebSocket-Extensions: a name and its parameters (RFC 6455, 9.1), a parameter without "=" having a null
/// value.</summary>
internal sealed class ExtensionOffer(string name, IReadOnlyList<KeyValuePair<string, string?>> parameters)
{
    public string Name { get; } = name;

    public IReadOnlyList<KeyValuePair<string, string?>> Parameters { get; } = parameters;

    /// <summary>False, with an empty list, when the text does not follow the grammar. An empty text does not: the list has at least one
    /// element.</summary>
    public static bool TryParseList(string header, out List<ExtensionOffer> offers)
    {
        offers = [];
        var reader = new ExtensionReader(header);
        while (!reader.AtEnd)
        {
            // RFC 9110, 5.6.1.2: empty elements are skipped.
            if (reader.Skip(','))
                continue;
            if (reader.ReadOffer() is not { } offer || !(reader.AtEnd || reader.Skip(',')))
            {
                offers = [];
                return false;
            }
            offers.Add(offer);
        }
        return offers.Count > 0;
    }
}
