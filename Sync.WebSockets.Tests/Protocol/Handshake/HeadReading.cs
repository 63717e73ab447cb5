using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>Feeds an answer to a parser whole, cut in two at every place, and octet by octet.</summary>
internal static class HeadReading
{
    public static byte[] Octets(string latin1) => Encoding.GetEncoding(28591).GetBytes(latin1);

    public static HttpHeadParser Read(string answer)
    {
        var parser = new HttpHeadParser();
        byte[] octets = Octets(answer);
        parser.Append(octets, 0, octets.Length);
        return parser;
    }

    public static HttpHead Head(string answer) =>
        Read(answer).Head ?? throw new InvalidOperationException("The answer of a test is no whole head: " + answer);

    /// <summary>What comes of each way to cut the answer; all should be the same.</summary>
    public static IEnumerable<string> EveryWay(string answer)
    {
        byte[] octets = Octets(answer);
        yield return Outcome(octets, [octets.Length]);
        yield return Outcome(octets, [.. Enumerable.Repeat(1, octets.Length)]);
        for (int cut = 1; cut < octets.Length; cut++)
            yield return Outcome(octets, [cut, octets.Length - cut]);
    }

    private static string Outcome(byte[] octets, int[] pieces)
    {
        var parser = new HttpHeadParser();
        int used = 0;
        int offset = 0;
        foreach (int piece in pieces)
        {
            used += parser.Append(octets, offset, piece);
            offset += piece;
        }
        return string.Format(CultureInfo.InvariantCulture, "used {0}, {1}, {2}", used, parser.Failure ?? "fine", Describe(parser.Head));
    }

    private static string Describe(HttpHead? head) => head is null
        ? "no head"
        : string.Format(
            CultureInfo.InvariantCulture,
            "{0} {1} {2} {3}",
            head.HttpVersion,
            head.StatusCode,
            head.ReasonPhrase,
            string.Join("|", head.Headers.Select(header => header.Key + "=" + header.Value)));
}
