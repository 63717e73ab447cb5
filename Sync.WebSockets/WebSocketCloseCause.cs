namespace Sync.WebSockets;

/// <summary>Why a connection ended: the first thing that happened, whatever followed from it.</summary>
public enum WebSocketCloseCause
{
    /// <summary>This program called <c>Close</c> or <c>Dispose</c>.</summary>
    LocalClose = 0,

    /// <summary>The server sent a Close frame first.</summary>
    RemoteClose = 1,

    /// <summary>A ping stayed unanswered for <c>PingTimeout</c>, and nothing else came either.</summary>
    HeartbeatTimeout = 2,

    /// <summary>A message that was partly on the wire ran into <c>SendTimeout</c>, or one of a <see cref="HeartbeatPolicy"/> into its next step.</summary>
    SendTimeout = 3,

    /// <summary>The server broke RFC 6455 (1002).</summary>
    ProtocolError = 4,

    /// <summary>The server sent text that is not UTF-8 (1007).</summary>
    InvalidPayload = 5,

    /// <summary>The server sent a message over <c>MaxMessageSize</c>, or, when it was taken as a stream, over <c>MaxStreamedMessageSize</c> (1009).</summary>
    MessageTooBig = 6,

    /// <summary>The program's own <see cref="HeartbeatPolicy"/> gave the connection up or threw, or the server broke a rule of this client, for instance in the number of fragments (1008).</summary>
    PolicyFailed = 7,

    /// <summary>TCP or TLS failed, or ended without a Close frame (which RFC 6455 calls 1006).</summary>
    NetworkError = 8,

    /// <summary>An unexpected exception inside the client; it is the inner exception. Please report it.</summary>
    InternalError = 9,

    /// <summary>
    /// This program called <c>Abort</c>, interrupted a thread inside <c>Send</c>, threw in the midst of a message that it wrote (1011), or
    /// lost the client without closing it.
    /// </summary>
    Aborted = 10,

    /// <summary>A message got nothing on for <c>PingInterval</c> + <c>PingTimeout</c> while the receive queue was full: both sides wait for each other, or the server is gone.</summary>
    SendStalled = 11,

    /// <summary>Nothing but pongs came for <c>ReceiveIdleTimeout</c>.</summary>
    ReceiveIdleTimeout = 12,

    /// <summary>A <see cref="ReconnectingWebSocketClient"/> met a failure that is not worth another attempt; it is the inner exception.</summary>
    ReconnectFailed = 13,
}
