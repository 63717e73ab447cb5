namespace Sync.WebSockets.Faults;

/// <summary>What happens to a connection of the soak on its way.</summary>
internal enum SoakFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Every piece comes a little later.</summary>
    Delay,

    /// <summary>The line is slow.</summary>
    Drip,

    /// <summary>Nothing passes for less than the heartbeat's patience.</summary>
    ShortStall,

    /// <summary>What the client sends gets nowhere; what the server sends comes.</summary>
    DeafServer,

    /// <summary>What the server sends gets nowhere.</summary>
    SilentServer,

    /// <summary>Nothing passes in either direction.</summary>
    Blackhole,

    /// <summary>A FIN at some byte to the client.</summary>
    FinToClient,

    /// <summary>A FIN at some byte to the server.</summary>
    FinToServer,

    /// <summary>A RST at some byte to the client.</summary>
    ResetToClient,

    /// <summary>A RST at some byte to the server.</summary>
    ResetToServer,

    /// <summary>A RST to both at once.</summary>
    Reset,

    /// <summary>A FIN at some byte of the handshakes, or soon after them.</summary>
    CutWhileConnecting,
}
