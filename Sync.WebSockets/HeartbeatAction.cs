using System;

namespace Sync.WebSockets;

/// <summary>What a <see cref="HeartbeatPolicy"/> wants done, and when it wants to be asked again.</summary>
public sealed class HeartbeatAction
{
    private HeartbeatAction(HeartbeatActionKind kind, TimeSpan next, WebSocketMessage message = default, string? reason = null)
    {
        Kind = kind;
        Next = next;
        Message = message;
        Reason = reason;
    }

    internal HeartbeatActionKind Kind { get; }

    internal TimeSpan Next { get; }

    internal WebSocketMessage Message { get; }

    internal string? Reason { get; }

    /// <summary>Does nothing.</summary>
    /// <param name="next">When to ask again.</param>
    /// <returns>The action.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over <see cref="int.MaxValue"/> ms; infinite means never.</exception>
    public static HeartbeatAction Wait(TimeSpan next) => new(HeartbeatActionKind.Wait, Check(next));

    /// <summary>Sends a ping. It counts as unanswered until a pong comes, and measures the latency.</summary>
    /// <param name="next">When to ask again.</param>
    /// <returns>The action.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over <see cref="int.MaxValue"/> ms; infinite means never.</exception>
    public static HeartbeatAction Ping(TimeSpan next) => new(HeartbeatActionKind.Ping, Check(next));

    /// <summary>Sends an unsolicited pong, which the server does not answer (RFC 6455 section 5.5.3).</summary>
    /// <param name="next">When to ask again.</param>
    /// <returns>The action.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over <see cref="int.MaxValue"/> ms; infinite means never.</exception>
    public static HeartbeatAction Pong(TimeSpan next) => new(HeartbeatActionKind.Pong, Check(next));

    /// <summary>
    /// Sends a message, for a heartbeat that the server's application takes part in. It has until the next step; SendTimeout does not count. One that
    /// finds no turn by then, since other senders keep the connection busy, is left out. One that is partly sent by then ends the connection, with
    /// <see cref="WebSocketCloseCause.SendTimeout"/>.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="next">When to ask again, counted from when the policy was asked.</param>
    /// <returns>The action.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over <see cref="int.MaxValue"/> ms; infinite means never.</exception>
    public static HeartbeatAction Send(WebSocketMessage message, TimeSpan next) => new(HeartbeatActionKind.Send, Check(next), message);

    /// <summary>Gives the connection up: it ends with <see cref="WebSocketCloseCause.PolicyFailed"/> and this reason.</summary>
    /// <param name="reason">Why, for the exception and the log.</param>
    /// <returns>The action.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="reason"/> is null.</exception>
    public static HeartbeatAction Fail(string reason) =>
        new(HeartbeatActionKind.Fail, TimeSpan.Zero, reason: reason ?? throw new ArgumentNullException(nameof(reason)));

    private static TimeSpan Check(TimeSpan next) => Timeouts.CheckPositive(next, nameof(next));
}
