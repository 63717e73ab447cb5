using System;
using System.Globalization;

namespace Sync.WebSockets.Transport;

/// <summary>How long the server asks to wait before the next attempt (RFC 9110, 10.2.3).</summary>
internal static class RetryAfter
{
    // 5.6.7: the one form that is sent today. It is always GMT.
    private const string HttpDate = "ddd, dd MMM yyyy HH:mm:ss 'GMT'";

    /// <summary>Null when the answer does not say, or says nothing that means something. A date is measured from the answer's own: no clock but the server's has a say.</summary>
    public static TimeSpan? Read(WebSocketHeaders headers)
    {
        if (headers["Retry-After"] is not { } text)
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds))
            return seconds <= int.MaxValue ? TimeSpan.FromSeconds(seconds) : null;
        if (!TryRead(text, out DateTimeOffset then) || !TryRead(headers["Date"], out DateTimeOffset now))
            return null;
        return then > now ? then - now : TimeSpan.Zero;
    }

    private static bool TryRead(string? text, out DateTimeOffset date) =>
        DateTimeOffset.TryParseExact(text, HttpDate, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date);
}
