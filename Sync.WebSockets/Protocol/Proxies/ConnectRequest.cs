using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Protocol.Proxies;

/// <summary>
/// Asks an HTTP proxy for a tunnel (RFC 9110, 9.3.6). What is meant for the server, its cookies and credentials, goes through the tunnel and
/// never into this request. The parts have been checked where they came in.
/// </summary>
internal static class ConnectRequest
{
    public static byte[] Create(string host, int port, string? userAgent, string? authorization)
    {
        // RFC 9112, 3.2.3: the target is the authority alone, and there is no default port. Host says the same (3.2).
        string authority = Authority.Of(host, port);
        return HttpGrammar.Latin1.GetBytes(
            $"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n"
            + Header("User-Agent", userAgent)
            + Header("Proxy-Authorization", authorization)
            + "\r\n");
    }

    private static string Header(string name, string? value) => value is null ? "" : $"{name}: {value}\r\n";
}
