using System;

namespace Sync.WebSockets;

/// <summary>How a <see cref="ReconnectingWebSocketClient"/> does, at the moment when it was asked.</summary>
public sealed class ReconnectStatus
{
    /// <summary>Gets or sets what it is about.</summary>
    public ReconnectState State { get; set; }

    /// <summary>Gets or sets how long it still waits before the next attempt; null unless it is <see cref="ReconnectState.Waiting"/>.</summary>
    public TimeSpan? NextAttemptIn { get; set; }

    /// <summary>Gets or sets how many attempts were begun since the last connection was lost, or since the start; 0 while one is up.</summary>
    public int Attempt { get; set; }

    /// <summary>Gets or sets how many connections have come up so far: one more than were lost, while one is up.</summary>
    public int Connections { get; set; }

    /// <summary>Gets or sets why the last attempt failed or the last connection ended; null when nothing has failed yet.</summary>
    public Exception? LastFailure { get; set; }
}
