using System;
using System.Globalization;
using System.Linq;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>
/// The ws and wss schemes (RFC 6455, 3) and what a request takes from such a URI.
/// No message shows the URI: its userinfo and its query may be secrets.
/// </summary>
internal static class WebSocketUri
{
    public static Uri Check(Uri uri)
    {
        if (uri is null)
            throw new ArgumentNullException(nameof(uri));
        if (!uri.IsAbsoluteUri)
            throw Refuse(uri, "The URI is relative; give it whole, such as wss://example.com/feed.");
        if (!IsSecure(uri) && !HasScheme(uri, "ws"))
            throw Refuse(uri, $"The URI's scheme is '{uri.Scheme}', expected ws or wss: write ws for http and wss for https.");
        if (uri.UserInfo.Length > 0)
            throw Refuse(uri, "The URI holds a user name or password; send them in an Authorization header, which no log shows.");
        if (uri.Fragment.Length > 0)
            throw Refuse(uri, "The URI has a fragment ('#'), which ws and wss do not allow (RFC 6455, 3); leave it out, or write %23.");
        if (uri.Port is < 1 or > 65535)
            throw Refuse(uri, "The URI's port is " + uri.Port.ToString(CultureInfo.InvariantCulture) + ", expected 1 to 65535.");
        if (!HasPlainHost(uri))
            throw Refuse(uri, "The URI's host is no IP address, and no name that letters, digits, '-', '.' and '_' can spell (RFC 5891).");
        // Uri escapes what it parses, unless its maker switched that off; a raw CR would split the request in two.
        if (!RequestTarget(uri).All(c => c is > ' ' and <= '~'))
            throw Refuse(uri, "The URI's path or query holds spaces, control characters or characters outside ASCII; escape them as %XX.");
        return uri;
    }

    public static bool IsSecure(Uri uri) => HasScheme(uri, "wss");

    // RFC 9110, 7.2. Host, unlike IdnHost, keeps the brackets of an IPv6 address and drops its zone, which means nothing to the server (RFC
    // 6874, 1).
    public static string HostHeader(Uri uri)
    {
        string host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return uri.Port == (IsSecure(uri) ? 443 : 80) ? host : host + ":" + uri.Port.ToString(CultureInfo.InvariantCulture);
    }

    // RFC 6455, 3: the resource name.
    public static string RequestTarget(Uri uri)
    {
        string target = uri.PathAndQuery;
        return target.StartsWith("/", StringComparison.Ordinal) ? target : "/" + target;
    }

    private static bool HasScheme(Uri uri, string scheme) => HttpGrammar.IsSame(uri.Scheme, scheme);

    // Judged after the mapping to ASCII, which can bring forth delimiters: U+2100 becomes "a/c". Uri takes hosts that have no such form at
    // all, and throws when it is asked for it; Mono also runs out of bounds on Punycode that means nothing.
    private static bool HasPlainHost(Uri uri)
    {
        if (uri.HostNameType == UriHostNameType.IPv6)
            return true;
        try
        {
            // An empty host is none.
            return uri.IdnHost.DefaultIfEmpty(' ').All(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-' or '.' or '_');
        }
        catch (Exception e) when (e is UriFormatException or IndexOutOfRangeException)
        {
            return false;
        }
    }

    private static ArgumentException Refuse(Uri uri, string message) => new(message, nameof(uri));
}
