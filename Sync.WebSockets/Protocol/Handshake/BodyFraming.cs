using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>
/// Where the body of an answer to GET ends (RFC 9112, 6.3). After a 101 there is none whatever its headers say: those octets are frames. A
/// 2xx to CONNECT has none either, but only the one who asked can know.
/// </summary>
internal readonly struct BodyFraming
{
    private BodyFraming(BodyKind kind, long length = 0)
    {
        Kind = kind;
        Length = length;
    }

    public BodyKind Kind { get; }

    /// <summary>Octets of the body. Counts only for <see cref="BodyKind.Length"/>.</summary>
    public long Length { get; }

    public static BodyFraming Of(HttpHead head)
    {
        if (head.StatusCode is (>= 100 and < 200) or 204 or 304)
            return new BodyFraming(BodyKind.None);
        // Transfer-Encoding overrides Content-Length, and only a last "chunked" has an end of its own. HTTP/1.0 knows none of it (6.1).
        if (head.Headers["Transfer-Encoding"] is { } encodings)
        {
            bool chunked = !head.IsHttp10 && HttpGrammar.IsSame(Elements(encodings).Last(), "chunked");
            return new BodyFraming(chunked ? BodyKind.Chunked : BodyKind.UntilClose);
        }
        return head.Headers["Content-Length"] is { } lengths ? OfLengths(lengths) : new BodyFraming(BodyKind.UntilClose);
    }

    // 6.3, item 5: repeated equal lengths count as one; anything else makes the answer invalid, and an invalid body is not worth waiting
    // for.
    private static BodyFraming OfLengths(string lengths)
    {
        List<string> distinct = [.. Elements(lengths).Distinct(StringComparer.Ordinal)];
        return distinct.Count == 1 && long.TryParse(distinct[0], NumberStyles.None, CultureInfo.InvariantCulture, out long length)
            ? new BodyFraming(BodyKind.Length, length)
            : new BodyFraming(BodyKind.None);
    }

    private static IEnumerable<string> Elements(string list) => list.Split(',').Select(HttpGrammar.TrimWhitespace);
}
