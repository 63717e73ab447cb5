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

    /// <summary>The answer to the upgrade request comes so slowly that each read succeeds and the whole never ends.</summary>
    Drip,
}
