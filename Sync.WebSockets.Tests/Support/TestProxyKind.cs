namespace Sync.WebSockets.Support;

/// <summary>What a test proxy speaks.</summary>
internal enum TestProxyKind
{
    /// <summary>HTTP: CONNECT.</summary>
    Http,

    /// <summary>HTTP inside TLS.</summary>
    Https,

    /// <summary>SOCKS5.</summary>
    Socks5,
}
