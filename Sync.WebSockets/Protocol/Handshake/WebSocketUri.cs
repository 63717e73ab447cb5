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
    /// <summary>The scheme of a WebSocket over a Unix socket, as other clients write it: ws+unix:///run/app.sock:/path?query.</summary>
    public const string UnixScheme = "ws+unix";

    public static Uri Check(Uri uri, bool mayHoldUserInfo = false)
    {
        if (uri is null)
            throw new ArgumentNullException(nameof(uri));
        return Problem(uri, mayHoldUserInfo) is { } problem ? throw new ArgumentException(problem, nameof(uri)) : uri;
    }

    /// <summary>What keeps it from being connected to, as a sentence; null for nothing.</summary>
    public static string? Problem(Uri uri, bool mayHoldUserInfo = false)
    {
        if (!uri.IsAbsoluteUri)
            return "The URI is relative; give it whole, such as wss://example.com/feed.";
        if (!IsSecure(uri) && !HasScheme(uri, "ws"))
            return $"The URI's scheme is '{uri.Scheme}', expected ws or wss: write ws for http and wss for https.";
        if (uri.UserInfo.Length > 0 && !mayHoldUserInfo)
            return "The URI holds a user name or password; set Credentials instead, or UseUserInfo to have these used.";
        if (uri.Fragment.Length > 0)
            return "The URI has a fragment ('#'), which ws and wss do not allow (RFC 6455, 3); leave it out, or write %23.";
        if (uri.Port is < 1 or > 65535)
            return "The URI's port is " + uri.Port.ToString(CultureInfo.InvariantCulture) + ", expected 1 to 65535.";
        if (!HasPlainHost(uri))
            return "The URI's host is no IP address, and no name that letters, digits, '-', '.' and '_' can spell (RFC 5891).";
        // Uri escapes what it parses, unless its maker switched that off; a raw CR would split the request in two.
        if (!RequestTarget(uri).All(c => c is > ' ' and <= '~'))
            return "The URI's path or query holds spaces, control characters or characters outside ASCII; escape them as %XX.";
        return null;
    }

    /// <summary>The name and the password in a URI, which may be absent.</summary>
    public static (string User, string Password)? UserInfo(Uri uri)
    {
        if (uri.UserInfo.Length == 0)
            return null;
        string[] parts = uri.UserInfo.Split([':'], 2);
        return (Uri.UnescapeDataString(parts[0]), parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : string.Empty);
    }

    public static Uri WithoutUserInfo(Uri uri) => uri.UserInfo.Length == 0
        ? uri
        : new Uri(uri.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped));

    /// <summary>Takes a URI of <see cref="UnixScheme"/> apart: the socket's path, and the URI of the request, whose host is localhost.</summary>
    public static Uri FromUnix(Uri uri, out string socketPath)
    {
        string[] parts = uri.AbsolutePath.Split([':'], 2);
        string target = parts.Length == 2 ? parts[1] : "/";
        socketPath = Uri.UnescapeDataString(parts[0]);
        if (uri.Host.Length > 0 || uri.Fragment.Length > 0 || !IsPath(target) || !IsPath(socketPath) || socketPath.Trim('/').Length == 0 || socketPath.Any(c => c < ' '))
            throw new ArgumentException("The URI names no socket; expected ws+unix:///path/of/the/socket:/path.", nameof(uri));
        return new Uri("ws://localhost" + target + uri.Query);
    }

    /// <summary>The same place for what knows the schemes of HTTP only: cookies, passwords, the system's proxies.</summary>
    public static Uri ToHttp(Uri uri) => new("http" + uri.AbsoluteUri.Substring("ws".Length));

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

    private static bool IsPath(string text) => text.StartsWith("/", StringComparison.Ordinal);

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
}
