using System;
using System.Net;

namespace Sync.WebSockets.Protocol.Proxies;

/// <summary>A host that is an address instead of a name.</summary>
internal static class IPLiteral
{
    private static readonly char[] Brackets = ['[', ']'];

    /// <summary>4 or 16 octets; null for what is no address.</summary>
    public static byte[]? Octets(string host)
    {
        string text = Strip(host);
        // TryParse takes brackets too, and a port behind them, which it ignores.
        if (text.IndexOfAny(Brackets) >= 0 || !IPAddress.TryParse(text, out IPAddress? address))
            return null;
        // One program reads 010.0.0.1 as 8.0.0.1, the next one as 10.0.0.1: only what all read alike is an address.
        if (text.IndexOf(":", StringComparison.Ordinal) < 0 && address.ToString() != host)
            return null;
        // RFC 4291, 2.5.5.2: an IPv4-mapped address is the IPv4 one.
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
    }

    /// <summary>Without brackets, and without the zone, which means nothing to another machine (RFC 6874, 1).</summary>
    public static string Strip(string host)
    {
        bool bracketed = host.StartsWith("[", StringComparison.Ordinal) && host.EndsWith("]", StringComparison.Ordinal);
        return (bracketed ? host.Substring(1, host.Length - 2) : host).Split('%')[0];
    }
}
