using System;
using System.Text;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>The character classes of RFC 9110, the same for what we send and for what we read.</summary>
internal static class HttpGrammar
{
    // Header octets above 0x7F have no defined meaning (5.5, obs-text). Latin-1 keeps each one as it is.
    public static readonly Encoding Latin1 = Encoding.GetEncoding(28591);

    private static readonly char[] OptionalWhitespace = [' ', '\t'];

    // 5.6.2: token. Ranges instead of char.IsLetter: only ASCII counts, in every culture.
    public static bool IsTokenChar(int c) => c is
        (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9')
        or '!' or '#' or '$' or '%' or '&' or '\'' or '*' or '+' or '-' or '.' or '^' or '_' or '`' or '|' or '~';

    // 5.5: what stands in a field value and in a reason phrase.
    public static bool IsValueChar(int c) => c is '\t' or (>= ' ' and <= '~') or (>= 0x80 and <= 0xFF);

    public static bool IsToken(string text) => text.Length > 0 && IndexOfNonToken(text) < 0;

    public static int IndexOfNonToken(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!IsTokenChar(text[i]))
                return i;
        }
        return -1;
    }

    public static int IndexOfNonValue(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!IsValueChar(text[i]))
                return i;
        }
        return -1;
    }

    // What HTTP compares without case is ASCII, so the invariant fold is exact and no culture has a say.
    public static bool IsSame(string text, string expected) => string.Equals(text, expected, StringComparison.OrdinalIgnoreCase);

    // 5.6.3: OWS. A plain Trim() would also take the Latin-1 no-break space.
    public static string TrimWhitespace(string text) => text.Trim(OptionalWhitespace);

    /// <summary>Foreign text for a message: one line, ASCII, and not long enough to flood a log.</summary>
    public static string Quote(string text)
    {
        const int Longest = 80;
        var quoted = new StringBuilder("'");
        for (int i = 0; i < text.Length && i < Longest; i++)
            quoted.Append(text[i] is >= ' ' and <= '~' ? text[i] : '?');
        return quoted.Append(text.Length > Longest ? "...'" : "'").ToString();
    }
}
