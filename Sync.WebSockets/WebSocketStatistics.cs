using System;

namespace Sync.WebSockets;

/// <summary>
/// What a connection has done since it opened; a snapshot. The counts are taken one after another while the connection goes on,
/// so they may differ by what happened in between. The properties can be set, so that a mock can return any figures.
/// </summary>
public sealed class WebSocketStatistics
{
    /// <summary>Gets or sets the number of messages sent whole.</summary>
    public long MessagesSent { get; set; }

    /// <summary>Gets or sets the number of whole messages that came, read by the program or not.</summary>
    public long MessagesReceived { get; set; }

    /// <summary>Gets or sets the payload bytes of the messages sent.</summary>
    public long PayloadBytesSent { get; set; }

    /// <summary>Gets or sets the payload bytes of the messages that came.</summary>
    public long PayloadBytesReceived { get; set; }

    /// <summary>Gets or sets the bytes handed to TCP: frame headers, TLS and the opening handshake included.</summary>
    public long WireBytesSent { get; set; }

    /// <summary>Gets or sets the bytes that came over TCP: frame headers, TLS and the opening handshake included.</summary>
    public long WireBytesReceived { get; set; }

    /// <summary>Gets or sets the number of pings sent, by the heartbeat and by <c>Ping</c>.</summary>
    public long PingsSent { get; set; }

    /// <summary>Gets or sets the number of pings that came.</summary>
    public long PingsReceived { get; set; }

    /// <summary>Gets or sets the number of pongs sent. It may be below <see cref="PingsReceived"/>: only the newest ping needs an answer (RFC 6455 section 5.5.3).</summary>
    public long PongsSent { get; set; }

    /// <summary>Gets or sets the number of pongs that came.</summary>
    public long PongsReceived { get; set; }

    /// <summary>Gets or sets the round trip of the last answered ping; null until the first pong.</summary>
    public TimeSpan? Latency { get; set; }

    /// <summary>Gets or sets how long ago the connection was opened; it goes on after the end.</summary>
    public TimeSpan Age { get; set; }
}
