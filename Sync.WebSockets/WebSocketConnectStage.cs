namespace Sync.WebSockets;

/// <summary>How far an attempt to connect had come when it failed.</summary>
public enum WebSocketConnectStage
{
    /// <summary>Looking up the host's addresses.</summary>
    Dns = 0,

    /// <summary>Opening the TCP connection.</summary>
    Tcp = 1,

    /// <summary>The way to a proxy, and its answer: its name, its TCP connection, its TLS handshake, its authentication, its tunnel.</summary>
    Proxy = 2,

    /// <summary>The TLS handshake, the check of the server's certificate included.</summary>
    Tls = 3,

    /// <summary>The opening handshake of RFC 6455 section 4: the HTTP request and its answer.</summary>
    Handshake = 4,
}
