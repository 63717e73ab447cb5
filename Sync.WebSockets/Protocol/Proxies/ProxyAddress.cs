using System;
using System.Collections.Generic;
using System.Linq;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Protocol.Proxies;

/// <summary>
/// Where a proxy is, what it speaks, and who we are to it. What is wrong with an address is told in a sentence that shows no more of it than
/// the scheme: the rest may hold a password.
/// </summary>
internal sealed class ProxyAddress
{
    private const int SocksPort = 1080; // RFC 1928, 3

    private const string Unreadable =
        "The proxy's address cannot be read, expected one such as http://proxy:3128 or socks5://proxy:1080. "
        + "In its user name and password, write what is neither letter nor digit as %XX.";

    // The h of socks5h says that the proxy resolves the name. It always does: who needs a proxy may have no DNS.
    private static readonly Dictionary<string, ProxyScheme> Schemes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["http"] = ProxyScheme.Http,
        ["https"] = ProxyScheme.Https,
        ["socks5"] = ProxyScheme.Socks5,
        ["socks5h"] = ProxyScheme.Socks5,
        ["socks"] = ProxyScheme.Socks5,
    };

    private readonly string _text;

    private ProxyAddress(Uri uri)
    {
        Scheme = Schemes[uri.Scheme];
        Host = uri.IdnHost;
        // Uri knows the ports of http and https; of a scheme that it does not know it says -1.
        Port = uri.Port < 0 ? SocksPort : uri.Port;
        if (WebSocketUri.UserInfo(uri) is var (user, password))
            (User, Password) = (user, password);
        _text = uri.Scheme + "://" + Authority.Of(Host, Port);
    }

    public ProxyScheme Scheme { get; }

    /// <summary>In ASCII; an IPv6 address without brackets.</summary>
    public string Host { get; }

    public int Port { get; }

    public string? User { get; }

    public string? Password { get; }

    public static ProxyAddress? Parse(string text, out string? problem)
    {
        // The first colon decides: a password may hold "://" too.
        int colon = text.IndexOf(":", StringComparison.Ordinal);
        bool hasScheme = colon >= 0 && colon == text.IndexOf("://", StringComparison.Ordinal);
        if (text.Any(c => c is <= ' ' or '\u007F'))
            problem = "The proxy's address holds white space or a control character; remove it, or write it as %XX.";
        else if (Uri.TryCreate(hasScheme ? text : "http://" + text, UriKind.Absolute, out Uri? uri))
            return Of(uri, out problem);
        else
            problem = Unreadable;
        return null;
    }

    public static ProxyAddress? Of(Uri uri, out string? problem)
    {
        problem = Check(uri);
        return problem is null ? new ProxyAddress(uri) : null;
    }

    /// <summary>Without user name and password.</summary>
    public override string ToString() => _text;

    private static string? Check(Uri uri)
    {
        if (!uri.IsAbsoluteUri)
            return Unreadable;
        if (!Schemes.ContainsKey(uri.Scheme))
            return $"The proxy's scheme is '{uri.Scheme}', expected http, https or socks5.";
        if (!HasHost(uri))
            return "The proxy's host is no IP address, and no name of letters, digits, '-', '.' and '_'; check how it is spelled.";
        if (uri.Port == 0)
            return "The proxy's port is 0, expected 1 to 65535.";
        if ((uri.PathAndQuery + uri.Fragment).Length > 1)
            return "The proxy's address has a path, a query or a fragment, expected at most a '/' behind host and port; leave it out.";
        return null;
    }

    // Judged after the mapping to ASCII, which can bring forth delimiters. Some hosts have no such form, and Uri throws when it is asked for
    // it; Mono also runs out of bounds.
    private static bool HasHost(Uri uri)
    {
        try
        {
            return Uri.CheckHostName(uri.IdnHost) != UriHostNameType.Unknown;
        }
        catch (Exception e) when (e is UriFormatException or IndexOutOfRangeException)
        {
            return false;
        }
    }
}
