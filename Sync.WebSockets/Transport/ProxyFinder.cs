using System;
using System.Net;
using Sync.WebSockets.Protocol.Handshake;
using Sync.WebSockets.Protocol.Proxies;

namespace Sync.WebSockets.Transport;

// The environment is read here, not by the platform: .NET, .NET Framework and Mono each read other variables, or none.

/// <summary>Which proxy the way to a server leads through, if any. Dialling thread only: a proxy of the program's own is its code.</summary>
internal static class ProxyFinder
{
    /// <param name="uri">The server's.</param>
    /// <param name="target">What is to be dialled.</param>
    /// <param name="options">The program's.</param>
    /// <param name="environment">Where the system's settings come from.</param>
    public static Proxy? Find(Uri uri, EndPoint target, WebSocketClientOptions options, ClientEnvironment environment)
    {
        if (!options.UseProxy || target is not (DnsEndPoint or IPEndPoint))
            return null;
        if (options.Proxy is { } proxy)
            return Ask(proxy, uri, uri, "Proxy");
        // Who says himself where to go is not sent elsewhere by a setting of the machine; and loopback is never a proxy's business.
        bool isOwnWay = options.SocketDialer is not null || options.StreamDialer is not null || !target.Equals(new DnsEndPoint(uri.IdnHost, uri.Port));
        if (isOwnWay || uri.IsLoopback || ProxyVariables.NoProxy(environment.Variable).Covers(uri.IdnHost, uri.Port))
            return null;
        string? text = ProxyVariables.Choose(WebSocketUri.IsSecure(uri), environment.Variable, out string? name);
        if (name is null)
            return environment.SystemProxy() is { } system ? Ask(system, WebSocketUri.ToHttp(uri), uri, "the system's settings") : null;
        if (text is null)
            return null;
        return ProxyAddress.Parse(text, out string? problem) is { } address
            ? Of(address, credentials: null, "the environment variable " + name)
            : throw Refuse($"The environment variable {name} names no proxy that can be used. {problem}");
    }

    // Both ways of bypassing are in use: null, and the address itself.
    private static Proxy? Ask(IWebProxy proxy, Uri asked, Uri uri, string source)
    {
        if (AddressFrom(proxy, asked) is not { } found || found == asked || found == uri)
            return null;
        return ProxyAddress.Of(found, out string? problem) is { } address
            ? Of(address, proxy.Credentials, source)
            : throw Refuse("The proxy that was found cannot be used. " + problem);
    }

    private static Uri? AddressFrom(IWebProxy proxy, Uri asked)
    {
        // On .NET Framework and Mono it leaves loopback out whatever it was told, on .NET it does not.
        if (asked.IsLoopback && proxy is WebProxy { Address: { } address, BypassProxyOnLocal: false, BypassList.Length: 0 })
            return address;
        return proxy.IsBypassed(asked) ? null : proxy.GetProxy(asked);
    }

    private static Proxy Of(ProxyAddress address, ICredentials? credentials, string source) =>
        new(address, address.User is null ? credentials : new NetworkCredential(address.User, address.Password), source);

    private static WebSocketConnectException Refuse(string message) => new(message, WebSocketConnectStage.Proxy, innerException: null, response: null, body: null);
}
