using System;
using FeedMonitor.Measuring;
using Sync.WebSockets;

namespace FeedMonitor.Drawing;

/// <summary>What is to be seen at a moment.</summary>
/// <param name="Measured">The figures.</param>
/// <param name="Status">What the client is about.</param>
/// <param name="Now">The time of day.</param>
/// <param name="IsLast">Whether no other one follows.</param>
internal sealed record Frame(Snapshot Measured, ReconnectStatus Status, DateTimeOffset Now, bool IsLast)
{
    /// <summary>All connections but the first one.</summary>
    public int Reconnects => Math.Max(0, Status.Connections - 1);

    /// <summary>Why the last attempt failed; null when it did not, or what failed was a connection: the losses tell of those.</summary>
    public string? Trouble => Status is { State: not ReconnectState.Connected, LastFailure: { } failure and not WebSocketClosedException }
        ? Printable.Text(failure.Message)
        : null;

    /// <summary>What the client is about, in words.</summary>
    public string State => Status.State switch
    {
        ReconnectState.Waiting => FormattableString.Invariant($"waiting until {Now + Status.NextAttemptIn:HH:mm:ss.f}"),
        ReconnectState.Connecting when Status.Attempt > 1 => FormattableString.Invariant($"connecting, attempt {Status.Attempt}"),
        ReconnectState state => state.ToString().ToLowerInvariant(),
    };
}
