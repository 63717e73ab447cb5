namespace Sync.WebSockets.Transport;

/// <summary>Where an attempt to connect can get stuck.</summary>
public enum Stall
{
    /// <summary>The resolver does not come back.</summary>
    Resolver,

    /// <summary>Nobody answers the SYN.</summary>
    Syn,

    /// <summary>TCP is open, and the TLS handshake is not answered.</summary>
    TlsHandshake,

    /// <summary>The upgrade request is not answered.</summary>
    Answer,

    /// <summary>The answer to the upgrade request comes so slowly that each read succeeds and the whole never ends.</summary>
    Drip,

    /// <summary>The answer leads to another server, which says nothing.</summary>
    Redirect,

    /// <summary>The resolver does not come back with the proxy's address.</summary>
    ProxyResolver,

    /// <summary>The proxy does not answer the SYN.</summary>
    ProxySyn,

    /// <summary>A proxy over TLS does not answer the TLS handshake.</summary>
    ProxyTls,

    /// <summary>The proxy does not answer CONNECT.</summary>
    ProxyAnswer,

    /// <summary>The proxy's answer comes so slowly that each read succeeds and the whole never ends.</summary>
    ProxyDrip,

    /// <summary>A SOCKS proxy does not answer the greeting.</summary>
    SocksGreeting,

    /// <summary>A SOCKS proxy does not say what has become of the connection.</summary>
    SocksReply,

    /// <summary>The tunnel is open, and the server behind it does not answer the TLS handshake.</summary>
    TunnelTls,
}
