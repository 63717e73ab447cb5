using System;

namespace Sync.WebSockets.Protocol.Proxies;

/// <summary>The environment variables that name a proxy, in the order in which they count: that of curl, since no standard gives one.</summary>
internal static class ProxyVariables
{
    private static readonly string[] ForSecure = ["wss_proxy", "WSS_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

    // No HTTP_PROXY: a CGI server sets it from the request's header "Proxy" (RFC 3875, 4.1.18), so whoever sends the request could choose the
    // proxy (CVE-2016-5385). Where the case of names does not count, as on Windows, the lower case finds it too; so a CGI program reads neither.
    private static readonly string[] ForPlain = ["ws_proxy", "WS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY"];

    /// <summary>Finds the first that is set, and its name. An empty one counts, and says: no proxy.</summary>
    /// <returns>The proxy's address; null for none.</returns>
    public static string? Choose(bool secure, Func<string, string?> read, out string? name)
    {
        foreach (string variable in secure ? ForSecure : ForPlain)
        {
            if (variable == "http_proxy" && read("REQUEST_METHOD") is not null)
                continue;
            if (read(variable) is { } value)
            {
                name = variable;
                return value.Length == 0 ? null : value;
            }
        }
        name = null;
        return null;
    }

    public static NoProxyList NoProxy(Func<string, string?> read) => new(read("no_proxy") ?? read("NO_PROXY") ?? "");
}
