using System;
using Sync.WebSockets.Protocol.Heartbeat;

namespace Sync.WebSockets;

/// <summary>
/// A heartbeat of the program's own in the place of ping and pong: it sees the facts and says what to do. It does no I/O itself, so it
/// can be tested by calling <see cref="Step"/> with facts.
/// </summary>
/// <remarks>
/// <para>
/// Every connection gets its own policy from <see cref="WebSocketClientOptions.HeartbeatPolicy"/> and runs it on a thread of its own,
/// one call at a time, so a policy needs no lock and a slow one delays no other connection. With a policy of one's own PingInterval and
/// PingTimeout have no effect: what is dead is the policy's decision alone.
/// </para>
/// <para>
/// What a policy throws ends its connection with <see cref="WebSocketCloseCause.PolicyFailed"/>. Calling the connection's own client
/// from it throws <see cref="InvalidOperationException"/> where that would block; return an action instead. A policy that never returns
/// harms nobody, and its connection can be closed and disposed as any other; but its thread stays, as nothing can end it from outside.
/// </para>
/// </remarks>
public abstract class HeartbeatPolicy
{
    /// <summary>Decides what to do now. Called once after opening, and then when the time has come that the last action named.</summary>
    /// <param name="health">The facts at this moment.</param>
    /// <returns>What to do, and when to ask again.</returns>
#pragma warning disable CA1716 // A keyword in Visual Basic, where it is written [Step]; the field's word all the same.
    public abstract HeartbeatAction Step(WebSocketHealth health);
#pragma warning restore CA1716

    /// <summary>
    /// A one-way heartbeat: an unsolicited pong every interval, which keeps proxies and NAT from forgetting the connection and asks the
    /// server for nothing. It never gives up, so pair it with ReceiveIdleTimeout or SendTimeout.
    /// </summary>
    /// <param name="interval">The time between pongs.</param>
    /// <returns>A factory for <see cref="WebSocketClientOptions.HeartbeatPolicy"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over <see cref="int.MaxValue"/> ms.</exception>
    public static Func<HeartbeatPolicy> OneWay(TimeSpan interval)
    {
        Timeouts.CheckPositive(interval, nameof(interval));
        return () => new OneWayPolicy(interval);
    }

    /// <summary>
    /// A heartbeat of messages: one every interval, to which the server's application answers with whatever it likes. The first one is sent an
    /// interval after opening. The connection is given up when nothing at all has come for the timeout after a message, so choose it longer than the
    /// server takes to answer; time in which reading is paused does not count.
    /// </summary>
    /// <param name="interval">The time between messages.</param>
    /// <param name="timeout">How long the server may take.</param>
    /// <param name="message">Makes the next message; called on the policy's thread.</param>
    /// <returns>A factory for <see cref="WebSocketClientOptions.HeartbeatPolicy"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="message"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over <see cref="int.MaxValue"/> ms.</exception>
    public static Func<HeartbeatPolicy> Messages(TimeSpan interval, TimeSpan timeout, Func<WebSocketMessage> message)
    {
        Timeouts.CheckPositive(interval, nameof(interval));
        Timeouts.CheckPositive(timeout, nameof(timeout));
        if (message is null)
            throw new ArgumentNullException(nameof(message));
        return () => new MessagePolicy(interval, timeout, message);
    }
}
