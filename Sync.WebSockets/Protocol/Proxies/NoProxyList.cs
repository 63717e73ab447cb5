using System;
using System.Globalization;
using System.Linq;

namespace Sync.WebSockets.Protocol.Proxies;

/// <summary>
/// The value of no_proxy, which no standard defines; the forms that curl and Go read. "*" is all; a name covers itself and all below it; an
/// address covers itself, whichever way it is spelled; a block (RFC 4632, 3.1; RFC 4291, 2.3) covers its addresses. With a port, an entry
/// covers only that. Whatever else stands there covers nothing: a proxy in vain is seen, a proxy passed by is not.
/// </summary>
internal sealed class NoProxyList(string text)
{
    private static readonly char[] Slash = ['/'];

    private readonly string[] _entries = text.Replace(',', ' ').Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);

    public bool Covers(string host, int port)
    {
        string name = host.TrimEnd('.');
        byte[]? address = IPLiteral.Octets(name);
        string ending = ":" + port.ToString(CultureInfo.InvariantCulture);
        return _entries.Select(entry => WithoutPort(entry, ending).TrimEnd('.')).Any(entry =>
            entry == "*" || (address is null ? IsUnder(name, entry) : IsIn(address, entry)));
    }

    // An entry for another port keeps it, and so is neither a name nor an address. The colons of an IPv6 address are its own, unless brackets
    // say where it ends.
    private static string WithoutPort(string entry, string ending)
    {
        if (!entry.EndsWith(ending, StringComparison.Ordinal))
            return entry;
        string host = entry.Substring(0, entry.Length - ending.Length);
        return host.EndsWith("]", StringComparison.Ordinal) || host.IndexOf(":", StringComparison.Ordinal) < 0 ? host : entry;
    }

    private static bool IsUnder(string name, string entry)
    {
        string top = entry.StartsWith("*.", StringComparison.Ordinal) ? entry.Substring(2) : entry.TrimStart('.');
        return ("." + name).EndsWith("." + top, StringComparison.OrdinalIgnoreCase);
    }

    // An address alone is a block of one.
    private static bool IsIn(byte[] address, string block)
    {
        string[] parts = block.Split(Slash, 2);
        int bits = 8 * address.Length;
        if (IPLiteral.Octets(parts[0]) is not { } network || network.Length != address.Length)
            return false;
        if (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out bits))
            return false;
        return bits <= 8 * address.Length
            && Enumerable.Range(0, bits).All(i => ((address[i / 8] ^ network[i / 8]) & (0x80 >> (i % 8))) == 0);
    }
}
