using System;
using System.Net.WebSockets;

namespace Sync.WebSockets;

/// <summary>
/// The facts about a connection's liveness at one moment: what <c>CheckHealth</c> returns and a <see cref="HeartbeatPolicy"/> judges by.
/// Times are awake time on a monotonic clock. The properties can be set, so that a policy can be tested with any facts.
/// </summary>
public sealed class WebSocketHealth
{
    /// <summary>Gets or sets the state.</summary>
    public WebSocketState State { get; set; } = WebSocketState.Open;

    /// <summary>Gets or sets how long ago the connection was opened; it goes on after the end.</summary>
    public TimeSpan Age { get; set; }

    /// <summary>Gets or sets the round trip of the last answered ping; null until the first pong.</summary>
    public TimeSpan? Latency { get; set; }

    /// <summary>Gets or sets how long ago the last byte came, of whatever kind; since the connection opened, if none has.</summary>
    public TimeSpan SinceLastReceived { get; set; }

    /// <summary>Gets or sets how long ago anything but a pong came, or reading was resumed after a pause; since the connection opened, if neither.</summary>
    public TimeSpan SinceLastActivity { get; set; }

    /// <summary>Gets or sets the number of pings of the heartbeat that have no pong yet.</summary>
    public int UnansweredPings { get; set; }

    /// <summary>Gets or sets how long the oldest of them has waited for its pong; null when there is none.</summary>
    public TimeSpan? OldestUnansweredPing { get; set; }

    /// <summary>Gets or sets the number of messages received that wait for <c>Receive</c>.</summary>
    public int QueuedMessages { get; set; }

    /// <summary>Gets or sets how full the receive queue is: 0 for empty, 1 for <see cref="WebSocketClientOptions.ReceiveQueueBytes"/>, and more for one large message, or for small ones that came together.</summary>
    public double QueueFill { get; set; }

    /// <summary>Gets or sets a value indicating whether reading is paused because the receive queue is full, or because nobody looks for a message that is over <see cref="WebSocketClientOptions.MaxMessageSize"/>: then the server's silence says nothing.</summary>
    public bool ReadingIsPaused { get; set; }
}
