namespace Sync.WebSockets.Protocol.Proxies;

/// <summary>The language that a proxy speaks; Https is HTTP inside TLS.</summary>
internal enum ProxyScheme
{
    Http,
    Https,
    Socks5,
}
