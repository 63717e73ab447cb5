namespace Sync.WebSockets;

/// <summary>What a <see cref="ReconnectingWebSocketClient"/> is about.</summary>
public enum ReconnectState
{
    /// <summary>An attempt is under way, the hooks included.</summary>
    Connecting = 0,

    /// <summary>A connection is up.</summary>
    Connected = 1,

    /// <summary>The next attempt has to wait, until <see cref="ReconnectStatus.NextAttemptIn"/> is over.</summary>
    Waiting = 2,

    /// <summary>It is over: closed by the program, or given up.</summary>
    Closed = 3,
}
