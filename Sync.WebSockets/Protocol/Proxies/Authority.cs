using System;
using System.Globalization;

namespace Sync.WebSockets.Protocol.Proxies;

/// <summary>Host and port as one text (RFC 3986, 3.2), the port always.</summary>
internal static class Authority
{
    public static string Of(string host, int port)
    {
        string bare = IPLiteral.Strip(host);
        string bracketed = bare.IndexOf(":", StringComparison.Ordinal) < 0 ? bare : "[" + bare + "]";
        return bracketed + ":" + port.ToString(CultureInfo.InvariantCulture);
    }
}
